import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { findRepository } from '../repository/repository.ts';
import { restoreWorktree } from './restore-worktree.ts';
import { Trash } from './trash.ts';

const FOLDER = 'pay-lane-a';
const BRANCH = 'kitty/mission-pay-lane-a';
const NOW = Date.UTC(2026, 0, 5, 12);
const ID = `20260105T120000Z-${FOLDER}`;

/** A worktree with a file changed, one staged, one ignored, and a commit that only its reflog leads to. */
async function world() {
  const made = tempRepository();
  made.commit('first', { 'a.txt': 'a\n', '.gitignore': 'build/\n.worktrees/\n' });
  const root = path.join(made.root, '.worktrees', FOLDER);
  made.git('worktree', 'add', '--quiet', '-b', BRANCH, root);
  const git = (...args: string[]) => made.git('-C', root, ...args);
  git('commit', '--quiet', '--allow-empty', '--message', 'given up');
  const lost = git('rev-parse', 'HEAD');
  git('commit', '--quiet', '--amend', '--allow-empty', '--message', 'kept');
  made.write({
    [`.worktrees/${FOLDER}/a.txt`]: 'mine\n',
    [`.worktrees/${FOLDER}/staged.txt`]: 'staged\n',
    [`.worktrees/${FOLDER}/build/out`]: 'ignored\n',
  });
  git('add', 'staged.txt');
  const repository = await findRepository(made.root);
  const ports = { repository, git: new Git(made.root, made.env), nowMs: () => NOW };
  const facts = {
    folder: FOLDER,
    reason: 'merged',
    mission_id: 'ID',
    lane_id: 'lane-a',
    admin: FOLDER,
    branch: BRANCH,
    commit: git('rev-parse', 'HEAD'),
  } as const;
  const state = () => ({
    status: git('status', '--porcelain', '--ignored'),
    reflog: git('reflog', '--format=%H %gs'),
    index: readFileSync(path.join(made.root, '.git/worktrees', FOLDER, 'index')).toString('hex'),
    inode: lstatSync(root).ino,
  });
  return {
    made,
    root,
    git,
    lost,
    ports,
    facts,
    state,
    admin: path.join(made.root, '.git/worktrees', FOLDER),
  };
}

test('a worktree goes to the trash whole and comes back as it was; what only its reflog has gets a backup', async () => {
  const { made, root, ports, facts, state, lost, admin } = await world();
  const trash = new Trash(ports);
  const before = state();
  expect(await trash.put(root, facts)).toBe(ID);
  expect([existsSync(root), existsSync(admin)]).toEqual([false, false]);
  expect(made.git('worktree', 'list').split('\n')).toHaveLength(1);
  expect(made.git('rev-parse', `refs/spec-kitty/backup/ID/lane-a-${lost.slice(0, 12)}`)).toBe(lost);
  expect(made.git('for-each-ref', 'refs/spec-kitty').split('\n')).toHaveLength(1);
  expect(trash.list()).toMatchObject([{ id: ID, removedAtMs: NOW, complete: true, record: facts }]);

  const [entry] = trash.list();
  if (!entry) throw new Error('nothing in the trash');
  made.git('gc', '--quiet', '--prune=now');
  expect(await restoreWorktree({ ...ports, trash }, entry)).toEqual({
    path: root,
    branch: BRANCH,
    branchMade: false,
  });
  expect(state()).toEqual(before);
  expect(trash.list()).toEqual([]);
});

test('two of one name and second have names of their own', async () => {
  const { ports, facts, root } = await world();
  const trash = new Trash(ports);
  const leftover = { ...facts, admin: null, reason: 'leftover' } as const;
  await trash.put(root, leftover);
  mkdirSync(root);
  expect(await trash.put(root, leftover)).toBe(`${ID}-2`);
});

/** Breaks off before or after the rename of this number. */
function breakingOff(at: number, when: 'before' | 'after') {
  let nth = 0;
  return (from: string, to: string) => {
    nth += 1;
    if (nth === at && when === 'before') throw new Error('killed');
    renameSync(from, to);
    if (nth === at) throw new Error('killed');
  };
}

test.each([
  { at: 1, when: 'before', gone: false },
  { at: 1, when: 'after', gone: true },
  { at: 2, when: 'before', gone: true },
  { at: 2, when: 'after', gone: true },
] as const)(
  'a removal killed $when step $at is undone or finished by the next',
  async ({ at, when, gone }) => {
    const { ports, facts, root, state, lost, made, admin } = await world();
    const before = state();
    const killed = new Trash({ ...ports, rename: breakingOff(at, when) });
    await expect(killed.put(root, facts)).rejects.toThrow('killed');
    const trash = new Trash(ports);
    await trash.settle();
    expect([!existsSync(root), !existsSync(admin), trash.list().length]).toEqual([gone, gone, gone ? 1 : 0]);
    const [entry] = trash.list();
    if (entry) {
      expect(made.git('rev-parse', `refs/spec-kitty/backup/ID/lane-a-${lost.slice(0, 12)}`)).toBe(lost);
      await restoreWorktree({ ...ports, trash }, entry);
    }
    expect(state()).toEqual(before);
  },
);

test.each([
  { at: 1, when: 'before' },
  { at: 1, when: 'after' },
  { at: 2, when: 'before' },
  { at: 2, when: 'after' },
] as const)('restoring killed $when step $at can be done again', async ({ at, when }) => {
  const { ports, facts, root, state } = await world();
  const before = state();
  const trash = new Trash(ports);
  await trash.put(root, facts);
  const [entry] = trash.list();
  if (!entry) throw new Error('nothing in the trash');
  const killed = new Trash({ ...ports, rename: breakingOff(at, when) });
  await expect(restoreWorktree({ ...ports, trash: killed }, entry)).rejects.toThrow('killed');
  await trash.settle();
  const [again] = trash.list();
  if (again) await restoreWorktree({ ...ports, trash }, again);
  expect(state()).toEqual(before);
  expect(trash.list()).toEqual([]);
});

test('what is in the place, a branch that moved on or is in use, and what is incomplete are refused', async () => {
  const { ports, facts, root, made } = await world();
  const trash = new Trash(ports);
  await trash.put(root, facts);
  const restored = () => {
    const [entry] = trash.list();
    if (!entry) throw new Error('nothing in the trash');
    return restoreWorktree({ ...ports, trash }, entry);
  };
  mkdirSync(root);
  await expect(restored()).rejects.toMatchObject({ code: 'RESTORE_PLACE_TAKEN' });
  rmSync(root, { recursive: true });
  made.git('worktree', 'add', '--quiet', path.join(made.base, 'elsewhere'), BRANCH);
  await expect(restored()).rejects.toMatchObject({ code: 'RESTORE_BRANCH_TAKEN' });
  made.git('worktree', 'remove', path.join(made.base, 'elsewhere'));
  made.git('branch', '--force', BRANCH, 'main');
  await expect(restored()).rejects.toMatchObject({ code: 'RESTORE_BRANCH_TAKEN' });
  made.git('branch', '-D', BRANCH);
  const [entry] = trash.list();
  renameSync(path.join(entry?.path ?? '', 'admin'), path.join(made.base, 'admin'));
  await expect(restored()).rejects.toMatchObject({ code: 'TRASH_INCOMPLETE' });
  renameSync(path.join(made.base, 'admin'), path.join(entry?.path ?? '', 'admin'));
  expect(await restored()).toMatchObject({ branchMade: true });
  expect(made.git('rev-parse', BRANCH)).toBe(facts.commit);
});

test('a worktree comes back although its name in Git was given away, and the repository moved', async () => {
  const { ports, facts, root, made } = await world();
  const trash = new Trash(ports);
  await trash.put(root, facts);
  made.git('worktree', 'add', '--quiet', '--detach', path.join(made.base, FOLDER));
  const moved = path.join(made.base, 'moved');
  renameSync(made.root, moved);
  const there = { ...ports, repository: await findRepository(moved), git: new Git(moved, made.env) };
  const again = new Trash(there);
  const [entry] = again.list();
  if (!entry) throw new Error('nothing in the trash');
  const restored = await restoreWorktree({ ...there, trash: again }, entry);
  mkdirSync(made.root);
  expect(made.git('-C', restored.path, 'status', '--porcelain').split('\n')).toEqual([
    ' M a.txt',
    'A  staged.txt',
  ]);
});

test('a worktree of the same name and place that was made since is not taken for the one in the trash', async () => {
  const { ports, facts, root, made, admin } = await world();
  const killed = new Trash({ ...ports, rename: breakingOff(1, 'after') });
  await expect(killed.put(root, facts)).rejects.toThrow('killed');
  made.git('worktree', 'prune');
  made.git('worktree', 'add', '--quiet', root, BRANCH);
  const trash = new Trash(ports);
  await trash.settle();
  expect([existsSync(root), existsSync(admin)]).toEqual([true, true]);
  expect(trash.list()).toMatchObject([{ complete: false, record: { admin: null } }]);
});

test('a folder of somebody else in the trash is listed by its age, and deleted as any other', async () => {
  const { ports, made } = await world();
  made.write({ '.worktrees/.trash/by-hand/a.txt': 'a' });
  const trash = new Trash(ports);
  await trash.settle();
  const [entry] = trash.list();
  expect(entry).toMatchObject({ id: 'by-hand', record: undefined, complete: false });
  expect(entry?.removedAtMs).toBeGreaterThan(Date.now() - 60_000);
  if (entry) await trash.erase(entry);
  writeFileSync(path.join(made.root, '.worktrees/.trash/.erasing-x'), '');
  trash.sweep();
  expect(existsSync(path.join(made.root, '.worktrees/.trash/.erasing-x'))).toBe(false);
  expect(trash.list()).toEqual([]);
});

test.each(['.worktrees', '.worktrees/.trash'])('a file in place of %s is named', async (name) => {
  const made = tempRepository();
  made.commit('first');
  made.write({ [name]: 'mine\n' });
  const repository = await findRepository(made.root);
  const trash = new Trash({ repository, git: new Git(made.root, made.env), nowMs: () => NOW });
  const put = trash.put(path.join(made.root, 'x'), {
    folder: 'x',
    reason: 'leftover',
    mission_id: null,
    lane_id: null,
    admin: null,
    branch: null,
    commit: null,
  });
  const fault = { code: 'NOT_A_FOLDER', details: { path: path.join(made.root, name) } };
  await expect(put).rejects.toMatchObject(fault);
  expect(made.read(name)).toBe('mine\n');
});

test('an entry in which nothing is goes, and what somebody has put beside it stays', async () => {
  const { made, ports } = await world();
  const trash = new Trash(ports);
  const folder = path.join(made.root, '.worktrees/.trash');
  // A kill before the record of an entry was written, or after it was deleted, leaves this.
  mkdirSync(path.join(folder, ID), { recursive: true });
  mkdirSync(path.join(folder, `${ID}-2`));
  writeFileSync(path.join(folder, `${ID}-2`, '.entry.json.1-1.tmp'), '{');
  mkdirSync(path.join(folder, 'mine'));
  writeFileSync(path.join(folder, 'mine/a.txt'), 'a\n');
  await trash.settle();
  expect(trash.list()).toMatchObject([{ id: 'mine', complete: false }]);
  expect(existsSync(path.join(folder, ID))).toBe(false);
});
