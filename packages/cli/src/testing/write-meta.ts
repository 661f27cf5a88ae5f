import type { MissionWorld } from '@spec-kitty/testkit/mission-world';

/** Makes a directory that says it is a mission. */
export function writeMeta({ repository }: MissionWorld, directory: string, missionId: string): void {
  const meta = { mission_id: missionId, mission_slug: directory, target_branch: 'main' };
  repository.write({ [`kitty-specs/${directory}/meta.json`]: `${JSON.stringify(meta)}\n` });
}
