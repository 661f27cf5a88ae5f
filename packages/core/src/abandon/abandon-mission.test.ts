import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unfinishedMerge } from '@spec-kitty/local/pending-merges/open-merges';
import { worktreeFolders } from '@spec-kitty/local/repository/worktree-folders';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { expect, test } from 'vitest';
import { GIVEN_UP } from '../log/abandonment.ts';
import { abortMerge } from '../merge/pending-merge.ts';
import { type AbandonedMission, type AbandonPorts, abandonMission } from './abandon-mission.ts';

const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';

function portsOf(workspace: Workspace, more: Partial<AbandonPorts> = {}): AbandonPorts {
  return {
    clock: workspace.clock,
    ids: workspace.ids,
    missions: workspace.missions,
    log: workspace.log,
    lock: workspace.lock,
    files: workspace.files,
    view: (handle) => workspace.view(handle),
    viewOf: (mission) => workspace.viewOf(mission),
    branch: () => workspace.branch(),
    config: () => workspace.config(),
    lanes: () => workspace.lanes(),
    unfinishedMerge: (missionId) => unfinishedMerge(workspace.repository, missionId),
    worktreeFolders: () => worktreeFolders(workspace.repository),
    ...more,
  };
}

async function abandon(world: MissionWorld, more: Partial<AbandonPorts> = {}): Promise<AbandonedMission> {
  const workspace = await world.workspace();
  const request = { mission: world.directory, actor: 'ada', reason: 'no longer needed' };
  return abandonMission(portsOf(workspace, more), request);
}

async function planned(): Promise<MissionWorld> {
  const world = missionWorld();
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a/**'] },
      { id: 'WP02', owns: ['src/b/**'] },
      { id: 'WP03', owns: ['src/c/**'] },
    ],
    { '.gitignore': 'build/\n' },
  );
  return world;
}

const refs = ({ repository }: MissionWorld) =>
  repository
    .git('for-each-ref', '--format=%(refname:lstrip=4)', 'refs/spec-kitty/backup')
    .split('\n')
    .filter((name) => name !== '');

test('cancels what is not done, and what was not committed comes back with the worktree and without it', async () => {
  const world = await planned();
  await world.claim('WP01');
  const commit = world.work('lane-a', { 'src/a/a.js': 'one\n' });
  world.repository.write({
    [`.worktrees/${world.directory}-lane-a/src/a/a.js`]: 'two\n',
    [`.worktrees/${world.directory}-lane-a/src/a/new.js`]: 'new\n',
    [`.worktrees/${world.directory}-lane-a/src/a/staged.js`]: 'staged\n',
    [`.worktrees/${world.directory}-lane-a/build/out.js`]: 'built\n',
  });
  world.gitIn('lane-a', 'add', 'src/a/staged.js');
  writeFileSync(path.join(world.lane('lane-a'), 'src/a/staged.js'), 'changed since\n');
  const before = world.gitIn('lane-a', 'status', '--porcelain', '--ignored');

  const done = await abandon(world);
  expect(done).toMatchObject({ canceled: ['WP01', 'WP02', 'WP03'], already: false });
  expect(await world.lanes()).toEqual({ WP01: 'canceled', WP02: 'canceled', WP03: 'canceled' });
  expect(done.lanes).toMatchObject([
    {
      laneId: 'lane-a',
      branch: { commit, removed: true },
      worktreeKept: null,
      uncommitted: { paths: 3 },
    },
  ]);
  expect(world.hasLane('lane-a')).toBe(false);
  expect(world.repository.git('branch', '--list', 'kitty/*')).toBe('');
  expect(refs(world)).toEqual([`${ID}/lane-a`, `${ID}/lane-a-uncommitted`].map((ref) => ref.slice(27)));
  const kept = done.lanes[0]?.uncommitted?.commit ?? '';
  const shown = (revision: string) => world.repository.git('show', revision);
  expect([
    shown(`${kept}:src/a/a.js`),
    shown(`${kept}:src/a/new.js`),
    shown(`${kept}:src/a/staged.js`),
    shown(`${kept}^2:src/a/staged.js`),
    world.repository.git('rev-parse', `${kept}^1`),
  ]).toEqual(['two', 'new', 'changed since', 'staged', commit]);

  const again = await abandon(world);
  expect(again).toMatchObject({ canceled: [], already: true, lanes: [] });

  world.repository.git('gc', '--quiet', '--prune=now');
  const recovery = await (await world.workspace()).recovery();
  const found = await recovery.find(done.lanes[0]?.trashId ?? '');
  if (found.kind !== 'worktree') throw new Error('not in the trash');
  expect(await recovery.restore(found.entry)).toMatchObject({ branchMade: true });
  expect(world.gitIn('lane-a', 'status', '--porcelain', '--ignored')).toBe(before);
});

test('a mission that was given up is not accepted', async () => {
  const world = await planned();
  await abandon(world);
  await expect(world.accept()).rejects.toMatchObject({ code: 'MISSION_ABANDONED' });
});

test('a lane that cannot be put away is named before anything is recorded', async () => {
  const world = await planned();
  await world.claim('WP01');
  rmSync(path.join(world.repository.root, '.worktrees', `${world.directory}-lane-a`, '.git'));
  await expect(abandon(world)).rejects.toMatchObject({ code: 'WORKTREE_UNLINKED' });
  expect(await world.lanes()).toMatchObject({ WP01: 'in_progress', WP02: 'planned' });
});

test('a conflict that is open and a rebase that is under way are kept, too', async () => {
  const world = await planned();
  await world.claim('WP01');
  world.work('lane-a', { 'src/a/a.js': 'one\n' });
  world.repository.commit('meanwhile', { 'src/a/a.js': 'other\n' });
  expect(() => world.gitIn('lane-a', 'rebase', 'main')).toThrow('could not apply');
  const done = await abandon(world);
  const [lane] = done.lanes;
  expect(lane).toMatchObject({ branch: { removed: true }, wasOnBranch: false, worktreeKept: null });
  expect(world.repository.git('show', `${lane?.uncommitted?.commit}:src/a/a.js`)).toContain('<<<<<<<');
  world.repository.git('gc', '--quiet', '--prune=now');
  const recovery = await (await world.workspace()).recovery();
  const found = await recovery.find(lane?.trashId ?? '');
  const backup = await recovery.find(lane?.branch?.backup ?? '');
  if (found.kind !== 'worktree' || backup.kind !== 'backup') throw new Error('not in the trash');
  expect(await recovery.restoreBranch(backup.backup, undefined)).toBe(lane?.branch?.name);
  await recovery.restore(found.entry);
  expect(world.gitIn('lane-a', 'status')).toContain('You are currently rebasing');
  world.gitIn('lane-a', 'rebase', '--abort');
  expect(world.gitIn('lane-a', 'show', 'HEAD:src/a/a.js')).toBe('one');
});

test('a locked worktree stays with its branch; unlocked, the next run takes it', async () => {
  const world = await planned();
  await world.claim('WP01');
  world.repository.git('worktree', 'lock', world.lane('lane-a'));
  expect((await abandon(world)).lanes).toMatchObject([
    { branch: { removed: false }, trashId: null, worktreeKept: world.lane('lane-a') },
  ]);
  world.repository.git('worktree', 'unlock', world.lane('lane-a'));
  expect((await abandon(world)).lanes).toMatchObject([{ branch: { removed: true }, worktreeKept: null }]);
});

test('broken off between the steps, the next run does what is left', async () => {
  const world = await planned();
  await world.claim('WP01');
  await world.claim('WP02');
  const workspace = await world.workspace();
  const lanes = await workspace.lanes();
  const broken = withChanges(lanes, {
    abandon: (folder: string, ...rest: [readonly string[], { missionId: string; laneId: string }]) => {
      if (folder.endsWith('lane-b')) throw new Error('killed');
      return lanes.abandon(folder, ...rest);
    },
  });
  await expect(abandon(world, { lanes: async () => broken })).rejects.toThrow('killed');
  expect([world.hasLane('lane-a'), world.hasLane('lane-b')]).toEqual([false, true]);
  expect(await abandon(world)).toMatchObject({ already: true, canceled: [], lanes: [{ laneId: 'lane-b' }] });
  expect([world.hasLane('lane-b'), world.repository.git('branch', '--list', 'kitty/*')]).toEqual([false, '']);
});

test('what is done stays done; a merge under way is finished first', async () => {
  const world = await planned();
  await world.deliver('WP01', 'lane-a', { 'src/a/a.js': 'a' });
  await expect(abandon(world, { unfinishedMerge: () => 'open' as const })).rejects.toMatchObject({
    code: 'MERGE_PENDING',
  });
  expect((await world.lanes())['WP01']).toBe('approved');
  await world.move('WP01', 'done', { agent: 'ada', force: true, note: 'it is', doneOverrideReason: 'it is' });
  expect((await abandon(world)).canceled).toEqual(['WP02', 'WP03']);
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'canceled', WP03: 'canceled' });
});

test('lanes are found by their names where the mission has lost its files', async () => {
  const world = await planned();
  await world.claim('WP01');
  world.repository.git('rm', '-r', '--quiet', '--cached', world.folder);
  world.repository.git('commit', '--quiet', '--amend', '--message', 'without');
  world.repository.git('clean', '--force', '-d', '--quiet', world.folder);
  world.reopen();
  expect(await abandon(world)).toMatchObject({ lanes: [{ laneId: 'lane-a', branch: { removed: true } }] });
  expect(existsSync(world.lane('lane-a'))).toBe(false);
});

test('a mission that is merged is refused, with how its work is taken out of the target', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  await world.merge();
  await expect(abandon(world)).rejects.toMatchObject({
    code: 'MISSION_MERGED',
    hints: [expect.stringMatching(/`git log [0-9a-f]{40}`/), expect.stringContaining('spec-kitty merge')],
  });
  await world.move('WP01', 'planned', { agent: 'ada', force: true, note: 'Again' });
  expect(await abandon(world)).toMatchObject({ canceled: ['WP01'], already: false });
});

test('one of several missions is given up by its name only: run again without it, another would be', async () => {
  const world = await planned();
  const again = async () =>
    abandonMission(portsOf(await world.workspace()), { mission: undefined, actor: 'ada', reason: 'x' });
  const other = { mission_id: '01KE6Z2W3M8Q4T5X6Y7Z8A9B0C', mission_slug: 'other' };
  world.repository.write({ 'kitty-specs/other-01KE6Z2W/meta.json': JSON.stringify(other) });
  await abandon(world);
  expect((await world.workspace()).missions.isOpen('other-01KE6Z2W')).toBe(true);
  await expect(again()).rejects.toMatchObject({ code: 'MISSION_REQUIRED' });
  world.repository.git('clean', '--force', '-d', '--quiet', 'kitty-specs/other-01KE6Z2W');
  world.reopen();
  expect(await again()).toMatchObject({ already: true });
});

test('of a mission that was given up, nobody is told to merge it', async () => {
  const world = await planned();
  await abandon(world);
  await expect(abortMerge(await world.workspace(), { mission: world.directory })).rejects.toMatchObject({
    code: 'NO_MERGE_PENDING',
    hints: [GIVEN_UP],
  });
});
