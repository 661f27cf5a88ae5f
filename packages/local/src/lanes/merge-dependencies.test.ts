import { existsSync } from 'node:fs';
import path from 'node:path';
import { type LaneWorld, laneWorld } from '@spec-kitty/testkit/lane-repository-world';
import { expect, test } from 'vitest';

const FOLDER = 'pay-lane-b';
const BRANCH = 'kitty/mission-pay-lane-b';
const request = (more = {}) => ({
  folder: FOLDER,
  branches: [BRANCH],
  base: 'main',
  dependencies: [],
  ...more,
});

/** A commit on a branch of its own, as another lane has it. */
function laneCommit({ repository }: LaneWorld, name: string, files: Record<string, string>): string {
  repository.git('switch', '--quiet', '--create', name, 'main');
  const commit = repository.commit(name, files);
  repository.git('switch', '--quiet', 'main');
  return commit;
}

test('a new lane holds what it depends on before anybody works in it', async () => {
  const world = await laneWorld();
  const { repository, lanes } = world;
  const one = laneCommit(world, 'one', { 'one.txt': '1' });
  const two = laneCommit(world, 'two', { 'two.txt': '2' });
  const asked = request({
    dependencies: [
      { wp: 'WP01', commit: one },
      { wp: 'WP02', commit: two },
    ],
  });
  const { head } = await lanes.allocate(asked);
  expect([
    repository.read(`.worktrees/${FOLDER}/one.txt`),
    repository.read(`.worktrees/${FOLDER}/two.txt`),
  ]).toEqual(['1', '2']);
  expect(repository.git('log', '--format=%s', '--first-parent', `main..${BRANCH}`).split('\n')).toEqual([
    'Merge WP02 into this lane',
    'Merge WP01 into this lane',
  ]);
  expect(repository.git('-C', world.path(FOLDER), 'status', '--porcelain')).toBe('');
  expect(await lanes.allocate(asked)).toMatchObject({ head, created: false });
});

test('a lane in use is brought forward with its worktree, over ignored and unchanged files', async () => {
  const world = await laneWorld({ 'a.txt': 'a\n', '.gitignore': 'build/\n' });
  const { repository, lanes } = world;
  await lanes.allocate(request());
  repository.write({
    [`.worktrees/${FOLDER}/build/out`]: 'ignored',
    [`.worktrees/${FOLDER}/own.txt`]: 'own',
  });
  repository.git('-C', world.path(FOLDER), 'add', 'own.txt');
  repository.git('-C', world.path(FOLDER), 'commit', '--quiet', '--message', 'own');
  const commit = laneCommit(world, 'one', { 'one.txt': '1', 'a.txt': 'b\n' });
  const { head } = await lanes.allocate(request({ dependencies: [{ wp: 'WP01', commit }] }));
  expect(head).toBe(repository.git('rev-parse', BRANCH));
  expect(repository.git('-C', world.path(FOLDER), 'status', '--porcelain')).toBe('');
  expect(repository.read(`.worktrees/${FOLDER}/a.txt`)).toBe('b\n');
  expect(repository.read(`.worktrees/${FOLDER}/build/out`)).toBe('ignored');
});

test('uncommitted work is only in the way when there is something to merge', async () => {
  const world = await laneWorld();
  const { repository, lanes } = world;
  await lanes.allocate(request());
  const commit = laneCommit(world, 'one', { 'one.txt': '1' });
  const tip = repository.git('rev-parse', BRANCH);
  repository.write({ [`.worktrees/${FOLDER}/draft.txt`]: 'draft' });
  await expect(lanes.allocate(request({ dependencies: [{ wp: 'WP01', commit }] }))).rejects.toMatchObject({
    code: 'DIRTY_WORKTREE',
    details: { workspace_path: world.path(FOLDER), dirty_paths: ['draft.txt'] },
  });
  expect([repository.git('rev-parse', BRANCH), repository.read(`.worktrees/${FOLDER}/draft.txt`)]).toEqual([
    tip,
    'draft',
  ]);
  expect(await lanes.allocate(request())).toMatchObject({ head: tip });
});

test('a conflict is named with its files and leaves the lane as it was; merged by hand it is settled', async () => {
  const world = await laneWorld();
  const { repository, lanes } = world;
  await lanes.allocate(request());
  const lane = world.path(FOLDER);
  repository.write({ [`.worktrees/${FOLDER}/a.txt`]: 'mine\n' });
  repository.git('-C', lane, 'commit', '--quiet', '--all', '--message', 'mine');
  const good = laneCommit(world, 'good', { 'good.txt': '1' });
  const bad = laneCommit(world, 'bad', { 'a.txt': 'theirs\n', 'ä b.txt': '' });
  const asked = request({
    dependencies: [
      { wp: 'WP01', commit: good },
      { wp: 'WP02', commit: bad, resolve: 'nothing without the work of this lane' },
    ],
  });
  const fault = await lanes.allocate(asked).catch((error: { hints: string[] }) => error);
  expect(fault).toMatchObject({
    code: 'DEPENDENCY_LANE_MERGE_CONFLICT',
    details: { dependency: 'WP02', commit: bad, conflicts: ['a.txt'], workspace_path: lane },
  });
  expect(repository.git('-C', lane, 'status', '--porcelain')).toBe('');
  expect(existsSync(path.join(repository.root, '.git/worktrees', FOLDER, 'MERGE_HEAD'))).toBe(false);

  const [, command = ''] = /`git ([^`]+)`/.exec('hints' in fault ? (fault.hints[0] ?? '') : '') ?? [];
  expect(command).toBe(`-C ${lane} merge ${bad}`);
  expect(() => repository.git(...command.split(' '))).toThrow('failed with 1');
  await expect(lanes.allocate(asked)).rejects.toMatchObject({
    code: 'DIRTY_WORKTREE',
    hints: [expect.stringContaining(' merge --abort`')],
  });
  repository.write({ [`.worktrees/${FOLDER}/a.txt`]: 'both\n' });
  repository.git('-C', lane, 'commit', '--quiet', '--all', '--no-edit');
  expect(await lanes.allocate(asked)).toMatchObject({ created: false });
});

test('a commit that this repository does not have is named', async () => {
  const { repository, lanes } = await laneWorld();
  const commit = 'c'.repeat(40);
  await expect(lanes.allocate(request({ dependencies: [{ wp: 'WP01', commit }] }))).rejects.toMatchObject({
    code: 'REVIEWED_COMMIT_LOST',
    details: { wp_id: 'WP01', commit },
  });
  expect(repository.git('branch', '--list', 'kitty/*')).toBe('');
});
