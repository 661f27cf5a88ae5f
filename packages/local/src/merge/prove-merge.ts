import { few } from '@spec-kitty/core/few';
import { Fault } from '@spec-kitty/core/fault';
import type { ProofStep } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import { type Entry, type TreeChanges, treeChanges } from '../git/tree-changes.ts';
import type { MergedPath } from './one-sided.ts';
import { mergeRenames } from './merge-renames.ts';
import { mergeCommits, mergeThreeTrees, scratchCommit } from '../trees/merge-trees.ts';
import type { TreeWriter } from './tree-writer.ts';

/** One merge to check: the commits it joins, and the tree that came out. */
export interface MergeStep {
  readonly ours: string;
  readonly theirs: string;
  readonly result: string;
}

/** How one side differs from a base, as found before. */
interface Known {
  readonly base: string;
  readonly changes: TreeChanges;
}

/** A merge that is right, and the paths that it changes on our side. */
export interface ProvedMerge {
  readonly step: ProofStep;
  readonly files: readonly string[];
  /** Those that both sides change, each in its own way. */
  readonly both: readonly MergedPath[];
  /** How the result differs from the common ancestor. */
  readonly onward: Known;
}

/** A path as both sides, what they have in common, and the result have it. */
interface PathVersions extends MergedPath {
  readonly base: Entry;
  /** What the other side has put there as well: the result must be that, too. */
  readonly also?: Entry;
  /** Names of one file that the sides want in different places, or of several in one: no result is right. */
  readonly disputed?: true;
}

/**
 * Recomputes a merge path by path: what one side changed alone must be there as that side has it, what both changed
 * as Git merges these three files by themselves, and nothing else may differ.
 *
 * @param known what the step before said of its result, which is our side now.
 * @throws Fault `MERGE_NOT_PROVEN` naming the paths that are not what they should be.
 */
export async function proveMerge(
  git: Git,
  trees: TreeWriter,
  { known, ...step }: MergeStep & { readonly known?: Known | undefined },
): Promise<ProvedMerge> {
  const { paths, files, onward } = await versionsOf(git, trees, { ...step, known });
  const both = paths.filter(({ base, ours, theirs }) => ours !== theirs && ours !== base && theirs !== base);
  const merged = await mergedAlone(git, trees, both);
  const wrong = paths.filter(({ path, base, ours, theirs, result, also, disputed }) => {
    const right = merged.has(path) ? merged.get(path) : theirs === base ? ours : theirs;
    return disputed || result !== right || (also !== undefined && result !== also);
  });
  const proved = { ...step, paths: paths.length, both: both.length };
  if (wrong.length === 0) return { step: proved, files, both, onward };
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
async function versionsOf(
  git: Git,
  trees: TreeWriter,
  { ours, theirs, result, known }: MergeStep & { readonly known: Known | undefined },
): Promise<{ readonly paths: readonly PathVersions[] } & Pick<ProvedMerge, 'files' | 'onward'>> {
  const base = await commonTree(git, ours, theirs);
  const here = known?.base === base ? known.changes : await treeChanges(git, base, ours);
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

  const movedHere = await mergeRenames(git, trees, { base, side: ours, changes: here, other: there });
  const movedThere = await mergeRenames(git, trees, { base, side: theirs, changes: there, other: here });
  const goals: PathVersions[] = [];
  for (const from of new Set([...movedHere.keys(), ...movedThere.keys()])) {
    const source = versionOf(from);
    // The old name is gone; what the side that kept it did to its file goes to the new one.
    found.set(from, { ...source, base: undefined, ours: undefined, theirs: undefined });
    const [toHere, toThere] = [movedHere.get(from), movedThere.get(from)];
    for (const to of new Set([toHere, toThere]))
      if (to !== undefined) goals.push(movedVersion(source, versionOf(to), { toHere, toThere }));
  }
  for (const goal of goals) {
    const alone = goals.every((other) => other === goal || other.path !== goal.path);
    found.set(goal.path, alone ? goal : { ...goal, disputed: true });
  }
  return {
    paths: [...found.values()],
    files: [...after.keys()],
    onward: { base, changes: inTurn(here, after) },
  };
}

/** What two changes, one after the other, come to. */
function inTurn(first: TreeChanges, second: TreeChanges): TreeChanges {
  const both = new Map(first);
  for (const [path, change] of second) {
    const old = first.has(path) ? first.get(path)?.old : change.old;
    if (old === change.now) both.delete(path);
    else both.set(path, { old, now: change.now });
  }
  return both;
}

/** New names of one file; `undefined` on the side that kept the old one. */
interface NewNames {
  readonly toHere: string | undefined;
  readonly toThere: string | undefined;
}

/** What a renamed file must be made of, at its new name. */
function movedVersion(source: PathVersions, goal: PathVersions, { toHere, toThere }: NewNames): PathVersions {
  const moved = {
    ...goal,
    base: source.base,
    ours: toHere === undefined ? source.ours : goal.ours,
    theirs: toThere === undefined ? source.theirs : goal.theirs,
  };
  if (toHere === undefined || toThere === undefined) {
    // Deleted by the one and renamed by the other, it has no right place.
    if (moved.ours === undefined || moved.theirs === undefined) return { ...moved, disputed: true };
    return { ...moved, also: toHere === undefined ? goal.ours : goal.theirs };
  }
  return toHere === toThere ? moved : { ...moved, disputed: true };
}

function now(changes: TreeChanges, path: string, otherwise: Entry): Entry {
  return changes.has(path) ? changes.get(path)?.now : otherwise;
}

/** The common ancestor, as a commit or a tree; several are merged one after the other, in Git's order, and none is an empty tree. */
async function commonTree(git: Git, ours: string, theirs: string): Promise<string> {
  const [first, ...more] = (await git.lines(['merge-base', '--all', ours, theirs])).toReversed();
  if (first === undefined) return git.text(['mktree'], { stdin: '' });
  let common = first;
  for (const next of more)
    common = await scratchCommit(git, (await mergeCommits(git, common, next, 'of files')).tree, [
      common,
      next,
    ]);
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
  const { tree, conflicts } = await mergeThreeTrees(git, { base, ours, theirs }, 'ignored');
  const changed = await treeChanges(git, base, tree);
  const conflicting = new Set(conflicts.map(({ path }) => path));
  return new Map(
    paths.map(({ path, base: old }) => [path, conflicting.has(path) ? 'conflict' : now(changed, path, old)]),
  );
}
