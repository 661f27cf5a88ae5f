import { few } from '@spec-kitty/core/few';
import { Fault } from '@spec-kitty/core/fault';
import type { ProofStep } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import {
  type Entry,
  manyTreeChanges,
  type TreeChanges,
  type TreePair,
  treeChanges,
} from '../git/tree-changes.ts';
import type { MergedPath } from './one-sided.ts';
import { mergeRenames } from './merge-renames.ts';
import { mergeCommits, mergeThreeTrees, scratchCommit } from '../trees/merge-trees.ts';
import type { TreeWriter } from './tree-writer.ts';

/** One merge to check: the commits it joins, and the tree that came out. */
export interface MergeStep {
  readonly ours: string;
  readonly theirs: string;
  readonly result: string;
  /** The best common ancestors of the two, in Git's order. */
  readonly common: readonly string[];
}

/** A merge that is right, and the paths that it changes on our side. */
export interface ProvedMerge {
  readonly step: ProofStep;
  readonly files: readonly string[];
  /** Those that both sides change, each in its own way. */
  readonly both: readonly MergedPath[];
}

type Changes = Map<string, { readonly old: Entry; readonly now: Entry }>;

const NONE: TreeChanges = new Map();

/** A merge with one tree for what its sides have in common, and what differs from what. */
interface ComparedStep extends Omit<MergeStep, 'common'> {
  readonly base: string;
  /** How our side differs from that. */
  readonly here: TreeChanges;
  readonly there: TreeChanges;
  /** How the result differs from our side. */
  readonly after: TreeChanges;
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
 * Recomputes merges path by path: what one side changed alone must be there as that side has it, what both changed
 * as Git merges these three files by themselves, and nothing else may differ.
 *
 * @param steps of which each begins with what the one before has made.
 * @throws Fault `MERGE_NOT_PROVEN` naming the paths that are not what they should be.
 */
export async function proveMerges(
  git: Git,
  trees: TreeWriter,
  steps: readonly MergeStep[],
): Promise<readonly ProvedMerge[]> {
  const bases: string[] = [];
  for (const { common } of steps) bases.push(await commonTree(git, common));
  const baseOf = (at: number) => bases[at] ?? '';
  const goesOn = (at: number) => bases[at] === bases[at - 1];
  const pairs = steps.flatMap(({ ours, theirs, result }, at): readonly TreePair[] => [
    [baseOf(at), theirs],
    [ours, result],
    // What our side has made of the same base before is known.
    [baseOf(at), goesOn(at) ? baseOf(at) : ours],
  ]);
  const changes = await manyTreeChanges(git, pairs);
  const proved: ProvedMerge[] = [];
  let here: Changes = new Map();
  for (const [at, step] of steps.entries()) {
    const [there = NONE, after = NONE, begun = NONE] = changes.slice(3 * at, 3 * at + 3);
    if (!goesOn(at)) here = new Map(begun);
    proved.push(await proveStep(git, trees, { ...step, base: baseOf(at), here, there, after }));
    goOn(here, after);
  }
  return proved;
}

async function proveStep(git: Git, trees: TreeWriter, compared: ComparedStep): Promise<ProvedMerge> {
  const { ours, theirs, result: tree, after } = compared;
  const paths = await versionsOf(git, trees, compared);
  const both = paths.filter(
    (one) => one.ours !== one.theirs && one.ours !== one.base && one.theirs !== one.base,
  );
  const merged = await mergedAlone(git, trees, both);
  const wrong = paths.filter(({ path, result, also, disputed, ...sides }) => {
    const right = merged.has(path)
      ? merged.get(path)
      : sides.theirs === sides.base
        ? sides.ours
        : sides.theirs;
    return disputed || result !== right || (also !== undefined && result !== also);
  });
  const step = { ours, theirs, result: tree, paths: paths.length, both: both.length };
  if (wrong.length === 0) return { step, files: [...after.keys()], both };
  const names = wrong.map(({ path }) => path);
  throw new Fault(
    'refused',
    'MERGE_NOT_PROVEN',
    `The merged result is not what its two sides make it in ${few(names)}; nothing was moved.`,
    {
      hints: ["Merge the target into the lane's branch by hand, and send its package to review again."],
      details: { paths: names, ours, theirs, result_tree: tree },
    },
  );
}

/** Every path that the other side or the result changes, and those that a rename on either side concerns. */
async function versionsOf(
  git: Git,
  trees: TreeWriter,
  { base, ours, theirs, here, there, after }: ComparedStep,
): Promise<readonly PathVersions[]> {
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
  return [...found.values()];
}

/** Adds what a second change makes of what the first has made. */
function goOn(first: Changes, second: TreeChanges): void {
  for (const [path, { old: mine, now: then }] of second) {
    const old = first.has(path) ? first.get(path)?.old : mine;
    if (old === then) first.delete(path);
    else first.set(path, { old, now: then });
  }
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
async function commonTree(git: Git, ancestors: readonly string[]): Promise<string> {
  const [first, ...more] = ancestors.toReversed();
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
