import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';

/** Branch that the mission's work lands on (L§10.3: `merge_target_branch` before `target_branch`). */
export function targetBranch(meta: MissionMeta): string {
  return meta.merge_target_branch || meta.target_branch || 'main';
}
