import type { LaneContext } from '../execution-lanes/lane-context.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';

/** What a package changes on its lane. */
export interface LaneChanges {
  readonly owned: readonly string[];
  /** Although the package does not own them: they are merged with the rest. */
  readonly outside: readonly string[];
}

/** Looks up which files a lane changes in a range, and which of them the package does not own. */
export async function laneChanges(
  lanes: LaneRepository,
  { wp, lane }: { readonly wp: WorkPackage; readonly lane: LaneContext },
  range: { readonly from: string; readonly commit: string },
): Promise<LaneChanges> {
  const changed = await changedByLane(lanes, lane, range);
  const isOwned = (path: string) =>
    wp.ownedFiles.length === 0 || wp.ownedFiles.some((glob) => matchesGlob(path, glob));
  return {
    owned: changed.filter(isOwned),
    outside: changed.filter((path) => !isOwned(path)),
  };
}

/**
 * What came from the target, as where a conflict with it was resolved on the lane, is no change of the package's; what the lane
 * has of the target and takes back is one.
 */
async function changedByLane(
  lanes: LaneRepository,
  { planning, target }: LaneContext,
  { from, commit }: { readonly from: string; readonly commit: string },
): Promise<readonly string[]> {
  const changed = await lanes.changedSince(from, commit);
  const branch = `refs/heads/${target}`;
  const taken = planning ? undefined : await lanes.mergeBase(branch, commit);
  if (taken === undefined) return changed;
  const touched = new Set([...changed, ...(await lanes.changedSince(from, taken))]);
  return (await lanes.changedSince(taken, commit)).filter((path) => touched.has(path));
}
