import type { Fault } from '@spec-kitty/core/fault';
import {
  importSituations,
  type ImportedSituation,
} from '@spec-kitty/testkit/merge-situations/import-situations';
import { MERGE_SITUATIONS } from '@spec-kitty/testkit/merge-situations/merge-situations';
import type { Situation } from '@spec-kitty/testkit/merge-situations/situation';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { type Entry, treeChanges } from '../git/tree-changes.ts';
import { findRepository } from '../repository/repository.ts';
import { mergeCommits, scratchCommit } from '../trees/merge-trees.ts';
import { type ProvedMerge, proveMerges } from './prove-merge.ts';
import { TreeWriter } from './tree-writer.ts';

const repository = new TempRepository();
const git = new Git(repository.root, repository.env);
let trees: TreeWriter;
let made: ReadonlyMap<Situation, ImportedSituation>;
beforeAll(async () => {
  trees = new TreeWriter(await findRepository(repository.root), repository.env);
  made = importSituations(repository, MERGE_SITUATIONS);
});
afterAll(() => repository.dispose());

interface Sides {
  readonly ours: string;
  readonly common: readonly string[];
  readonly theirs: string;
  readonly oursTree: string;
  readonly theirsTree: string;
  /** What Git makes of them; with markers where they conflict. */
  readonly tree: string;
}

async function sidesOf(situation: Situation): Promise<Sides> {
  const commits: Readonly<Record<string, string>> = made.get(situation)?.commits ?? {};
  const { target: ours = '', [situation.lanes[0] ?? '']: theirs = '' } = commits;
  // Git reads .gitattributes from the checkout.
  repository.git('checkout', '--quiet', '--force', '--detach', ours);
  const { tree } = await mergeCommits(git, ours, theirs);
  const treeOf = (commit: string) => git.text(['rev-parse', `${commit}^{tree}`]);
  const common = ((await git.tryText(['merge-base', '--all', ours, theirs])) ?? '')
    .split('\n')
    .filter(Boolean);
  return { ours, theirs, common, tree, oursTree: await treeOf(ours), theirsTree: await treeOf(theirs) };
}

async function prove({ ours, theirs, common }: Sides, result: string): Promise<ProvedMerge | undefined> {
  return (await proveMerges(git, trees, [{ ours, theirs, common, result }]))[0];
}

/** Paths that the proof names, or none. */
async function faulty(sides: Sides, result: string): Promise<readonly string[]> {
  return namedBy(prove(sides, result));
}

async function namedBy(proof: Promise<unknown>): Promise<readonly string[]> {
  try {
    await proof;
    return [];
  } catch (error) {
    const { code, details } = error as Fault;
    expect(code).toBe('MERGE_NOT_PROVEN');
    return (details['paths'] as readonly string[]).toSorted();
  }
}

/** Paths in which a result is not what it should be. */
async function differing({ tree }: Sides, result: string): Promise<readonly string[]> {
  return [...(await treeChanges(git, tree, result)).keys()].toSorted();
}

const single = MERGE_SITUATIONS.filter(({ lanes }) => lanes.length === 1);
const clean = single.filter(({ outcome }) => 'files' in outcome);
// Where the files of a parted folder go is for people to say, but no path of them is in dispute.
const conflicting = single.filter(
  ({ outcome }) => 'conflicts' in outcome && !outcome.conflicts.some((one) => one.includes('split')),
);

test.each(clean)('proved, and any other result refused: $name', async (situation) => {
  const sides = await sidesOf(situation);
  const tampered = await trees.write(await spoiled(sides.tree), sides.tree);
  for (const result of new Set([sides.tree, sides.oursTree, sides.theirsTree, tampered]))
    expect(await faulty(sides, result)).toEqual(await differing(sides, result));
  // What is known of the first step says of a second one what a look at that alone says.
  const { ours, theirs, common, tree } = sides;
  const then = { ...sides, ours: await scratchCommit(git, tree, [ours, theirs]) };
  for (const result of [tree, sides.oursTree, tampered]) {
    const steps = [
      { ours, theirs, common, result: tree },
      { ...then, result },
    ];
    expect(await namedBy(proveMerges(git, trees, steps))).toEqual(await faulty(then, result));
  }
});

test.each(conflicting)('no side passes for the result of a conflict: $name', async (situation) => {
  const sides = await sidesOf(situation);
  for (const result of [sides.tree, sides.oursTree, sides.theirsTree])
    expect(await faulty(sides, result)).not.toEqual([]);
});

/** One file more, one file less, and another with its mode or content changed. */
async function spoiled(tree: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = [...(await treeChanges(git, await git.text(['mktree'], { stdin: '' }), tree))];
  const blob = await git.text(['hash-object', '-w', '--stdin'], { stdin: 'extra\n' });
  const changes = new Map<string, Entry>([['extra.txt', `100644 ${blob}`]]);
  const [first, second] = entries;
  if (first) changes.set(first[0], undefined);
  if (second) {
    const [mode = '', id = ''] = (second[1].now ?? '').split(' ');
    changes.set(second[0], mode === '100644' ? `100755 ${id}` : `100644 ${blob}`);
  }
  return changes;
}

/** The situation with every kind of change, for one change of its result at a time. */
const subject = clean.find(
  ({ name }) => name === 'a rename on either side, of different files, each modified on the other',
);

const blobOf = (revision: string) => repository.git('rev-parse', revision);

test.each<[string, string, (sides: Sides) => Entry]>([
  ["the lane's edit is missing", 'uno', ({ ours }) => `100644 ${blobOf(`${ours}:uno`)}`],
  ["the target's edit is missing", 'due', ({ theirs }) => `100644 ${blobOf(`${theirs}:due`)}`],
  ['a renamed file is missing', 'uno', () => undefined],
  ['the old name is back', 'one', ({ theirs }) => `100644 ${blobOf(`${theirs}:one`)}`],
  ['a renamed file has the content of another', 'uno', ({ tree }) => `100644 ${blobOf(`${tree}:due`)}`],
  ['a mode has changed', 'due', ({ tree }) => `100755 ${blobOf(`${tree}:due`)}`],
  ['a file has become a link', 'due', ({ tree }) => `120000 ${blobOf(`${tree}:due`)}`],
  ['there is one file more', 'folder/extra', ({ tree }) => `100644 ${blobOf(`${tree}:due`)}`],
])('refused by name when %s', async (_name, path, entryOf) => {
  if (!subject) throw new Error('no such situation');
  const sides = await sidesOf(subject);
  const result = await trees.write(new Map([[path, entryOf(sides)]]), sides.tree);
  await expect(prove(sides, result)).rejects.toMatchObject({
    code: 'MERGE_NOT_PROVEN',
    message: `The merged result is not what its two sides make it in ${path}; nothing was moved.`,
    details: { paths: [path], ours: sides.ours, theirs: sides.theirs, result_tree: result },
  });
});

test('says how much it has compared', async () => {
  if (!subject) throw new Error('no such situation');
  const sides = await sidesOf(subject);
  const { ours, theirs, tree: result } = sides;
  expect((await prove(sides, result))?.step).toEqual({ ours, theirs, result, paths: 4, both: 0 });
});
