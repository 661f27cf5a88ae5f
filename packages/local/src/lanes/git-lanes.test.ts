import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { laneWorld } from '@spec-kitty/testkit/lane-repository-world';
import { expect, test } from 'vitest';

const FOLDER = 'pay-lane-a';
const BRANCH = 'kitty/mission-pay-lane-a';
const REQUEST = { folder: FOLDER, branches: [BRANCH], base: 'main', dependencies: [] };
const LANE = { folder: FOLDER, branches: [BRANCH], merged: null, backup: 'ID/lane-a' };
const RETIRE = { target: 'main', worktree: true, branch: true, dryRun: false };

/** A lane with one commit of its own. */
async function claimed() {
  const world = await laneWorld({ 'a.txt': 'a\n', '.gitignore': 'build/\n' });
  await world.lanes.allocate(REQUEST);
  const git = (...args: string[]) => world.repository.git('-C', world.path(FOLDER), ...args);
  const work = (files: Record<string, string>) => {
    world.repository.write(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`.worktrees/${FOLDER}/${name}`, text])),
    );
    git('add', '--all');
    git('commit', '--quiet', '--message', 'work');
    return git('rev-parse', 'HEAD');
  };
  return { ...world, git, work, commit: work({ 'b.txt': 'b\n' }) };
}

test('a lane that nobody has claimed has neither tip nor worktree', async () => {
  const { lanes, path: at } = await laneWorld();
  expect(await lanes.inspect(FOLDER, [BRANCH, 'other'])).toEqual({
    branch: BRANCH,
    tip: undefined,
    path: at(FOLDER),
    present: false,
    dirty: [],
    unwatched: [],
  });
});

test('a claimed lane shows its tip and what is not committed, whatever the names', async () => {
  const { lanes, repository, path: at, commit } = await claimed();
  repository.write({
    [`.worktrees/${FOLDER}/a.txt`]: 'changed',
    [`.worktrees/${FOLDER}/new folder/ä "b".txt`]: '',
    [`.worktrees/${FOLDER}/build/out`]: 'ignored',
  });
  expect(await lanes.inspect(FOLDER, ['absent', BRANCH])).toEqual({
    branch: BRANCH,
    tip: commit,
    path: at(FOLDER),
    present: true,
    dirty: ['a.txt', 'new folder/ä "b".txt'],
    unwatched: [],
  });
});

test('a file in conflict and a worktree off its branch show as such, also where a tag has the name of the branch', async () => {
  const { lanes, repository, git, work } = await claimed();
  repository.git('tag', BRANCH);
  repository.commit('on main', { 'a file.txt': 'main\n' });
  work({ 'a file.txt': 'mine\n' });
  expect(() => git('merge', '--quiet', 'main')).toThrow('merge');
  const inspected = await lanes.inspect(FOLDER, [BRANCH]);
  expect([inspected.dirty, inspected.astray]).toEqual([['a file.txt'], undefined]);
  git('merge', '--abort');
  git('switch', '--quiet', '--detach', 'main');
  expect((await lanes.inspect(FOLDER, [BRANCH])).astray).toEqual({
    on: null,
    commit: repository.git('rev-parse', 'main'),
    by: null,
  });
});

test.each(['rebase', 'bisect'] as const)(
  'a lane in the middle of a %s is astray by that',
  async (command) => {
    const { repository, lanes, work, git } = await claimed();
    work({ 'a file.txt': 'mine\n' });
    repository.commit('on main', { 'a file.txt': 'main\n' });
    if (command === 'rebase') expect(() => git('rebase', '--quiet', 'main')).toThrow('rebase');
    else git('bisect', 'start', '--no-checkout', BRANCH, 'main');
    if (command === 'bisect') git('switch', '--quiet', '--detach');
    expect((await lanes.inspect(FOLDER, [BRANCH])).astray).toMatchObject({ on: null, by: command });
  },
);

test.skipIf(process.platform === 'win32')(
  'a pipe in place of the .gitignore of a lane is refused by name',
  async () => {
    const { lanes, path: at } = await claimed();
    const file = path.join(at(FOLDER), '.gitignore');
    rmSync(file);
    execFileSync('mkfifo', [file]);
    await expect(lanes.inspect(FOLDER, [BRANCH])).rejects.toMatchObject({ code: 'NOT_A_PLAIN_FILE' });
  },
);

test('questions about commits', async () => {
  const { lanes, repository, commit } = await claimed();
  const main = repository.git('rev-parse', 'main');
  expect([await lanes.resolve('main'), await lanes.resolve('absent'), await lanes.resolve('--all')]).toEqual([
    main,
    undefined,
    undefined,
  ]);
  expect([await lanes.isAncestor(main, commit), await lanes.isAncestor(commit, main)]).toEqual([true, false]);
  expect([await lanes.countCommits(main, commit), await lanes.countCommits(commit, main)]).toEqual([1, 0]);
  expect(await lanes.trackedFiles()).toEqual(['.gitignore', 'a.txt']);
  await lanes.keep('recorded/ID/WP01', commit);
  expect(repository.git('rev-parse', 'refs/spec-kitty/recorded/ID/WP01')).toBe(commit);
});

test('what was kept under a name stays reachable when the name moves on, also after the lane was rewritten', async () => {
  const { lanes, repository, git, work, commit } = await claimed();
  const later = work({ 'later.txt': '' });
  git('reset', '--quiet', '--hard', commit);
  const instead = work({ 'instead.txt': '' });
  for (const tip of [commit, later, instead, instead]) await lanes.keep('recorded/ID/WP01', tip);
  const refs = repository.git(
    'for-each-ref',
    '--format=%(refname) %(objectname)',
    'refs/spec-kitty/recorded',
  );
  expect(refs.split('\n')).toEqual([
    `refs/spec-kitty/recorded/ID/WP01 ${instead}`,
    `refs/spec-kitty/recorded/ID/WP01-${later.slice(0, 12)} ${later}`,
  ]);
});

test('what a lane changed leaves out what came from the target, before and after a merge', async () => {
  const { lanes, repository, git, work } = await claimed();
  repository.commit('on main', { 'kitty-specs/x/spec.md': 'new', 'a.txt': 'main\n' });
  expect(await lanes.changedSince('refs/heads/main', BRANCH)).toEqual(['b.txt']);
  git('merge', '--quiet', '--no-edit', 'main');
  const tip = work({ 'ü.txt': '' });
  expect(await lanes.changedSince('refs/heads/main', tip)).toEqual(['b.txt', 'ü.txt']);
});

test('of many commits at once, what changed at the top is said, one after the other', async () => {
  const { lanes, repository, git, work, commit } = await claimed();
  const main = repository.commit('on main', { 'kitty-specs/x/spec.md': 'new' });
  git('merge', '--quiet', '--no-edit', 'main');
  const folders = work({ 'one/two/three.txt': '', '.Kittify/x': '' });
  const own = work({ 'kitty-specs/x/spec.md': 'mine' });
  git('switch', '--quiet', '--orphan', 'else');
  const other = work({ 'c.txt': '' });
  expect(await lanes.topsChangedSince('refs/heads/main', [commit, other, folders, main, own])).toEqual([
    ['b.txt'],
    undefined,
    ['.Kittify', 'b.txt', 'one'],
    [],
    ['.Kittify', 'b.txt', 'kitty-specs', 'one'],
  ]);
  expect(await lanes.topsChangedSince('refs/heads/main', [])).toEqual([]);
});

test('what people committed, on merged branches too; what we commit and merge is left out, whatever the configuration of grep', async () => {
  const { lanes, repository, git, work, commit } = await claimed();
  const base = repository.git('rev-parse', 'main');
  repository.git('config', '--global', 'grep.patternType', 'fixed');
  repository.commit('by hand', { 'docs/a.md': 'a', 'docs/ä.md': 'ä' });
  repository.commit('again\n\nMentions Spec-Kitty-Command: in the text', { 'docs/a.md': 'b' });
  repository.commit('Accept\n\nSpec-Kitty-Command: accept\n', { 'kitty-specs/x/meta.json': '{}' });
  repository.git('merge', '--quiet', '--no-edit', commit);
  const author = repository.git('config', 'user.email');
  const found = await lanes.commitsByPeople('main', base);
  const id = expect.stringMatching(/^[0-9a-f]{40}$/);
  expect(found.toSorted((a, b) => (a.paths.join() < b.paths.join() ? -1 : 1))).toEqual([
    { id, subject: expect.stringContaining('Merge'), author, paths: [] },
    { id, subject: 'work', author, paths: ['b.txt'] },
    { id, subject: 'again', author, paths: ['docs/a.md'] },
    { id, subject: 'by hand', author, paths: ['docs/a.md', 'docs/ä.md'] },
  ]);
  const before = repository.git('rev-parse', 'main');
  work({ 'c.txt': 'c' });
  git('merge', '--quiet', '--no-edit', 'main');
  repository.git('merge', '--quiet', '--no-ff', '--no-commit', BRANCH);
  repository.commit('Merge\n\nSpec-Kitty-Command: merge', {});
  expect(await lanes.commitsByPeople('main', before)).toEqual([]);
  expect(await lanes.commitsByPeople('main', base)).toHaveLength(4);
  expect(await lanes.commitsByPeople('main', 'main')).toEqual([]);
});

test('uncommitted changes of the primary checkout, only below the paths that are asked for', async () => {
  const { lanes, repository } = await laneWorld({
    'docs/a.md': 'a',
    'docs/gone.md': '',
    'src/a.js': 'a',
    '.gitignore': '*.tmp\n',
  });
  expect(await lanes.dirtyInPrimary([':(glob)docs/**'])).toEqual([]);
  repository.write({
    'docs/a.md': 'b',
    'docs/new.md': '',
    'docs/x.tmp': '',
    'src/a.js': 'b',
    'docs/staged.md': '',
  });
  repository.git('add', 'docs/staged.md');
  rmSync(path.join(repository.root, 'docs/gone.md'));
  expect((await lanes.dirtyInPrimary([':(glob)docs/**'])).toSorted()).toEqual([
    'docs/a.md',
    'docs/gone.md',
    'docs/new.md',
    'docs/staged.md',
  ]);
  expect(await lanes.dirtyInPrimary([])).toEqual([]);
});

test('a lane whose work has landed is removed, and its tip stays reachable', async () => {
  const { lanes, repository, path: at, commit } = await claimed();
  repository.git('merge', '--quiet', BRANCH);
  repository.write({ [`.worktrees/${FOLDER}/build/out`]: 'ignored' });
  expect(await lanes.retire([LANE], RETIRE)).toMatchObject([{ worktreeRemoved: true, branchRemoved: true }]);
  expect([existsSync(at(FOLDER)), repository.git('branch', '--list', 'kitty/*')]).toEqual([false, '']);
  expect(repository.git('rev-parse', 'refs/spec-kitty/backup/ID/lane-a')).toBe(commit);
  expect(repository.git('worktree', 'list').split('\n')).toHaveLength(1);
});

test.each([
  { what: 'an uncommitted change', change: { 'a.txt': 'mine' } },
  { what: 'an untracked file', change: { 'new.txt': 'mine' } },
])('a worktree with $what stays, and its branch with it', async ({ change }) => {
  const { lanes, repository, path: at } = await claimed();
  repository.git('merge', '--quiet', BRANCH);
  const [[name, text] = ['', '']] = Object.entries(change);
  repository.write({ [`.worktrees/${FOLDER}/${name}`]: text });
  expect(await lanes.retire([LANE], RETIRE)).toMatchObject([
    { worktreeRemoved: false, branchRemoved: false },
  ]);
  expect(repository.read(`.worktrees/${FOLDER}/${name}`)).toBe('mine');
  expect(existsSync(at(FOLDER))).toBe(true);
});

test('a branch whose commits are not all on the target stays, and so does what was asked to be kept', async () => {
  const { lanes, repository, work } = await claimed();
  repository.git('merge', '--quiet', BRANCH);
  expect(await lanes.retire([LANE], { ...RETIRE, worktree: false })).toMatchObject([
    { worktreeRemoved: false, branchRemoved: false },
  ]);
  expect(await lanes.retire([LANE], { ...RETIRE, branch: false })).toMatchObject([
    { worktreeRemoved: true, branchRemoved: false },
  ]);
  await lanes.allocate(REQUEST);
  work({ 'late.txt': '' });
  expect(await lanes.retire([LANE], RETIRE)).toMatchObject([{ worktreeRemoved: true, branchRemoved: false }]);
  expect(repository.git('branch', '--list', 'kitty/*')).toContain(BRANCH);
});

test('a branch that somebody has checked out elsewhere is not taken away', async () => {
  const { lanes, repository, git } = await claimed();
  repository.git('merge', '--quiet', BRANCH);
  git('switch', '--quiet', '--detach');
  repository.git('worktree', 'add', '--quiet', '../elsewhere', BRANCH);
  expect(await lanes.retire([LANE], RETIRE)).toMatchObject([{ branchRemoved: false }]);
  expect(repository.git('-C', path.join(repository.base, 'elsewhere'), 'log', '-1', '--format=%s')).toBe(
    'work',
  );
});

test('a locked worktree stays', async () => {
  const { lanes, repository, path: at } = await claimed();
  repository.git('merge', '--quiet', BRANCH);
  repository.git('worktree', 'lock', at(FOLDER));
  expect(await lanes.retire([LANE], RETIRE)).toMatchObject([
    { worktreeRemoved: false, branchRemoved: false },
  ]);
});

test('retiring again finds nothing left to do', async () => {
  const { lanes, repository } = await claimed();
  repository.git('merge', '--quiet', BRANCH);
  await lanes.retire([LANE], RETIRE);
  expect(await lanes.retire([LANE], RETIRE)).toMatchObject([{ worktreeRemoved: true, branchRemoved: true }]);
});
