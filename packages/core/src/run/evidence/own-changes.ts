import type { LaneContext } from '../../execution-lanes/lane-context.ts';
import type { LaneRepository } from '../../ports/lane-repository.ts';
import type { FileChange } from './file-change.ts';

/** Reads the files that differ between two commits. */
type ReadChanges = (from: string, to: string) => Promise<readonly FileChange[]>;

/**
 * What a package has changed since it was begun. What others have changed on the target, and its lane has taken from there
 * since, as where a conflict was resolved, is theirs: such a file is compared with what the target has.
 */
export async function ownChanges(
  read: ReadChanges,
  lanes: LaneRepository,
  { planning, target }: Pick<LaneContext, 'planning' | 'target'>,
  { from, commit }: { readonly from: string; readonly commit: string },
): Promise<readonly FileChange[]> {
  const all = await read(from, commit);
  const taken = planning ? undefined : await lanes.mergeBase(`refs/heads/${target}`, commit);
  const theirs = new Set(taken === undefined ? [] : await lanes.changedSince(from, taken));
  if (taken === undefined || theirs.size === 0) return all;
  const sinceTaken = await read(taken, commit);
  return [
    ...all.filter(({ path }) => !theirs.has(path)),
    ...sinceTaken.filter(({ path }) => theirs.has(path)),
  ];
}
