import { targetBranch } from '../mission/target-branch.ts';
import type { MissionView } from '../ports/mission-view.ts';

/** Where the log, or the predecessor, says that a mission is; `null` where no package claims it any more. */
export function recordedMerge({
  mission: { meta },
  merge,
  state,
}: Pick<MissionView, 'mission' | 'merge' | 'state'>): {
  readonly target: string;
  readonly commit: string | null;
} | null {
  const before = meta.baseline_merge_commit;
  const isGivenUp = state.packages.size > 0 && standingPackages({ merge, state }).size === 0;
  if (isGivenUp || (merge === null && before === undefined)) return null;
  return { target: merge?.target ?? targetBranch(meta), commit: merge?.commit ?? before ?? null };
}

/** Packages that are said to be on the target. A merge of the predecessor may have left them approved. */
export function standingPackages({
  merge,
  state,
}: Pick<MissionView, 'merge' | 'state'>): ReadonlySet<string> {
  const lanes = new Set(merge === null ? ['approved', 'done'] : ['done']);
  return new Set([...state.packages].flatMap(([id, { slot }]) => (lanes.has(slot.lane) ? [id] : [])));
}
