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
  expect(await merge(true)).toMatchObject({
    kind: 'nothing',
    landed: null,
    retired: [{ removed: ['worktree'] }, { removed: [] }],
  });
  expect(world.hasLane('lane-a')).toBe(true);
  expect(await merge(false)).toMatchObject({
    kind: 'nothing',
    retired: [
      {
        laneId: 'lane-a',
        worktreeRemoved: true,
        branchRemoved: false,
        removed: ['worktree'],
        kept: [{ kind: 'branch', reason: 'unlanded_commits', commits: 1 }],
      },
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

test('a second merge puts away what the first was told to keep, and says what it took and what stays', async () => {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  const first = await world.merge({ withoutAcceptance: true, keepWorktrees: true });
  for (const { removed, kept } of first.retired) {
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([
      { kind: 'worktree', reason: 'asked', commits: 0 },
      { kind: 'branch', reason: 'worktree_kept', commits: 0 },
    ]);
  }
  world.work('lane-b', { 'src/b.js': 'more\n' });
  world.work('lane-b', { 'src/b.js': 'still more\n' });
  const again = async (more = {}) => {
    world.reopen();
    return mergeMission(await world.workspace(), world.mergeRequest(more));
  };
  expect(await again({ keepWorktrees: true })).toMatchObject({
    retired: [
      { removed: [], kept: [{ reason: 'asked' }, { reason: 'worktree_kept' }] },
      { removed: [], kept: [{ reason: 'asked' }, { reason: 'unlanded_commits', commits: 2 }] },
    ],
  });
  expect(await again()).toMatchObject({
    retired: [
      // It landed by a squash, and the log says so.
      { laneId: 'lane-a', removed: ['worktree', 'branch'], kept: [] },
      { laneId: 'lane-b', removed: ['worktree'], kept: [{ kind: 'branch', commits: 2 }] },
    ],
  });
  expect([world.hasLane('lane-a'), world.hasLane('lane-b')]).toEqual([false, false]);
  expect(await again()).toMatchObject({ retired: [{ removed: [], kept: [] }, { removed: [] }] });
});

test('a target that is gone is named, with what to do about it', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  world.repository.git('branch', '--move', 'main', 'trunk');
  await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
    code: 'TARGET_NOT_FOUND',
    hints: [
      `If the branch has another name now, such as trunk, correct target_branch in ${world.folder}/meta.json.`,
      expect.stringContaining('`git branch main '),
    ],
  });
});

test('an approval by force of what nobody has begun says how to begin it', async () => {
  const other = missionWorld();
  await other.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  await other.move('WP01', 'approved', { agent: 'me', force: true, note: 'y' });
  await expect(other.accept()).rejects.toMatchObject({
    code: 'APPROVAL_WITHOUT_COMMIT',
    message: 'The approval of WP01 names no commit, and its lane has none; nothing was changed.',
    hints: [expect.stringContaining('move-task WP01 --to planned --force'), expect.any(String)],
  });
  await other.move('WP01', 'planned', { agent: 'me', force: true, note: 'by mistake' });
  await other.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await other.accept();
});
