import type { MergeDeviation } from '@spec-kitty/core/ports/merge-deviation';
import { blobAt } from '../git/blob-at.ts';
import type { Git } from '../git/git.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { conflictHunks } from './conflict-hunks.ts';
import { lacksMerged } from './lacks-merged.ts';
import { knownName, mergeCommits, scratchCommit } from './merge-trees.ts';

/**
 * Compares a merge commit with what Git alone makes of its parents. A path lacks what a side has changed where merging that
 * side once more, as if it never had been, would change the path: by `-s ours`, after `merge --abort`, or by hand.
 *
 * @param tip commit to look for what is lacking, where the branch has gone on since.
 * @returns `undefined` for a commit that merges nothing, or histories that have nothing in common.
 */
export async function judgeMerge(
  git: Git,
  commit: string,
  tip: string = commit,
): Promise<MergeDeviation | undefined> {
  const line = await git.text(['rev-list', '--parents', '--max-count=1', commit]);
  const [, into, ...sides] = line.split(' ');
  const [first] = sides;
  if (into === undefined || first === undefined) return undefined;
  for (const side of sides) if (!(await git.ok(['merge-base', into, side]))) return undefined;
  const together = await mergedSides(git, first, sides.slice(1));
  const whole = await mergeCommits(git, into, together.commit);
  const conflicts = new Set([...together.conflicts, ...whole.conflicts.map(({ path }) => path)]);
  const names = [into, together.commit, ...sides];
  const differing = [...(await treeChanges(git, whole.tree, commit)).keys()];
  const besides = differing.filter((file) => !conflicts.has(knownName(file, names)));
  const open = [...conflicts].toSorted();
  const thinned = await thinnedOf(git, open, { commit, tree: whole.tree, sides: [into, together.commit] });
  const found = { commit, into, sides, tree: whole.tree, conflicts: open, thinned, besides };
  if (besides.length === 0) return { ...found, dropped: [], repaired: commit };
  const then = await mergedAgain(git, { commit, into, sides });
  const lacking = besides.filter((file) => then.changed.has(file) && !then.conflicts.has(file));
  if (tip === commit || lacking.length === 0) return { ...found, dropped: lacking, repaired: then.tree };
  // Where somebody has worked on the very lines since, nobody can tell whether that was what brought them back.
  const now = await mergedAgain(git, { commit: tip, into, sides });
  return { ...found, dropped: lacking.filter((file) => now.changed.has(file)), repaired: now.tree };
}

/**
 * Names the paths in which a commit lacks what a side has changed since the two parted from `into`, although the commit has
 * the side: merging it once more would change them. Where both have worked on the same lines, nobody can tell.
 */
export async function lackingOf(
  git: Git,
  { commit, into, side }: { readonly commit: string; readonly into: string; readonly side: string },
): Promise<readonly string[]> {
  const { changed, conflicts } = await mergedAgain(git, { commit, into, sides: [side] });
  return [...changed.keys()].filter((file) => !conflicts.has(file));
}

/** A file that only one side has under its name has nothing to compare. */
async function thinnedOf(
  git: Git,
  conflicts: readonly string[],
  at: { readonly commit: string; readonly tree: string; readonly sides: readonly [string, string] },
): Promise<readonly string[]> {
  const show = (revision: string, file: string) => blobAt(git, revision, file);
  const thinned: string[] = [];
  for (const file of conflicts) {
    const written = await show(at.tree, file);
    const [ours, theirs] = [await show(at.sides[0], file), await show(at.sides[1], file)];
    if (written === undefined || ours === undefined || theirs === undefined) continue;
    if (conflictHunks(written).length === 0) continue;
    const resolution = (await show(at.commit, file)) ?? '';
    if (lacksMerged(resolution, { written, sides: [ours, theirs] })) thinned.push(file);
  }
  return thinned;
}

async function mergedSides(
  git: Git,
  first: string,
  more: readonly string[],
): Promise<{ readonly commit: string; readonly conflicts: readonly string[] }> {
  const conflicting: string[] = [];
  let commit = first;
  for (const next of more) {
    const { tree, conflicts } = await mergeCommits(git, commit, next);
    conflicting.push(...conflicts.map(({ path }) => path));
    commit = await scratchCommit(git, tree, [commit, next]);
  }
  return { commit, conflicts: conflicting };
}

/** Merges the sides into the files of a commit as if it had nothing of them. */
async function mergedAgain(
  git: Git,
  {
    commit,
    into,
    sides,
  }: { readonly commit: string; readonly into: string; readonly sides: readonly string[] },
) {
  const conflicting = new Set<string>();
  let tree = await git.text(['rev-parse', `${commit}^{tree}`]);
  for (const side of sides) {
    const { conflicts, ...merged } = await mergeCommits(git, await scratchCommit(git, tree, [into]), side);
    for (const { path } of conflicts) conflicting.add(path);
    ({ tree } = merged);
  }
  return { tree, conflicts: conflicting, changed: await treeChanges(git, commit, tree) };
}
