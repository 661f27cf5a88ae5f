import { MERGE_STRATEGIES } from '@spec-kitty/core/project/merge-strategy';
import { importSituations } from '@spec-kitty/testkit/merge-situations/import-situations';
import { readTree } from '@spec-kitty/testkit/merge-situations/read-tree';
import type { Changes, Situation, SituationCommit } from '@spec-kitty/testkit/merge-situations/situation';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { findRepository } from '../repository/repository.ts';
import { buildMerge } from './build-merge.ts';
import { TreeWriter } from './tree-writer.ts';

const RUNS = 16;

const world: TempRepository[] = [];
afterAll(() => {
  for (const repository of world) repository.dispose();
});

/** One step of a side; numbers choose among the files and lines that there are. */
type Step =
  | { readonly kind: 'add' | 'remove' | 'replace'; readonly file: number; readonly line: number }
  | { readonly kind: 'rename' | 'delete' | 'create'; readonly file: number }
  | { readonly kind: 'share'; readonly line: number };

const file = fc.nat(5);
const line = fc.nat(11);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('add' as const, 'replace', 'remove'), file, line }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('rename' as const, 'delete', 'create'), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('share' as const), line }) },
);
const histories = fc.record({
  target: fc.array(step, { maxLength: 4 }),
  lanes: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
});

/** Files as lists of lines that nothing else has, so that a line can be followed wherever it goes. */
type Lines = Readonly<Record<string, readonly string[]>>;

const BASE: Lines = Object.fromEntries(
  ['a', 'b', 'c', 'd'].map((name) => [name, Array.from({ length: 12 }, (_, at) => `${name}${at}`)]),
);

const linesOf = (files: Lines): readonly string[] => Object.values(files).flat();

const without = (lines: readonly string[], taken: readonly string[]): readonly string[] => {
  const gone = new Set(taken);
  return lines.filter((one) => !gone.has(one));
};

/** What one side has written and taken away, whatever file it was in. */
interface Side {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

interface Made {
  readonly situation: Situation;
  readonly sides: ReadonlyMap<string, Side>;
}

function make({ target, lanes }: { target: readonly Step[]; lanes: readonly (readonly Step[])[] }): Made {
  const history: Record<string, SituationCommit> = { base: { parents: [], changes: changed({}, BASE) } };
  const sides = new Map<string, Side>();
  const names = ['target', ...lanes.map((_, at) => `lane${at}`)];
  for (const [at, steps] of [target, ...lanes].entries()) {
    const name = names[at] ?? '';
    let parents = ['base'];
    let files = BASE;
    for (const [number, one] of steps.entries()) {
      const next = stepped(files, one, `${name}-${number}`);
      const commit = number === steps.length - 1 ? name : `${name}-${number}`;
      history[commit] = { parents, changes: changed(files, next) };
      parents = [commit];
      files = next;
    }
    if (steps.length === 0) history[name] = { parents, changes: {} };
    const [before, now] = [linesOf(BASE), linesOf(files)];
    sides.set(name, { added: without(now, before), removed: without(before, now) });
  }
  return { situation: { name: '', history, lanes: names.slice(1), outcome: { files: {} } }, sides };
}

function stepped(files: Lines, one: Step, mark: string): Lines {
  if (one.kind === 'create') return { ...files, [`new-${mark}`]: [`${mark} first`, `${mark} second`] };
  if (one.kind === 'share') {
    // A line that other sides may write at the same place, as from a common patch.
    const [lines, shared] = [files['a'], `shared ${one.line}`];
    return lines && !lines.includes(shared) ? { ...files, a: [shared, ...lines] } : files;
  }
  const names = Object.keys(files).toSorted();
  const name = names[one.file % names.length];
  const lines = name === undefined ? undefined : files[name];
  if (name === undefined || !lines) return files;
  if (!('line' in one)) {
    const { [name]: _gone, ...others } = files;
    return one.kind === 'delete' ? others : { ...others, [`${name}-${mark}`]: lines };
  }
  const at = one.line % (lines.length + 1);
  const written = one.kind === 'remove' ? [] : [`${mark} writes`];
  return { ...files, [name]: lines.toSpliced(at, one.kind === 'add' ? 0 : 1, ...written) };
}

function changed(before: Lines, after: Lines): Changes {
  const gone = Object.keys(before).filter((name) => !(name in after));
  const texts = Object.entries(after).map(([name, lines]) => [name, lines.map((one) => `${one}\n`).join('')]);
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...texts]);
}

test('every line that a side has written is there, and none is missing that no side has removed', async () => {
  let clean = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (drawn) => {
      const repository = new TempRepository();
      world.push(repository);
      const { situation, sides } = make(drawn);
      const found = importSituations(repository, [situation]).get(situation);
      if (!found) throw new Error('not imported');
      const git = new Git(repository.root, repository.env);
      const trees = new TreeWriter(await findRepository(repository.root), repository.env);
      const lanes = situation.lanes.map((laneId) => {
        const commit = found.commits[laneId] ?? '';
        return { laneId, packages: ['WP01'], commit, base: null, reviewed: [] };
      });
      const order = {
        mission: 'pay',
        target: found.branch,
        tip: repository.git('rev-parse', found.branch),
        lanes,
        proposal: null,
        laneMessage: () => 'lane',
        squashMessage: () => 'squash',
      };
      const merged = await buildMerge(git, trees, { ...order, strategy: 'merge' });
      // A lane that conflicts is left out as a whole.
      const taken = merged.lanes
        .filter(({ conflicts }) => conflicts.length === 0)
        .map(({ laneId }) => laneId);
      const present = Object.values(readTree(repository, merged.merged)).flatMap((content) =>
        typeof content === 'string' ? content.trimEnd().split('\n').filter(Boolean) : [],
      );
      const joined = ['target', ...taken].flatMap((name) => sides.get(name) ?? []);
      const due = [
        ...without(
          linesOf(BASE),
          joined.flatMap(({ removed }) => removed),
        ),
        ...joined.flatMap(({ added }) => added),
      ];
      expect(without(due, present), 'lost').toEqual([]);
      expect(without(present, due), 'came back').toEqual([]);
      if (taken.length < lanes.length) return;
      clean += 1;
      for (const strategy of MERGE_STRATEGIES) {
        const same = await buildMerge(git, trees, { ...order, strategy });
        const tree = repository.git('rev-parse', `${same.merged}^{tree}`);
        expect(tree, strategy).toBe(repository.git('rev-parse', `${merged.merged}^{tree}`));
      }
    }),
    { seed: 20_260_105, numRuns: RUNS, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false },
  );
  // Otherwise nothing was tried.
  expect(clean).toBeGreaterThan(2);
}, 120_000);
