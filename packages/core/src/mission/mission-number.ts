import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';

/** Number of the mission: an integer, or the digits of an old string form; placeholders count as none. */
export function missionNumber(meta: MissionMeta): number | null {
  const stored = meta.mission_number;
  if (typeof stored === 'number') return stored;
  return typeof stored === 'string' && /^\d+$/.test(stored) ? Number(stored) : null;
}
