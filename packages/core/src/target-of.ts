import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';

/** What `meta.json` says of the branch that the mission's work lands on (L§10.3: `merge_target_branch` before `target_branch`). */
export function targetOf(meta: MissionMeta): string {
  return meta.merge_target_branch || meta.target_branch || 'main';
}
