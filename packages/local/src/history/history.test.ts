import { spawnSync } from 'node:child_process';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { lackedOf, commonAncestors, readHistory } from './history.ts';

const RUNS = 60;
const SEED = 20_260_105;
const LANES = 3;

const repository = new TempRepository();
const git = new Git(repository.root, repository.env);
afterAll(() => repository.dispose());

/** Of each commit how far back those are that it is made on, and the hour at which it was made: clocks differ. */
const histories = fc.record({
  commits: fc.array(
    fc.record({
      parents: fc.oneof(
        { weight: 8, arbitrary: fc.array(fc.nat(4), { minLength: 1, maxLength: 2 }) },
        { weight: 1, arbitrary: fc.array(fc.nat(4), { maxLength: 0 }) },
      ),
      hour: fc.nat(3),
      tree: fc.nat(2),
    }),
    { minLength: 6, maxLength: 14 },
  ),
  target: fc.nat(4),
  lanes: fc.array(fc.nat(4), { minLength: LANES, maxLength: LANES }),
});
type Drawn = typeof histories extends fc.Arbitrary<infer One> ? One : never;

/** Makes the commits of histories, and after them those that join lanes to the target, one after the other. */
function imported(all: readonly Drawn[]) {
  let made = 0;
  const stream: string[] = [];
  const commit = (parents: readonly number[], hour: number, tree: number): number => {
    made += 1;
    const who = `A <a@example.com> ${1_700_000_000 + hour * 3600} +0000`;
    const [first, ...more] = [...new Set(parents)];
    stream.push('reset refs/heads/made', `commit refs/heads/made`, `mark :${made}`, `committer ${who}`);
    stream.push(`data <<X\n${made}\nX`);
    if (first !== undefined) stream.push(`from :${first}`);
    for (const one of more) stream.push(`merge :${one}`);
    stream.push('deleteall', `M 100644 inline f`, `data <<X\n${tree}\nX`, '');
    return made;
  };
  const marks = all.map(({ commits, target, lanes }) => {
    const own: number[] = [];
    const back = (steps: number): number => own[Math.max(0, own.length - 1 - steps)] ?? 0;
    for (const { parents, hour, tree } of commits) {
      own.push(commit(own.length === 0 ? [] : parents.map(back), own.length + hour, tree));
    }
    const [first = 0, ...those] = [target, ...lanes].map(back);
    const tips = [first];
    for (const lane of those) tips.push(commit([tips.at(-1) ?? 0, lane], commits.length + tips.length, 0));
    return { target: first, lanes: those, tips };
  });
  const { status, stderr } = spawnSync('git', ['fast-import', '--quiet', '--force', '--export-marks=marks'], {
    cwd: repository.root,
    env: repository.env,
    input: stream.join('\n'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const ids = new Map(
    repository
      .read('marks')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const id = (mark: number) => ids.get(`:${mark}`) ?? '';
  return marks.map(({ target, lanes, tips }) => ({
    target: id(target),
    lanes: lanes.map(id),
    tips: tips.map(id),
  }));
}

test('what lanes bring and where they part from a target that has got others is as Git says, criss-cross included', async () => {
  const read = new Map<string, string | undefined>();
  const seen = { several: 0, none: 0 };
  for (const { target, lanes, tips } of imported(fc.sample(histories, { numRuns: RUNS, seed: SEED }))) {
    const history = await readHistory(git, target, lanes);
    const joined = new Set<string>();
    for (const [at, lane] of lanes.entries()) {
      const tip = tips[at] ?? '';
      const lacked = lackedOf(history, lane, joined);
      expect([...lacked.commits].toSorted()).toEqual(
        (await git.lines(['rev-list', lane, `^${tip}`])).toSorted(),
      );
      const common = await git.tryText(['merge-base', '--all', tip, lane]);
      expect(await commonAncestors(git, lacked, [tip, lane])).toEqual(common?.split('\n') ?? []);
      for (const one of lacked.commits.size > 0 ? [...lacked.commits, ...lacked.ends] : [])
        read.set(one, history.trees.get(one));
      if (common?.includes('\n')) seen.several += 1;
      if (common === undefined) seen.none += 1;
      for (const one of lacked.commits) joined.add(one);
    }
  }
  const stdin = [...read.keys()].map((id) => `${id}\n`).join('');
  const trees = await git.lines(['log', '--no-walk=unsorted', '--format=%H %T', '--stdin'], { stdin });
  expect([...read].map((pair) => pair.join(' '))).toEqual(trees);
  expect(seen.several).toBeGreaterThan(2);
  expect(seen.none).toBeGreaterThan(2);
});

test('a commit that is named otherwise than by its id is not taken for one that the target has', async () => {
  const target = repository.commit('Target', { a: 'a' });
  const lane = repository.commit('Lane', { b: 'b' });
  repository.git('tag', '--annotate', '--message=Tag', 'named', lane);
  const names = [lane.slice(0, 12), repository.git('rev-parse', 'refs/tags/named')];
  const history = await readHistory(git, target, names);
  for (const name of names)
    expect(lackedOf(history, name)).toEqual({ commits: new Set([name]), ends: new Set([target]) });
});
