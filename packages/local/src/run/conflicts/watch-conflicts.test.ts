import type { ConflictRecord } from '@spec-kitty/core/run/conflicts/conflict-record';
import { watchConflicts } from '@spec-kitty/core/run/conflicts/watch-conflicts';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { GitConflictFinder } from './git-conflict-finder.ts';

/** A watch that looks when told to. */
class SteppedWatch {
  readonly told: ConflictRecord[] = [];
  readonly asked: number[] = [];
  #goOn: (() => void) | undefined;
  #looked: (() => void) | undefined;
  #over: (() => void) | undefined;
  #end: Promise<void> = Promise.resolve();

  async begin(world: MissionWorld, known: Parameters<typeof watchConflicts>[2]['told'] = []): Promise<void> {
    const work = await world.workspace();
    const { mission } = await work.view(world.directory);
    const finder = new GitConflictFinder({ repository: work.repository, env: world.repository.env });
    const conflicts = {
      conflicts: (pairs: Parameters<typeof finder.conflicts>[0], target: string) => {
        this.asked.push(pairs.length);
        return finder.conflicts(pairs, target);
      },
      pause: (over: Promise<unknown>) => {
        this.#looked?.();
        return Promise.race([new Promise<void>((resolve) => (this.#goOn = resolve)), over]).then(
          () => undefined,
        );
      },
    };
    const over = new Promise<void>((resolve) => (this.#over = resolve));
    const first = new Promise<void>((resolve) => (this.#looked = resolve));
    const watch = { told: known, tell: (record: ConflictRecord) => void this.told.push(record), over };
    this.#end = watchConflicts({ work, conflicts }, mission, watch);
    await first;
  }

  /** What is told by one look more. */
  async look(): Promise<readonly ConflictRecord[]> {
    const before = this.told.length;
    const looked = new Promise<void>((resolve) => (this.#looked = resolve));
    this.#goOn?.();
    await looked;
    return this.told.slice(before);
  }

  async end(): Promise<readonly ConflictRecord[]> {
    const before = this.told.length;
    this.#over?.();
    await this.#end;
    return this.told.slice(before);
  }
}

async function begun(): Promise<MissionWorld> {
  const world = missionWorld();
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
      { id: 'WP03', owns: ['src/c.js'], dependencies: ['WP01'] },
    ],
    { 'shared.txt': 'one\ntwo\nthree\n' },
  );
  await world.claim('WP01');
  await world.claim('WP02', 'codex');
  return world;
}

test('a conflict of two lanes is told while they are worked on, once, and when it is gone', async () => {
  const world = await begun();
  const watch = new SteppedWatch();
  await watch.begin(world);
  expect(watch.told).toEqual([]);
  world.work('lane-a', { 'shared.txt': 'one\nA\nthree\n' });
  expect(await watch.look()).toEqual([]);
  world.work('lane-b', { 'shared.txt': 'one\nB\nthree\n' });
  const between = { lane: 'lane-a', other: 'lane-b' };
  expect(await watch.look()).toEqual([{ kind: 'conflict_seen', ...between, paths: ['shared.txt'] }]);
  expect(await watch.look()).toEqual([]);
  world.work('lane-b', { 'shared.txt': 'one\ntwo\nthree\n' });
  expect(await watch.look()).toEqual([{ kind: 'conflict_gone', ...between }]);
  expect(await watch.end()).toEqual([]);
  // Two lanes and the target; then what the lane that has moved is part of; nothing where nothing has moved.
  expect(watch.asked).toEqual([3, 2, 2, 2]);
});

test('a lane conflicts with its target where that has moved, and what was committed last is not missed', async () => {
  const world = await begun();
  const watch = new SteppedWatch();
  await watch.begin(world);
  world.work('lane-a', { 'shared.txt': 'one\nA\nthree\n' });
  await watch.look();
  world.repository.commit('Meanwhile', { 'shared.txt': 'one\nM\nthree\n' });
  expect(await watch.end()).toEqual([
    { kind: 'conflict_seen', lane: 'lane-a', other: null, paths: ['shared.txt'] },
  ]);
});

test('a lane that rests on another is no conflict, and one that is given up is none any more', async () => {
  const world = await begun();
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.approve('WP01');
  await world.claim('WP03');
  world.work('lane-c', { 'src/c.js': 'c\n', 'src/a.js': 'a, and more\n', 'shared.txt': 'C\n' });
  world.work('lane-b', { 'shared.txt': 'B\n' });
  const watch = new SteppedWatch();
  await watch.begin(world);
  const between = { lane: 'lane-b', other: 'lane-c' };
  expect(watch.told).toEqual([{ kind: 'conflict_seen', ...between, paths: ['shared.txt'] }]);
  await world.move('WP02', 'canceled', { agent: 'ada', note: 'Not needed.', force: true });
  expect(await watch.look()).toEqual([{ kind: 'conflict_gone', ...between }]);
  await watch.end();
});

test('a watch that goes on tells what has changed since', async () => {
  const world = await begun();
  world.work('lane-a', { 'shared.txt': 'A\n' });
  world.work('lane-b', { 'shared.txt': 'B\n' });
  const watch = new SteppedWatch();
  await watch.begin(world, [
    { lane: 'lane-a', other: 'lane-b', paths: ['shared.txt'] },
    { lane: 'lane-a', other: null, paths: ['src/a.js'] },
  ]);
  expect(watch.told).toEqual([{ kind: 'conflict_gone', lane: 'lane-a', other: null }]);
  await watch.end();
});

test('where nobody can look, that is told once, and looking goes on', async () => {
  const world = await begun();
  const watch = new SteppedWatch();
  await watch.begin(world);
  const manifest = `${world.folder}/lanes.json`;
  const text = world.repository.read(manifest);
  world.repository.write({ [manifest]: '{' });
  expect(await watch.look()).toMatchObject([{ kind: 'conflicts_unknown' }]);
  expect(await watch.look()).toEqual([]);
  world.repository.write({ [manifest]: text });
  world.work('lane-a', { 'shared.txt': 'A\n' });
  world.work('lane-b', { 'shared.txt': 'B\n' });
  expect(await watch.look()).toMatchObject([{ kind: 'conflict_seen' }]);
  await watch.end();
});
