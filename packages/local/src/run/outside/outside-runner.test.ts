import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository, privateDir } from '../../repository/repository.ts';
import { Git } from '../../git/git.ts';
import { Fence } from '../fence/fence.ts';
import { ProcessRunner } from '../process-runner.ts';
import { OutsideRunner } from './outside-runner.ts';
import { OutsideWatch } from './outside-watch.ts';
import { RefWatch } from './ref-watch.ts';

let count = 0;

/** Lanes a, b and c, and agents of a few lines of shell in the first two; none has a fence. */
async function world() {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': 'a\n', 'mine.txt': 'old\n', '.gitignore': '/.worktrees/\n*.tmp\n' });
  const laneOf = (name: string): string => path.join(repository.root, '.worktrees', name);
  for (const name of ['a', 'b', 'c'])
    repository.git('worktree', 'add', '--quiet', '-b', `kitty/${name}`, laneOf(name));
  const found = await findRepository(repository.root);
  const folder = privateDir(found, 'runs', 'r');
  mkdirSync(folder, { recursive: true });
  const env = { ...repository.env, PATH: process.env['PATH'] ?? '' };
  const owner = { repository: found, env };
  const watch = new OutsideWatch(owner, folder);
  const refs = new RefWatch(owner, { missionId: 'm', target: 'main', folder });
  const fence = new Fence(found, env, []);
  const start = (lane: string, script: string) => {
    const invocation = () => ({ argv: ['sh', '-c', script], mayKnow: () => false, stream: 'none' as const });
    const inner = new ProcessRunner({ folder, env, invocation, fence });
    const watches = { watch, refs, git: new Git(found.primary, env), commonDir: found.commonDir };
    const runner = new OutsideRunner(inner, { fence, folder, everyMs: 50, ...watches });
    const attempt = `outside-${process.pid}-${(count += 1)}`;
    const task = { attempt, agent: 'x', role: 'implementer', mission: 'm', wp: 'WP01', prompt: 'p' } as const;
    return runner.start({ ...task, workspace: laneOf(lane), timeoutMs: 60_000 });
  };
  const run = async (lane: string, script: string) => (await start(lane, script)).ended;
  return { repository, laneOf, start, run };
}

test('what changes in the primary checkout and in an idle lane is kept as a patch, and stays as it is', async () => {
  const { repository, laneOf, run } = await world();
  repository.write({ 'mine.txt': 'mine\n' });
  const index = readFileSync(path.join(repository.root, '.git', 'index'));
  const end = await run(
    'a',
    `echo work > a.txt; cd ../..; echo theirs > mine.txt; echo new > new.txt; echo x > x.tmp; rm a.txt; cd .worktrees/b; echo b >> a.txt`,
  );
  expect(end.how).toBe('exited');
  expect(end.outside?.map(({ root, files }) => [root, files])).toEqual([
    [repository.root, ['a.txt', 'mine.txt', 'new.txt']],
    [laneOf('b'), ['a.txt']],
  ]);
  expect(readFileSync(path.join(repository.root, '.git', 'index'))).toEqual(index);
  expect(repository.read('mine.txt')).toBe('theirs\n');

  // What somebody had written before, and not committed, can be had again.
  const [inPrimary] = end.outside ?? [];
  repository.git('apply', '--reverse', inPrimary?.patch ?? '');
  expect([repository.read('mine.txt'), repository.read('a.txt')]).toEqual(['mine\n', 'a\n']);
  expect(repository.git('status', '--short').trim()).toBe('M mine.txt');
});

test('nothing is told where nothing changed, nor of what was committed or written before', async () => {
  const { repository, run } = await world();
  repository.write({ 'mine.txt': 'mine\n', 'untracked.txt': 'x\n' });
  const end = await run(
    'a',
    'echo work > a.txt; git -C ../.. commit --quiet -m mine mine.txt; echo x > ../../kitty-specs || true',
  );
  expect(end).not.toHaveProperty('outside');
});

test('a lane in which another attempt works is its own business, and a change is told to all who ran', async () => {
  const { repository, laneOf, start } = await world();
  const [one, other] = [
    await start('a', 'sleep 2; echo x > ../b/a.txt'),
    await start('b', 'echo b > a.txt; sleep 2'),
  ];
  repository.write({ 'mine.txt': 'by hand\n' });
  const ends = [await one.ended, await other.ended];
  expect(ends.map(({ outside }) => outside?.map(({ root }) => root))).toEqual([
    [repository.root],
    [repository.root],
  ]);
  expect(ends.map(({ how, reason }) => [how, reason])).toEqual([
    ['exited', ''],
    ['exited', ''],
  ]);
  expect(readFileSync(path.join(laneOf('a'), 'a.txt'), 'utf8')).toBe('a\n');
});

test('a large file is told by name', async () => {
  const { run } = await world();
  const end = await run('a', 'head -c 9000000 /dev/zero > ../../large.bin');
  expect(end.outside).toEqual([{ root: expect.any(String), files: ['large.bin'], patch: null }]);
});

test.skipIf(process.platform !== 'linux')(
  'an agent that is seen at it is ended, and not as if it had been told to stop [needs Linux]',
  async () => {
    const { repository, run } = await world();
    const end = await run('a', 'exec 3>> ../../mine.txt; echo theirs >&3; sleep 30');
    expect(end.how).toBe('failed');
    expect(end.reason).toMatch(
      /^It was ended: its process \d+ was changing .*mine\.txt, which is not in its worktree\.$/,
    );
    expect(end.outside?.[0]?.files).toEqual(['mine.txt']);
    expect(repository.read('mine.txt')).toBe('old\ntheirs\n');
  },
);

test('a person who edits beside an agent that has other files open is not taken for it', async () => {
  const { repository, run } = await world();
  const ended = run(
    'a',
    'exec 3>> ../../x.tmp; exec 4>> a.txt; echo x >&3; echo x >&4; exec 5< ../../mine.txt; sleep 1',
  );
  writeFileSync(path.join(repository.root, 'mine.txt'), 'by hand\n');
  for (const turn of [1, 2, 3]) {
    await pause(150);
    repository.write({ 'mine.txt': `by hand ${turn}\n` });
  }
  const end = await ended;
  expect([end.how, end.reason]).toEqual(['exited', '']);
  expect(end.outside?.every(({ files }) => files.join() === 'mine.txt')).toBe(true);
});
