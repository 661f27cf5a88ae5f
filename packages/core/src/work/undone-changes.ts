import { isOwnPath } from '../own-paths.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MergeDeviation } from '../ports/merge-deviation.ts';

/** Changes of the target that a lane has, and takes back. */
export interface UndoneChanges {
  readonly paths: readonly string[];
  /** The last commit of the lane that changed one of them. */
  readonly commit: string;
  /** What the lane has of the target: the difference from there shows them. */
  readonly taken: string;
}

interface Range {
  /** Revision that the lane's work is for, whether or not it exists. */
  readonly target: string;
  /** Where the lane's work begins. */
  readonly from: string;
  readonly commit: string;
  /** What these lack is told of them. */
  readonly merges?: readonly Pick<MergeDeviation, 'dropped'>[];
}

/**
 * Looks for changes of the target that a lane has taken in since its work began, and that an ordinary commit takes back: once
 * the lane is merged they are gone from the target, and the difference of the package shows them only as what was there before.
 */
export async function undoneChanges(
  lanes: LaneRepository,
  { target, from, commit, merges = [] }: Range,
): Promise<UndoneChanges | null> {
  if (from === commit) return null;
  const taken = await lanes.mergeBase(target, commit);
  if (taken === undefined || taken === from || (await lanes.isAncestor(taken, from))) return null;
  const told = new Set(merges.flatMap(({ dropped }) => dropped));
  const lacking = await lanes.lacking(commit, from, taken);
  const paths = lacking.filter((file) => !told.has(file) && !isOwnPath(file));
  return paths.length === 0 ? null : { paths, commit: await lanes.lastChange(commit, paths), taken };
}
