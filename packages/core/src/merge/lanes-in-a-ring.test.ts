import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mergeMission } from './merge-mission.ts';

// Lane-a has WP01 and WP03; lane-b began with WP01, and WP03 with what lane-b made: each lane rests on the other.
const world = new MissionWorld();
const { repository } = world;
let secret = '';
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] },
    { id: 'WP03', owns: ['src/**'], dependencies: ['WP02'] },
  ]);
  secret = repository.commit('Secret', { 'secret.txt': 'SECRET\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  await world.deliver('WP03', 'lane-a', { 'src/c.js': 'c\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());
const lines = (file: string) => repository.git('show', `main:${file}`);

test.each(['merge', 'squash', 'rebase'] as const)(
  'lanes that rest on each other are merged by %s',
  async (strategy) => {
    repository.commit('Meanwhile', { 'other.txt': 'x\n' });
    await world.merge({ strategy, withoutAcceptance: true });
    expect(['src/a.js', 'lib/b.js', 'src/c.js', 'other.txt', 'secret.txt'].map(lines)).toEqual([
      'a',
      'b',
      'c',
      'x',
      'SECRET',
    ]);
    expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
  },
);

test('of which one was rebased below what was reviewed of it are merged with what was reviewed', async () => {
  const reviewed = repository.git('rev-parse', `kitty/mission-${world.directory}-lane-b~1`);
  await world.move('WP03', 'planned', { agent: 'codex', feedback: 'again', force: true, note: 'again' });
  await world.claim('WP03');
  repository.commit('Meanwhile', { 'other.txt': 'x\n' });
  world.gitIn('lane-a', 'rebase', '--quiet', 'main');
  for (const other of [reviewed, `kitty/mission-${world.directory}-lane-b`])
    world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', other);
  world.work('lane-a', { 'src/c.js': 'C\n' });
  await world.move('WP03', 'for_review', { agent: 'claude' });
  await world.approve('WP03');
  await world.merge({ withoutAcceptance: true });
  expect(['src/a.js', 'lib/b.js', 'src/c.js', 'other.txt'].map(lines)).toEqual(['a', 'b', 'C', 'x']);
});

test('what the target has dropped does not come back with lanes that rest on each other', async () => {
  repository.commit('Later', { 'later.txt': 'x\n' });
  repository.git('rebase', '--quiet', '--onto', `${secret}~1`, secret, 'main');
  const merge = async () =>
    mergeMission(await world.workspace(), world.mergeRequest({ withoutAcceptance: true }));
  await expect(merge()).rejects.toMatchObject({
    code: 'LANE_BRINGS_BACK',
    details: { commits: [secret], paths: ['secret.txt'] },
  });
});

const mergeByHand = (id: string, how: string) =>
  repository.git('merge', '--quiet', '--no-edit', how, `kitty/mission-${world.directory}-${id}`);

test('a merge of both by hand is recorded', async () => {
  for (const id of ['lane-b', 'lane-a']) mergeByHand(id, '--no-ff');
  await world.merge({ destination: 'landed', withoutAcceptance: true });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
});

test('what was squashed by hand lane by lane is for a merge to record', async () => {
  for (const id of ['lane-b', 'lane-a']) {
    mergeByHand(id, '--squash');
    repository.git('commit', '--quiet', '--message', id);
  }
  await expect(world.merge({ destination: 'landed', withoutAcceptance: true })).rejects.toMatchObject({
    code: 'LANES_NOT_LANDED',
    details: { lanes: ['lane-a'], same_files: true },
  });
  await world.merge({ withoutAcceptance: true });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
});

test('a pull request of both is made, and recorded once it has landed', async () => {
  await mergeMission(
    await world.workspace(),
    world.mergeRequest({ destination: 'branch', withoutAcceptance: true }),
  );
  repository.git('merge', '--quiet', '--squash', `kitty/mission-${world.directory}`);
  repository.git('commit', '--quiet', '-m', 'Squashed');
  await world.merge({ destination: 'landed', withoutAcceptance: true });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
});

test('of what was merged by hand and taken back in part nothing is said to be done', async () => {
  for (const id of ['lane-b', 'lane-a']) mergeByHand(id, '--no-ff');
  repository.git('rm', '--quiet', 'lib/b.js');
  repository.git('commit', '--quiet', '--message', 'Not that');
  await expect(world.merge({ destination: 'landed', withoutAcceptance: true })).rejects.toMatchObject({
    code: 'LANDING_REVERTED',
  });
});
