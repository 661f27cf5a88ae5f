import { readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { mayHaveMarks } from './index-marks.ts';

type World = ReturnType<typeof tempRepository>;

/** A repository with names of all lengths, as an index fills them up; one is longer than the index can say. */
function made(): World {
  const repository = tempRepository();
  const names = Array.from({ length: 17 }, (_, length) => `n${'x'.repeat(length)}`);
  repository.commit('Start', Object.fromEntries(names.map((name) => [name, `${name}\n`])));
  return repository;
}

function longName(repository: World): void {
  const blob = repository.git('hash-object', '-w', '--', 'n');
  const name = Array.from({ length: 50 }, () => 'y'.repeat(99)).join('/');
  repository.git('update-index', '--add', '--cacheinfo', `100644,${blob},${name}`);
}

const version = (repository: World) =>
  readFileSync(path.join(repository.root, '.git', 'index')).readUInt32BE(4);

test('an index without marks is known for one', () => {
  const repository = made();
  expect(version(repository)).toBe(2);
  expect(mayHaveMarks(repository.root)).toBe(false);
  longName(repository);
  expect(mayHaveMarks(repository.root)).toBe(false);
  const worktree = path.join(repository.base, 'linked');
  repository.git('worktree', 'add', '--quiet', worktree);
  expect(mayHaveMarks(worktree)).toBe(false);
  repository.git('-C', worktree, 'update-index', '--assume-unchanged', 'nx');
  expect([mayHaveMarks(worktree), mayHaveMarks(repository.root)]).toEqual([true, false]);
});

test('ids of another length are known, too', () => {
  const repository = tempRepository();
  const root = path.join(repository.base, 'other');
  repository.git('init', '--quiet', '--object-format=sha256', root);
  const git = (...args: string[]) => repository.git('-C', root, ...args);
  const blob = git('hash-object', '-w', '--stdin');
  for (const name of ['a', 'bcd', 'folder/file'])
    git('update-index', '--add', '--cacheinfo', `100644,${blob},${name}`);
  expect(mayHaveMarks(root)).toBe(false);
  git('update-index', '--skip-worktree', 'bcd');
  expect(mayHaveMarks(root)).toBe(true);
});

const cut = (world: World, bytes: number) => truncateSync(path.join(world.root, '.git', 'index'), bytes);

test.each<[string, (world: World) => unknown]>([
  ['the first is marked', (world) => world.git('update-index', '--assume-unchanged', 'n')],
  ['the last is marked', (world) => world.git('update-index', '--skip-worktree', `n${'x'.repeat(16)}`)],
  ['one is to come', (world) => (world.write({ new: '' }), world.git('add', '--intent-to-add', 'new'))],
  ['its names are shortened', (world) => world.git('update-index', '--index-version=4')],
  ['a part of it is elsewhere', (world) => world.git('update-index', '--split-index')],
  ['it ends too early', (world) => cut(world, 300)],
  ['it ends in a name', (world) => cut(world, 80)],
  ['it is empty', (world) => cut(world, 0)],
])('Git is asked where %s', (_name, change) => {
  const repository = made();
  change(repository);
  expect(mayHaveMarks(repository.root)).toBe(true);
});

test('Git is asked where there is no index, and no repository', () => {
  const repository = tempRepository();
  expect(mayHaveMarks(repository.root)).toBe(true);
  expect(mayHaveMarks(repository.base)).toBe(true);
});
