import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { mergeMission } from './merge-mission.ts';

const forced = { agent: 'ada', force: true, note: 'it was done elsewhere' };

test('packages that are done by force are accepted, and that is the end: a merge only puts the lanes away', async () => {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'] },
  ]);
  await world.claim('WP01');
  const commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'done', forced);
  await world.move('WP02', 'canceled', { agent: 'ada', note: 'not wanted' });
  const next = async () => askNext(await (await world.workspace()).view(world.directory), 'ada');

  expect(await next()).toMatchObject({ kind: 'step', action: 'accept' });
  expect(await world.accept()).toMatchObject({ already: false, committed: true });
  expect(await next()).toMatchObject({ kind: 'terminal', reason: expect.stringContaining('accepted') });
  const merge = async (dryRun: boolean) =>
    mergeMission(await world.workspace(), world.mergeRequest({ dryRun }));
  expect(await merge(true)).toMatchObject({ kind: 'nothing', landed: null, retired: [] });
  expect(world.hasLane('lane-a')).toBe(true);
  expect(await merge(false)).toMatchObject({
    kind: 'nothing',
    retired: [
      { laneId: 'lane-a', worktreeRemoved: true, branchRemoved: false },
      { laneId: 'lane-b', worktreeRemoved: true, branchRemoved: true },
    ],
  });
  // What only the lane has is not lost.
  expect(world.repository.git('branch', '--contains', commit)).toContain('lane-a');
  expect(world.repository.git('status', '--porcelain')).toBe('');
});

test('a mission of which nothing is wanted any more needs nobody to accept it', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.move('WP01', 'canceled', { note: 'not wanted' });
  const view = await (await world.workspace()).view(world.directory);
  expect(askNext(view, 'ada')).toMatchObject({ kind: 'terminal' });
});

test('a merged mission says where it was merged to, with whatever is checked out', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  world.repository.git('branch', 'topic');
  const { integration } = await world.merge({ withoutAcceptance: true });
  const main = world.repository.git('rev-parse', 'main');
  for (const branch of ['main', 'topic']) {
    world.repository.git('switch', '--quiet', branch);
    world.reopen();
    const workspace = await world.workspace();
    expect(askNext(await workspace.view(world.directory), 'ada')).toMatchObject({ kind: 'terminal' });
    expect(await mergeMission(workspace, world.mergeRequest())).toMatchObject({
      kind: 'nothing',
      landed: { target: 'main', commit: integration.merged },
    });
  }
  expect(world.repository.git('rev-parse', 'main')).toBe(main);
});
