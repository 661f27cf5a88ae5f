import { targetBranch } from '../mission/target-branch.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { PackageState } from '../status/package-state.ts';

/**
 * Where the log, or the predecessor, says that a mission is: its last merge, or what a package that was merged by hand was
 * found on since. `null` where no package claims it any more.
 */
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
  if (isGivenUp) return null;
  const landing = latestLanding({ merge, state });
  if (landing !== null) return landing;
  if (merge === null && before === undefined) return null;
  return { target: merge?.target ?? targetBranch(meta), commit: merge?.commit ?? before ?? null };
}

/** The latest of those that no merge has been recorded after. */
function latestLanding({ merge, state }: Pick<MissionView, 'merge' | 'state'>): PackageState['landing'] {
  let latest: PackageState['landing'] = null;
  let at = merge?.at ?? '';
  for (const { landing, slot } of state.packages.values()) {
    const landedAt = slot.last_transition_at ?? '';
    if (landing === null || landedAt <= at) continue;
    latest = landing;
    at = landedAt;
  }
  return latest;
}

/** Packages that are said to be on the target. A merge of the predecessor may have left them approved. */
export function standingPackages({
  merge,
  state,
}: Pick<MissionView, 'merge' | 'state'>): ReadonlySet<string> {
  const isOurs = merge !== null || latestLanding({ merge, state }) !== null;
  const lanes = new Set(isOurs ? ['done'] : ['approved', 'done']);
  return new Set([...state.packages].flatMap(([id, { slot }]) => (lanes.has(slot.lane) ? [id] : [])));
}
