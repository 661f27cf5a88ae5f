import { execSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { laneWorld } from '@spec-kitty/testkit/lane-repository-world';
import { expect, test } from 'vitest';

const FOLDER = 'pay-01KE6Z2V-lane-a';
const BRANCH = 'kitty/mission-pay-01KE6Z2V-lane-a';
const request = (more = {}) => ({
  folder: FOLDER,
  branches: [BRANCH],
  base: 'main',
  dependencies: [],
  ...more,
});

test('a new lane: branch and worktree from its base, prepared once, invisible in the checkout that never ran init', async () => {
  const { repository, lanes, prepared, path: at } = await laneWorld();
  const head = repository.git('rev-parse', 'main');
  expect(await lanes.allocate(request())).toEqual({ path: at(FOLDER), branch: BRANCH, head, created: true });
  expect(repository.git('-C', at(FOLDER), 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
  expect(repository.git('status', '--porcelain', '--ignored=no')).toBe('');
  expect(repository.git('config', '--list', '--local')).not.toContain('kitty');

  expect(await lanes.allocate(request())).toMatchObject({ head, created: false });
  expect(prepared).toEqual([at(FOLDER)]);
});

test('work in a lane is reused as it is, committed or not', async () => {
  const { repository, lanes, path: at } = await laneWorld();
  await lanes.allocate(request());
  repository.write({ [`.worktrees/${FOLDER}/b.txt`]: 'b\n' });
  repository.git('-C', at(FOLDER), 'add', 'b.txt');
  repository.git('-C', at(FOLDER), 'commit', '--quiet', '--message', 'work');
  repository.write({
    [`.worktrees/${FOLDER}/a.txt`]: 'changed\n',
    [`.worktrees/${FOLDER}/new.txt`]: 'new\n',
  });
  const { head } = await lanes.allocate(request());
  expect(head).toBe(repository.git('-C', at(FOLDER), 'rev-parse', 'HEAD'));
  expect(repository.git('-C', at(FOLDER), 'status', '--porcelain')).toBe(' M a.txt\n?? new.txt');
});

test('the lane of the predecessor is found by either name and not prepared again', async () => {
  const { repository, lanes, prepared } = await laneWorld();
  const legacy = 'kitty/mission-079-post-lane-a';
  repository.git('branch', legacy);
  const asked = request({
    folder: '079-post-lane-a',
    branches: ['kitty/mission-post-01KQ47E8-lane-a', legacy],
  });
  expect(await lanes.allocate(asked)).toMatchObject({ branch: legacy, created: true });
  expect(repository.git('branch', '--list', 'kitty/*', '--format=%(refname:short)')).toBe(legacy);
  expect(prepared).toHaveLength(1);

  repository.git(
    'worktree',
    'add',
    '--quiet',
    '.worktrees/079-post-lane-b',
    '-b',
    'kitty/mission-079-post-lane-b',
  );
  const other = { ...asked, folder: '079-post-lane-b', branches: ['kitty/mission-079-post-lane-b'] };
  expect(await lanes.allocate(other)).toMatchObject({ created: false });
  expect(prepared).toHaveLength(1);
});

test.each([
  ['deleted by hand', (root: string) => rmSync(root, { recursive: true })],
  ['emptied by hand', (root: string) => (rmSync(root, { recursive: true }), mkdirSync(root))],
])('a worktree that was %s comes back with its commits', async (_, break_) => {
  const { repository, lanes, prepared, path: at } = await laneWorld();
  await lanes.allocate(request());
  repository.write({ [`.worktrees/${FOLDER}/b.txt`]: 'b\n' });
  repository.git('-C', at(FOLDER), 'add', 'b.txt');
  repository.git('-C', at(FOLDER), 'commit', '--quiet', '--message', 'work');
  const givenUp = repository.git('rev-parse', BRANCH);
  repository.git('-C', at(FOLDER), 'commit', '--quiet', '--amend', '--message', 'again');
  const tip = repository.git('rev-parse', BRANCH);
  break_(at(FOLDER));

  expect(await lanes.allocate(request())).toEqual({
    path: at(FOLDER),
    branch: BRANCH,
    head: tip,
    created: true,
  });
  expect(repository.read(`.worktrees/${FOLDER}/b.txt`)).toBe('b\n');
  expect(prepared).toHaveLength(2);
  const backup = `refs/spec-kitty/backup/forgotten/${FOLDER}-${givenUp.slice(0, 12)}`;
  expect(repository.git('rev-parse', backup)).toBe(givenUp);
});

test('a worktree that lost its link to Git is not taken for none, and the hint mends it with all that is in it', async () => {
  const { repository, lanes, path: at } = await laneWorld();
  await lanes.allocate(request());
  repository.write({ [`.worktrees/${FOLDER}/b.txt`]: 'b\n' });
  repository.git('-C', at(FOLDER), 'add', 'b.txt');
  rmSync(path.join(at(FOLDER), '.git'));
  const unlinked = { code: 'WORKTREE_UNLINKED' };
  await expect(lanes.inspect(FOLDER, [BRANCH])).rejects.toMatchObject(unlinked);
  await expect(lanes.allocate(request())).rejects.toMatchObject(unlinked);
  const lane = { missionId: 'M', laneId: 'lane-a' };
  await expect(lanes.abandon(FOLDER, [BRANCH], lane)).rejects.toMatchObject(unlinked);

  repository.git('worktree', 'repair');
  expect(await lanes.allocate(request())).toMatchObject({ created: false });
  expect(repository.git('-C', at(FOLDER), 'status', '--porcelain')).toBe('A  b.txt');
});

test('a worktree that is missing and locked is not forgotten', async () => {
  const { repository, lanes, path: at } = await laneWorld();
  await lanes.allocate(request());
  repository.git('worktree', 'lock', at(FOLDER));
  rmSync(at(FOLDER), { recursive: true });
  await expect(lanes.allocate(request())).rejects.toMatchObject({ code: 'WORKTREE_LOCKED' });
  expect(repository.git('worktree', 'list')).toContain(FOLDER);
});

test('after the repository was moved the hint mends the worktree', async () => {
  const { repository, lanes, open } = await laneWorld();
  await lanes.allocate(request());
  const moved = path.join(repository.base, 'moved');
  renameSync(repository.root, moved);
  mkdirSync(repository.root);
  const there = await open(moved);
  const unlinked = {
    code: 'WORKTREE_UNLINKED',
    hints: [expect.stringContaining('git worktree repair'), expect.stringContaining('move the folder away')],
  };
  await expect(there.allocate(request())).rejects.toMatchObject(unlinked);
  await expect(there.inspect(FOLDER, [BRANCH])).rejects.toMatchObject(unlinked);

  const root = path.join(moved, '.worktrees', FOLDER);
  repository.git('-C', moved, 'worktree', 'repair', root);
  expect(await there.allocate(request())).toMatchObject({ path: root, created: false });
});

test("somebody else's repository in place of the lane is left alone", async () => {
  const { repository, lanes, path: at } = await laneWorld();
  repository.git('init', '--quiet', at(FOLDER));
  await expect(lanes.allocate(request())).rejects.toMatchObject({ code: 'NOT_A_LANE_WORKTREE' });
  expect(readdirSync(at(FOLDER))).toEqual(['.git']);
});

test('a .worktrees folder that leads out of the repository is refused', async () => {
  const { repository, lanes } = await laneWorld();
  const outside = path.join(repository.base, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, path.join(repository.root, '.worktrees'));
  await expect(lanes.allocate(request())).rejects.toMatchObject({ code: 'PATH_OUTSIDE_REPOSITORY' });
  expect([readdirSync(outside), repository.git('branch', '--list', 'kitty/*')]).toEqual([[], '']);
});

test('a worktree on another branch holds work of somebody: it is never switched', async () => {
  const { repository, lanes, path: at } = await laneWorld();
  await lanes.allocate(request());
  for (const [args, found] of [
    [['switch', '--quiet', '-c', 'mine'], 'mine'],
    [['switch', '--quiet', '--detach'], null],
  ] as const) {
    repository.git('-C', at(FOLDER), ...args);
    await expect(lanes.allocate(request())).rejects.toMatchObject({
      code: 'LANE_BRANCH_MISMATCH',
      details: { expected: [BRANCH], found, workspace_path: at(FOLDER) },
      hints: [expect.stringContaining(`git -C ${at(FOLDER)} switch ${BRANCH}`)],
    });
  }
  repository.git('-C', at(FOLDER), 'switch', '--quiet', BRANCH);
  expect(await lanes.allocate(request())).toMatchObject({ created: false });
});

test('a branch that is checked out elsewhere is named with the place, also when that is gone', async () => {
  const { repository, lanes } = await laneWorld();
  const elsewhere = path.join(repository.base, 'elsewhere');
  repository.git('worktree', 'add', '--quiet', '-b', BRANCH, elsewhere);
  const inUse = { code: 'LANE_CHECKED_OUT_ELSEWHERE', details: { branch: BRANCH, checkout: elsewhere } };
  await expect(lanes.allocate(request())).rejects.toMatchObject({
    ...inUse,
    hints: [expect.stringContaining('Switch')],
  });
  rmSync(elsewhere, { recursive: true });
  await expect(lanes.allocate(request())).rejects.toMatchObject({
    ...inUse,
    hints: [expect.stringContaining('git worktree prune')],
  });
  repository.git('worktree', 'prune');
  expect(await lanes.allocate(request())).toMatchObject({ created: true });
});

test('the base is a branch and nothing else, and where only the remote has it the hint makes it', async () => {
  const { repository, lanes } = await laneWorld();
  repository.git('tag', 'release');
  const asked = request({ base: 'release' });
  await expect(lanes.allocate(asked)).rejects.toMatchObject({
    code: 'TARGET_NOT_FOUND',
    details: { branch: 'release' },
  });
  repository.git('update-ref', 'refs/remotes/origin/release', 'main');
  const fault = await lanes.allocate(asked).catch((error: { hints: string[] }) => error);
  const command = /`git ([^`]+)`/.exec('hints' in fault ? (fault.hints[0] ?? '') : '')?.[1] ?? '';
  repository.git(...command.split(' '));
  expect(await lanes.allocate(asked)).toMatchObject({ created: true });
  expect(repository.git('worktree', 'list')).toContain(FOLDER);
});

test('before the first commit there is nothing to start from, and the hint makes one', async () => {
  const { repository, lanes } = await laneWorld();
  repository.git('update-ref', '-d', 'HEAD');
  const fault = await lanes.allocate(request()).catch((error: { hints: string[] }) => error);
  expect(fault).toMatchObject({
    code: 'TARGET_NOT_FOUND',
    hints: [expect.stringContaining('`git commit --allow-empty -m "First commit"`')],
  });
  repository.git('commit', '--quiet', '--allow-empty', '-m', 'First commit');
  expect(await lanes.allocate(request())).toMatchObject({ created: true });
});

test('a killed `git worktree add` leaves nothing that the next claim trips over', async () => {
  const { repository, lanes, prepared, path: at } = await laneWorld();
  await lanes.allocate(request());
  // What Git keeps until a worktree is complete.
  const admin = path.join(repository.root, '.git/worktrees', FOLDER);
  writeFileSync(path.join(admin, 'locked'), 'initializing');
  writeFileSync(path.join(admin, 'index.lock'), '');
  rmSync(path.join(at(FOLDER), 'a.txt'));
  expect(await lanes.allocate(request())).toMatchObject({ created: true });
  expect(repository.git('-C', at(FOLDER), 'status', '--porcelain')).toBe('');
  expect(prepared).toHaveLength(2);
}, 20_000);

test('a preparation that fails or is killed is run again, until it has succeeded once', async () => {
  const world = await laneWorld();
  world.preparing = () => {
    throw new Error('no network');
  };
  await expect(world.lanes.allocate(request())).rejects.toThrow('no network');
  expect(existsSync(world.path(FOLDER))).toBe(true);
  world.preparing = undefined;
  expect(await world.lanes.allocate(request())).toMatchObject({ created: false });
  await world.lanes.allocate(request());
  expect(world.prepared).toEqual([world.path(FOLDER)]);
});

test('what is told of a detached HEAD keeps its commit, and of a renamed branch names it back', async () => {
  const { repository, lanes, path: at } = await laneWorld();
  const root = at(FOLDER);
  await lanes.allocate(request());
  const follow = async () => {
    const refused: unknown = await lanes.allocate(request()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'LANE_BRANCH_MISMATCH' });
    const commands = (refused as { hints: readonly string[] }).hints.join(' ').matchAll(/`(git [^`]+)`/g);
    for (const [, command = 'false'] of commands) execSync(command, { env: repository.env, stdio: 'ignore' });
    await lanes.allocate(request());
  };
  repository.git('-C', root, 'switch', '--quiet', '--detach');
  repository.git('-C', root, 'commit', '--quiet', '--allow-empty', '--message', 'Detached');
  const commit = repository.git('-C', root, 'rev-parse', 'HEAD');
  await follow();
  expect(repository.git('-C', root, 'rev-parse', 'HEAD')).toBe(commit);
  repository.git('-C', root, 'branch', '-m', 'renamed');
  await follow();
  expect(repository.git('-C', root, 'rev-parse', 'HEAD')).toBe(commit);
});
