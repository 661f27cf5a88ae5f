import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { laneWorld } from '@spec-kitty/testkit/lane-repository-world';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';

const FOLDER = 'pay-lane-a';
const request = { folder: FOLDER, branches: ['kitty/mission-pay-lane-a'], base: 'main', dependencies: [] };
const LOCAL = ['-c', 'protocol.file.allow=always'];

/** A library with a library of its own. */
function libraries(): TempRepository {
  const inner = tempRepository();
  inner.commit('inner', { 'inner.txt': 'inner' });
  const outer = tempRepository();
  outer.git(...LOCAL, 'submodule', '--quiet', 'add', '--name', 'deep/inner', inner.root, 'vendor/inner');
  outer.commit('outer', { 'outer.txt': 'outer' });
  return outer;
}

test('submodules are there, and theirs, from the clones in this repository and without writing its configuration', async () => {
  const { repository, lanes } = await laneWorld();
  repository.git(...LOCAL, 'submodule', '--quiet', 'add', libraries().root, 'lib/outer');
  repository.git(...LOCAL, 'submodule', '--quiet', 'update', '--init', '--recursive');
  repository.commit('submodule');
  const settings = repository.git('config', '--list', '--local');
  await lanes.allocate(request);
  expect(repository.read(`.worktrees/${FOLDER}/lib/outer/outer.txt`)).toBe('outer');
  expect(repository.read(`.worktrees/${FOLDER}/lib/outer/vendor/inner/inner.txt`)).toBe('inner');
  expect(repository.git('config', '--list', '--local')).toBe(settings);
  expect(
    repository.git('-C', path.join(repository.root, '.worktrees', FOLDER), 'status', '--porcelain'),
  ).toBe('');
});

test('one that is not cloned here is named before anything is made, and the hint helps', async () => {
  const { repository, lanes } = await laneWorld();
  repository.git(...LOCAL, 'submodule', '--quiet', 'add', libraries().root, 'lib/outer');
  repository.commit('submodule');
  repository.git('clone', '--quiet', repository.root, '../clone');
  const clone = path.join(repository.base, 'clone');
  const { open } = await laneWorld();
  const inClone = await open(clone);
  const refused = { code: 'SUBMODULE_NOT_INITIALISED', details: { submodule: 'lib/outer' } };
  await expect(inClone.allocate(request)).rejects.toMatchObject(refused);
  expect([
    existsSync(path.join(clone, '.worktrees')),
    repository.git('-C', clone, 'branch', '--list', 'kitty/*'),
  ]).toEqual([false, '']);

  const fault = await inClone.allocate(request).catch((error: { hints: string[] }) => error);
  const command = /`git ([^`]+)`/.exec('hints' in fault ? (fault.hints[0] ?? '') : '')?.[1] ?? '';
  repository.git('-C', clone, ...LOCAL, ...command.split(' '));
  await inClone.allocate(request);
  expect(existsSync(path.join(clone, '.worktrees', FOLDER, 'lib/outer/vendor/inner/inner.txt'))).toBe(true);

  // Nobody can have the inner one where only the outer one was asked for.
  expect(await lanes.allocate(request).catch((error: unknown) => error)).toMatchObject({
    ...refused,
    details: { submodule: 'vendor/inner' },
  });
});

test('one whose clone lacks the commit is named before anything is made, and the hint helps', async () => {
  const { repository, lanes } = await laneWorld();
  const library = tempRepository();
  library.commit('one');
  repository.git(...LOCAL, 'submodule', '--quiet', 'add', library.root, 'lib/x');
  const commit = library.commit('two', { 'two.txt': 'two' });
  repository.git('update-index', '--cacheinfo', `160000,${commit},lib/x`);
  repository.git('commit', '--quiet', '--message', 'submodule');
  const fault: unknown = await lanes.allocate(request).catch((error: unknown) => error);
  expect(fault).toMatchObject({
    code: 'SUBMODULE_COMMIT_MISSING',
    details: { submodule: 'lib/x', commit },
    hints: ['Run `git -C lib/x fetch` in the primary checkout, then try again.'],
  });
  expect(existsSync(path.join(repository.root, '.worktrees'))).toBe(false);
  repository.git('-C', 'lib/x', ...LOCAL, 'fetch', '--quiet');
  await lanes.allocate(request);
  expect(repository.read(`.worktrees/${FOLDER}/lib/x/two.txt`)).toBe('two');
});

test('an entry of .gitmodules without a submodule is none, nor is a name that leads upwards', async () => {
  const { lanes, repository } = await laneWorld({
    '.gitmodules':
      '[submodule "../../outside"]\n\tpath = lib\n\turl = ../x\n[submodule "gone"]\n\tpath = gone\n\turl = ../y\n',
    'lib/a.txt': '',
  });
  await lanes.allocate(request);
  expect(readdirSync(path.join(repository.root, '.worktrees', FOLDER)).toSorted()).toEqual([
    '.git',
    '.gitmodules',
    'lib',
  ]);
  const { lanes: others } = await laneWorld({ '.gitmodules': '' });
  expect(await others.allocate(request)).toMatchObject({ created: true });
});

test('files in Git LFS without LFS are refused by name, and allowed once it is set up', async () => {
  const { repository, lanes } = await laneWorld({
    'a.txt': '',
    'assets/.gitattributes': '*.bin filter=lfs diff=lfs\n',
  });
  await expect(lanes.allocate(request)).rejects.toMatchObject({
    code: 'LFS_NOT_INSTALLED',
    details: { file: 'assets/.gitattributes' },
    hints: [expect.stringContaining('git lfs install')],
  });
  expect(existsSync(path.join(repository.root, '.worktrees'))).toBe(false);
  repository.git('config', '--global', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
  expect(await lanes.allocate(request)).toMatchObject({ created: true });
});
