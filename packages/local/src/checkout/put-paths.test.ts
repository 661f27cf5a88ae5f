import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { treeChanges } from '../git/tree-changes.ts';
import { IndexGit } from './index-git.ts';
import { putPaths } from './put-paths.ts';

const BEFORE = { 'a/one.txt': '1\n', 'b/two.txt': '2\n', 'stays.txt': 'stays\n', file: 'file\n' };

/** Puts a checkout, and the index that it had at first, from its first commit to one without `a`, `b` and `file`. */
async function put(repository: TempRepository, damage: (root: string) => void) {
  const before = repository.commit('before', BEFORE);
  const { root, env } = repository;
  for (const name of ['a', 'b', 'file']) rmSync(path.join(root, name), { recursive: true });
  const after = repository.commit('after', { 'file/now a folder.txt': 'new\n', a: 'a file\n' });
  repository.git('reset', '--quiet', '--hard', before);
  damage(root);
  const git = new IndexGit(root, env, path.join(root, '.git/index'));
  const move = await treeChanges(git, before, after);
  await putPaths(git, move);
  await putPaths(git, move);
  expect(repository.git('diff', '--cached', '--name-only', after)).toBe('');
}

test('a folder becomes a file and a file a folder, and what is put twice is the same', async () => {
  const repository = tempRepository();
  await put(repository, () => undefined);
  expect(repository.git('diff', '--name-only')).toBe('');
  expect(repository.read('file/now a folder.txt')).toBe('new\n');
  expect(existsSync(path.join(repository.root, 'b'))).toBe(false);
});

test('files go also when the index has forgotten them, and what else is in their folder stays', async () => {
  const repository = tempRepository();
  await put(repository, (root) => {
    repository.git('rm', '--quiet', '--cached', 'b/two.txt');
    writeFileSync(path.join(root, 'b/mine.txt'), 'mine\n');
  });
  expect(existsSync(path.join(repository.root, 'b/two.txt'))).toBe(false);
  expect(repository.read('b/mine.txt')).toBe('mine\n');
});

test('nothing is removed behind a link that somebody has put in the place of a folder', async () => {
  const repository = tempRepository();
  const elsewhere = path.join(repository.base, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(path.join(elsewhere, 'two.txt'), 'theirs\n');
  await put(repository, (root) => {
    rmSync(path.join(root, 'b'), { recursive: true });
    symlinkSync(elsewhere, path.join(root, 'b'));
  });
  expect(existsSync(path.join(elsewhere, 'two.txt'))).toBe(true);
});
