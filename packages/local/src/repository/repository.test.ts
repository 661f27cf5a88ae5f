import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository, primaryBranch, privateDir } from './repository.ts';

test('a plain repository is its own primary checkout, from the root, a subfolder and its Git directory', async () => {
  const repository = tempRepository();
  repository.write({ 'src/deep/a.js': '' });
  const expected = {
    primary: repository.root,
    primaryGitDir: path.join(repository.root, '.git'),
    commonDir: path.join(repository.root, '.git'),
    worktree: repository.root,
  };
  for (const folder of ['.', 'src/deep', '.git', '.git/refs']) {
    expect(await findRepository(path.join(repository.root, folder))).toEqual(expected);
  }
  expect(privateDir(await findRepository(repository.root), 'journal')).toBe(
    path.join(repository.root, '.git', 'spec-kitty', 'journal'),
  );
});

test('a symbolic link to a folder is followed to where it really is', async () => {
  const repository = tempRepository();
  repository.write({ 'src/a.js': '' });
  const link = path.join(repository.base, 'link');
  symlinkSync(path.join(repository.root, 'src'), link);
  expect((await findRepository(link)).primary).toBe(repository.root);
});

test('worktrees beside the checkout and under .worktrees share its journal', async () => {
  const repository = tempRepository();
  repository.commit('first', { 'src/a.js': '' });
  repository.git('worktree', 'add', '--quiet', '../beside', '-b', 'beside');
  repository.git(
    'worktree',
    'add',
    '--quiet',
    '.worktrees/pay-01M7XR50-lane-a',
    '-b',
    'kitty/mission-x-lane-a',
  );
  for (const worktree of ['../beside', '.worktrees/pay-01M7XR50-lane-a']) {
    const root = path.join(repository.root, worktree);
    expect(await findRepository(path.join(root, 'src'))).toEqual({
      primary: repository.root,
      primaryGitDir: path.join(repository.root, '.git'),
      commonDir: path.join(repository.root, '.git'),
      worktree: root,
    });
  }
});

test('a worktree whose Git directory is gone is no repository, and says what is missing', async () => {
  const repository = tempRepository();
  repository.commit('first');
  repository.git('worktree', 'add', '--quiet', '../beside', '-b', 'beside');
  renameSync(repository.root, path.join(repository.base, 'moved'));
  await expect(findRepository(path.join(repository.base, 'beside'))).rejects.toMatchObject({
    code: 'NOT_A_REPOSITORY',
    message: expect.stringContaining(path.join('.git', 'worktrees', 'beside')),
    hints: [expect.stringContaining('`git worktree repair ')],
  });
});

test('a worktree that was put away while a shell stood in it names the checkout to go on in', async () => {
  const repository = tempRepository();
  repository.commit('first', { 'src/a.js': '' });
  repository.git('worktree', 'add', '--quiet', '../beside', '-b', 'beside');
  const kept = path.join(repository.root, '.worktrees/.trash/beside');
  mkdirSync(path.dirname(kept), { recursive: true });
  renameSync(path.join(repository.base, 'beside'), kept);
  repository.git('worktree', 'prune');
  await expect(findRepository(path.join(kept, 'src'))).rejects.toMatchObject({
    code: 'WORKTREE_PUT_AWAY',
    message: expect.stringContaining(kept),
    hints: [expect.stringContaining(`\`cd ${repository.root}\``)],
  });
});

test('a worktree of a bare repository that was put away names where the others are', async () => {
  const { folder, bare, git } = bareClone('repository.git');
  git('worktree', 'add', '--quiet', '../main', 'main');
  renameSync(path.join(folder, 'main'), path.join(folder, 'kept'));
  git('worktree', 'prune');
  await expect(findRepository(path.join(folder, 'kept'))).rejects.toMatchObject({
    code: 'WORKTREE_PUT_AWAY',
    hints: [expect.stringContaining(`\`git -C ${bare} worktree list\``)],
  });
});

/** A bare repository in `name`, with the branches `main` and `other`. */
function bareClone(name: string, into = (folder: string) => folder) {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': '' });
  repository.git('branch', 'other');
  const folder = path.join(repository.base, 'project');
  mkdirSync(folder);
  const bare = into(path.join(folder, name));
  repository.git('clone', '--quiet', '--bare', repository.root, bare);
  const git = (...args: string[]) => repository.git('-C', bare, ...args);
  return { folder, bare, git };
}

test('of a bare repository the worktree of the default branch is the primary checkout, from everywhere', async () => {
  const { folder, bare, git } = bareClone('repository.git');
  git('worktree', 'add', '--quiet', '../other', 'other');
  git('worktree', 'add', '--quiet', '../main', 'main');
  git(
    'worktree',
    'add',
    '--quiet',
    '-b',
    'kitty/mission-x-lane-a',
    path.join(folder, 'main/.worktrees/x-lane-a'),
  );
  for (const from of [bare, path.join(folder, 'other'), path.join(folder, 'main/.worktrees/x-lane-a')]) {
    expect(await findRepository(from)).toMatchObject({
      primary: path.join(folder, 'main'),
      primaryGitDir: path.join(bare, 'worktrees', 'main'),
      commonDir: bare,
      worktree: from,
    });
  }
});

test.each([['.bare'], ['.git']])('a folder around a bare %s is not a checkout', async (name) => {
  const { folder, bare, git } = bareClone(name);
  if (name !== '.git') writeFileSync(path.join(folder, '.git'), `gitdir: ./${name}\n`);
  await expect(findRepository(folder)).rejects.toMatchObject({ code: 'NO_PRIMARY_CHECKOUT' });

  git('worktree', 'add', '--quiet', '../main', 'main');
  // Moves `core.bare` into config.worktree.
  git('-C', path.join(folder, 'main'), 'sparse-checkout', 'set', '--no-cone', '/*');
  for (const from of [folder, bare, path.join(folder, 'main')]) {
    expect((await findRepository(from)).primary).toBe(path.join(folder, 'main'));
  }
});

test('the only worktree of a bare repository will do; lanes and the scratch worktree of a merge do not count', async () => {
  const { folder, bare, git } = bareClone('repository.git');
  await expect(findRepository(bare)).rejects.toMatchObject({
    code: 'NO_PRIMARY_CHECKOUT',
    hints: [expect.stringContaining(' worktree add <folder> <branch>`')],
  });
  git('worktree', 'add', '--quiet', path.join(bare, 'spec-kitty/scratch/merge'), '--detach', 'main');
  git('worktree', 'add', '--quiet', '../.worktrees/pay-lane-b', '--detach', 'main');
  await expect(findRepository(bare)).rejects.toMatchObject({ code: 'NO_PRIMARY_CHECKOUT' });

  git('worktree', 'add', '--quiet', '../.worktrees/other', 'other');
  expect((await findRepository(bare)).primary).toBe(path.join(folder, '.worktrees/other'));

  git('worktree', 'add', '--quiet', '../third', '-b', 'third');
  await expect(findRepository(path.join(folder, 'third'))).rejects.toMatchObject({
    code: 'NO_PRIMARY_CHECKOUT',
  });
});

test('a worktree that was deleted by hand is not chosen', async () => {
  const { folder, bare, git } = bareClone('repository.git');
  git('worktree', 'add', '--quiet', '../main', 'main');
  git('worktree', 'add', '--quiet', '../other', 'other');
  rmSync(path.join(folder, 'main'), { recursive: true });
  expect((await findRepository(bare)).primary).toBe(path.join(folder, 'other'));
});

/** A repository whose Git directory lies apart from its checkout. */
function separate() {
  const repository = tempRepository();
  const gitDir = path.join(repository.base, 'git-dirs', 'project');
  mkdirSync(path.dirname(gitDir));
  repository.git('init', '--quiet', '--separate-git-dir', gitDir);
  repository.commit('first', { 'src/a.js': '' });
  return { repository, gitDir };
}

test('--separate-git-dir: found from the main checkout and from a lane', async () => {
  const { repository, gitDir } = separate();
  const lane = path.join(repository.root, '.worktrees', 'pay-lane-a');
  repository.git('worktree', 'add', '--quiet', lane, '-b', 'kitty/mission-pay-lane-a');
  for (const from of [repository.root, path.join(repository.root, 'src'), lane, path.join(lane, 'src')]) {
    expect(await findRepository(from)).toMatchObject({
      primary: repository.root,
      primaryGitDir: gitDir,
      commonDir: gitDir,
    });
  }
});

test('--separate-git-dir: a worktree elsewhere never takes itself for the primary checkout, and the hint helps', async () => {
  const { repository, gitDir } = separate();
  const beside = path.join(repository.base, 'beside');
  repository.git('worktree', 'add', '--quiet', beside, '-b', 'beside');
  for (const from of [beside, gitDir]) {
    await expect(findRepository(from)).rejects.toMatchObject({
      code: 'NO_PRIMARY_CHECKOUT',
      hints: [expect.stringContaining('git config core.worktree')],
    });
  }
  repository.git('config', 'core.worktree', repository.root);
  for (const from of [beside, gitDir, repository.root]) {
    expect((await findRepository(from)).primary).toBe(repository.root);
  }
  expect(repository.git('-C', beside, 'rev-parse', '--show-toplevel')).toBe(beside);
});

test('core.worktree that leads to nothing or to another repository is not believed', async () => {
  const { repository, gitDir } = separate();
  const other = tempRepository();
  for (const stale of [path.join(repository.base, 'gone'), other.root]) {
    repository.git('config', 'core.worktree', stale);
    await expect(findRepository(gitDir)).rejects.toMatchObject({ code: 'NO_PRIMARY_CHECKOUT' });
  }
});

test('a submodule is a repository of its own, and so are its worktrees', async () => {
  const library = tempRepository();
  library.commit('first', { 'a.txt': '' });
  const repository = tempRepository();
  repository.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    library.root,
    'vendor/library',
  );
  const root = path.join(repository.root, 'vendor/library');
  const gitDir = path.join(repository.root, '.git/modules/vendor/library');
  const beside = path.join(repository.base, 'beside');
  repository.git('-C', root, 'worktree', 'add', '--quiet', beside, '-b', 'beside');
  for (const from of [root, beside]) {
    expect(await findRepository(from)).toMatchObject({
      primary: root,
      primaryGitDir: gitDir,
      commonDir: gitDir,
    });
  }
  expect((await findRepository(path.join(repository.root, 'vendor'))).primary).toBe(repository.root);
});

test('outside any repository', async () => {
  const { base } = tempRepository();
  await expect(findRepository(base)).rejects.toMatchObject({
    code: 'NOT_A_REPOSITORY',
    hints: [expect.stringContaining('git init')],
  });
  await expect(findRepository(path.join(base, 'absent'))).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
});

test('the branch of the primary checkout, also from a worktree on another one', async () => {
  const repository = tempRepository();
  expect(await primaryBranch(await findRepository(repository.root))).toBe('main');
  repository.commit('first');
  repository.git('worktree', 'add', '--quiet', '../beside', '-b', 'beside');
  expect(await primaryBranch(await findRepository(path.join(repository.base, 'beside')))).toBe('main');
  repository.git('switch', '--quiet', '-c', 'feat/deep');
  expect(await primaryBranch(await findRepository(repository.root))).toBe('feat/deep');
  repository.git('switch', '--quiet', '--detach');
  expect(await primaryBranch(await findRepository(repository.root))).toBeUndefined();
});

test('where HEAD is only a placeholder, Git is asked', async () => {
  const repository = tempRepository();
  repository.commit('first');
  const found = await findRepository(repository.root);
  // A reftable repository looks like this to a program that reads the file; a copy keeps Git's own HEAD sound.
  const gitDir = path.join(repository.base, 'placeholder');
  mkdirSync(gitDir);
  writeFileSync(path.join(gitDir, 'HEAD'), 'ref: refs/heads/.invalid\n');
  expect(await primaryBranch({ ...found, primaryGitDir: gitDir })).toBe('main');
  repository.git('switch', '--quiet', '--detach');
  expect(await primaryBranch({ ...found, primaryGitDir: gitDir })).toBeUndefined();
  expect(existsSync(gitDir)).toBe(true);
});
