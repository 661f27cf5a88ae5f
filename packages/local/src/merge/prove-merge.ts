import { few } from '@spec-kitty/core/few';
import { Fault } from '@spec-kitty/core/fault';
import type { ProofStep } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import { type Entry, type TreeChanges, treeChanges, treeRenames } from '../git/tree-changes.ts';
import { mergeCommits, mergeThreeTrees } from './merge-trees.ts';
import type { TreeWriter } from './tree-writer.ts';

/** One merge to check: the commits it joins, and the tree that came out. */
export interface MergeStep {
  readonly ours: string;
  readonly theirs: string;
  readonly result: string;
}

/** A path as both sides, what they have in common, and the result have it. */
interface PathVersions {
  readonly path: string;
  readonly base: Entry;
  readonly ours: Entry;
  readonly theirs: Entry;
  readonly result: Entry;
}

/**
 * Recomputes a merge path by path: what one side changed alone must be there as that side has it, what both changed
 * as Git merges these three files by themselves, and nothing else may differ.
 *
 * @throws Fault `MERGE_NOT_PROVEN` naming the paths that are not what they should be.
 */
export async function proveMerge(git: Git, trees: TreeWriter, step: MergeStep): Promise<ProofStep> {
  const paths = await versionsOf(git, step);
  const both = paths.filter(({ base, ours, theirs }) => ours !== theirs && ours !== base && theirs !== base);
  const merged = await mergedAlone(git, trees, both);
  const wrong = paths.filter((version) => {
    const { path, base, ours, theirs, result } = version;
    return result !== (merged.has(path) ? merged.get(path) : theirs === base ? ours : theirs);
  });
  if (wrong.length === 0) return { ...step, paths: paths.length, both: both.length };
  const names = wrong.map(({ path }) => path);
  throw new Fault(
    'refused',
    'MERGE_NOT_PROVEN',
    `The merged result is not what its two sides make it in ${few(names)}; nothing was moved.`,
    {
      hints: ["Merge the target into the lane's branch by hand, and send its package to review again."],
      details: { paths: names, ours: step.ours, theirs: step.theirs, result_tree: step.result },
    },
  );
}

/** Every path that the other side or the result changes, and those that a rename on either side concerns. */
async function versionsOf(git: Git, { ours, theirs, result }: MergeStep): Promise<readonly PathVersions[]> {
  const base = await commonTree(git, ours, theirs);
  const here = await treeChanges(git, base, ours);
  const there = await treeChanges(git, base, theirs);
  const after = await treeChanges(git, ours, result);
  const versionOf = (path: string): PathVersions => {
    const first = [here, there, after].find((changes) => changes.has(path));
    const old = first?.get(path)?.old;
    const mine = now(here, path, old);
    return { path, base: old, ours: mine, theirs: now(there, path, old), result: now(after, path, mine) };
  };
  const found = new Map<string, PathVersions>();
  for (const path of [...there.keys(), ...after.keys()]) found.set(path, versionOf(path));

  const movedHere = await treeRenames(git, base, ours);
  const movedThere = await treeRenames(git, base, theirs);
  for (const [from, to] of [...movedHere, ...movedThere]) {
    const [toHere, toThere] = [movedHere.get(from) ?? to, movedThere.get(from) ?? to];
    // One file with two new names conflicts, so that such a merge is never made.
    if (toHere !== toThere) continue;
    const [source, goal] = [versionOf(from), versionOf(to)];
    // The old name is gone; what the side that kept it did to its file goes to the new one.
    found.set(from, { ...source, base: undefined, ours: undefined, theirs: undefined });
    found.set(to, {
      ...goal,
      base: source.base,
      ours: movedHere.has(from) ? goal.ours : source.ours,
      theirs: movedThere.has(from) ? goal.theirs : source.theirs,
    });
  }
  return [...found.values()];
}

function now(changes: TreeChanges, path: string, otherwise: Entry): Entry {
  return changes.has(path) ? changes.get(path)?.now : otherwise;
}

/** Tree of the common ancestor; several are merged first, as Git does, and none is an empty tree. */
async function commonTree(git: Git, ours: string, theirs: string): Promise<string> {
  const [first, ...more] = await git.lines(['merge-base', '--all', ours, theirs]);
  if (first === undefined) return git.text(['mktree'], { stdin: '' });
  let common = await git.text(['rev-parse', `${first}^{tree}`]);
  for (const next of more) common = (await mergeCommits(git, first, next)).tree;
  return common;
}

/** Lets Git merge files in trees that hold nothing else, so that no rename and no other path has a say. */
async function mergedAlone(
  git: Git,
  trees: TreeWriter,
  paths: readonly PathVersions[],
): Promise<ReadonlyMap<string, Entry>> {
  if (paths.length === 0) return new Map();
  const treeOf = (side: 'base' | 'ours' | 'theirs') =>
    trees.write(new Map(paths.map((version) => [version.path, version[side]])));
  const [base, ours, theirs] = [await treeOf('base'), await treeOf('ours'), await treeOf('theirs')];
  const { tree, conflicts } = await mergeThreeTrees(git, { base, ours, theirs });
  const changed = await treeChanges(git, base, tree);
  const conflicting = new Set(conflicts.map(({ path }) => path));
  return new Map(
    paths.map(({ path, base: old }) => [path, conflicting.has(path) ? 'conflict' : now(changed, path, old)]),
  );
}
