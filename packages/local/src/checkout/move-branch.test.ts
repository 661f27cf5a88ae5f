import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository, privateDir } from '../repository/repository.ts';
import { BranchMover, type BranchMove } from './move-branch.ts';

const FILES = {
  'kept.txt': 'kept\n',
  'changed.txt': 'old\n',
  'gone.txt': 'gone\n',
  'tool.sh': 'echo\n',
  'folder/becomes file/a.txt': 'a\n',
  'becomes folder': 'file\n',
  'old link': 'not a link\n',
  '.gitignore': '*.ignored\n',
};

/** A repository on `main`, and a commit ahead of it that changes a file in every way there is. */
async function world() {
  const repository = tempRepository();
  const before = repository.commit('before', FILES);
  repository.git('switch', '--quiet', '--create', 'ahead');
  for (const name of ['gone.txt', 'folder/becomes file', 'becomes folder', 'old link']) {
    rmSync(path.join(repository.root, name), { recursive: true });
  }
  chmodSync(path.join(repository.root, 'tool.sh'), 0o755);
  symlinkSync('kept.txt', path.join(repository.root, 'old link'));
  const after = repository.commit('after', {
    'changed.txt': 'new\n',
    'new ä "x".txt': 'new\n',
    'deep/er/new.txt': 'new\n',
    'folder/becomes file': 'file\n',
    'becomes folder/b.txt': 'b\n',
    'made.ignored': '',
  });
  repository.git('add', '--force', 'made.ignored');
  repository.git('commit', '--quiet', '--amend', '--no-edit');
  repository.git('switch', '--quiet', 'main');
  const found = await findRepository(repository.root);
  const mover = new BranchMover({ repository: found, env: repository.env });
  return {
    repository,
    mover,
    found,
    move: moveOf(repository, before, repository.git('rev-parse', 'ahead')),
    after,
  };
}

function moveOf(
  repository: TempRepository,
  before: string,
  after: string,
  indexOnly: readonly string[] = [],
): BranchMove {
  const changed = repository
    .git('diff', '--name-only', '--no-renames', '-z', before, after)
    .split('\0')
    .filter(Boolean);
  const rest = changed.filter((file) => !indexOnly.some((folder) => file.startsWith(`${folder}/`)));
  return { branch: 'main', before, after, changed: rest, indexOnly };
}

/** Every file of a checkout with mode and content, and what Git says about it. */
function snapshot(repository: TempRepository, root = repository.root): unknown {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(path.join(root, '.git')) || file.endsWith('.gitignore'))
    .toSorted()
    .map((file) => {
      const kind = lstatSync(file);
      if (kind.isSymbolicLink()) return [file, readlinkSync(file)];
      return [file, kind.mode, kind.isFile() ? readFileSync(file, 'utf8') : null];
    });
  return {
    files,
    status: repository.git('-C', root, 'status', '--porcelain'),
    main: repository.git('rev-parse', 'main'),
  };
}

test('every kind of change arrives, and the checkout is clean', async () => {
  const { repository, mover, move } = await world();
  await mover.run('m', move);
  await mover.forget('m');
  expect(repository.git('rev-parse', 'HEAD', 'main').split('\n')).toEqual([move.after, move.after]);
  expect(repository.git('status', '--porcelain', '--ignored')).toBe('');
  expect(readlinkSync(path.join(repository.root, 'old link'))).toBe('kept.txt');
  expect(lstatSync(path.join(repository.root, 'tool.sh')).mode & 0o100).toBe(0o100);
  expect(existsSync(path.join(repository.root, 'gone.txt'))).toBe(false);
  expect(repository.git('diff', 'main', '--stat')).toBe('');
});

test('changes elsewhere stay as they are: staged, unstaged, untracked, ignored', async () => {
  const { repository, mover, move } = await world();
  repository.commit('more', { 'one.txt': '1\n', 'two.txt': '2\n' });
  const before = repository.git('rev-parse', 'main');
  repository.git('switch', '--quiet', 'ahead');
  repository.git('merge', '--quiet', '--no-edit', 'main');
  repository.git('switch', '--quiet', 'main');
  repository.write({
    'one.txt': 'staged\n',
    'two.txt': 'changed\n',
    'loose.txt': 'x',
    'x.ignored': 'x',
    'deep/er/mine.txt': 'x',
  });
  repository.git('add', 'one.txt');
  repository.write({ 'one.txt': 'staged and changed\r\n' });
  await mover.run('m', {
    ...moveOf(repository, before, repository.git('rev-parse', 'ahead')),
    changed: move.changed,
  });
  expect(repository.git('status', '--porcelain', '--ignored', '--untracked-files=all')).toBe(
    'MM one.txt\n M two.txt\n?? deep/er/mine.txt\n?? loose.txt\n!! x.ignored',
  );
  expect([repository.read('one.txt'), repository.git('show', ':one.txt')]).toEqual([
    'staged and changed\r\n',
    'staged',
  ]);
});

const BLOCKERS: Readonly<Record<string, readonly [file: string, (repository: TempRepository) => void]>> = {
  'a changed file': ['changed.txt', (repository) => repository.write({ 'changed.txt': 'mine\n' })],
  'a staged change': [
    'changed.txt',
    (repository) => {
      repository.write({ 'changed.txt': 'mine\n' });
      repository.git('add', 'changed.txt');
    },
  ],
  'a staged change that the file no longer has': [
    'changed.txt',
    (repository) => {
      repository.write({ 'changed.txt': 'mine\n' });
      repository.git('add', 'changed.txt');
      repository.write({ 'changed.txt': 'new\n' });
    },
  ],
  'a change in a file that goes': ['gone.txt', (repository) => repository.write({ 'gone.txt': 'mine\n' })],
  'a deleted file': ['changed.txt', (repository) => rmSync(path.join(repository.root, 'changed.txt'))],
  'a changed mode': [
    'changed.txt',
    (repository) => chmodSync(path.join(repository.root, 'changed.txt'), 0o755),
  ],
  'an untracked file in the way': [
    'deep/er/new.txt',
    (repository) => repository.write({ 'deep/er/new.txt': 'mine' }),
  ],
  'an ignored file in the way': [
    'made.ignored',
    (repository) => repository.write({ 'made.ignored': 'mine' }),
  ],
  'a file where a folder must be': ['deep', (repository) => repository.write({ deep: 'mine' })],
  'a folder where a file must be': [
    'new ä "x".txt/mine',
    (repository) => repository.write({ 'new ä "x".txt/mine': '' }),
  ],
  'a link where a folder must be': [
    'deep',
    (repository) => {
      mkdirSync(path.join(repository.base, 'outside'));
      symlinkSync(path.join(repository.base, 'outside'), path.join(repository.root, 'deep'));
    },
  ],
  'an untracked file in a folder that becomes a file': [
    'folder/becomes file/mine.txt',
    (repository) => repository.write({ 'folder/becomes file/mine.txt': 'mine' }),
  ],
  'a change that Git was told to overlook': [
    'changed.txt',
    (repository) => {
      repository.git('update-index', '--assume-unchanged', 'changed.txt');
      repository.write({ 'changed.txt': 'mine\n' });
    },
  ],
  'a change outside what the user watches': [
    'changed.txt',
    (repository) => {
      repository.git('update-index', '--skip-worktree', 'changed.txt');
      repository.write({ 'changed.txt': 'mine\n' });
    },
  ],
};

test.each(Object.keys(BLOCKERS))('%s blocks the move, and nothing changes', async (name) => {
  const { repository, mover, move, found } = await world();
  const [file, block] = BLOCKERS[name] ?? ['', () => undefined];
  block(repository);
  const before = snapshot(repository);
  await expect(mover.run('m', move)).rejects.toMatchObject({
    code: 'CHECKOUT_WOULD_LOSE_CHANGES',
    details: { checkout: repository.root, paths: [file] },
  });
  expect(snapshot(repository)).toEqual(before);
  expect(existsSync(privateDir(found, 'moves', 'm.json'))).toBe(false);
  expect(existsSync(path.join(repository.root, '.git/index.lock'))).toBe(false);
});

test('what has its new content already is no obstacle', async () => {
  const { repository, mover, move } = await world();
  repository.write({ 'changed.txt': 'new\n', 'deep/er/new.txt': 'new\n' });
  rmSync(path.join(repository.root, 'old link'));
  symlinkSync('kept.txt', path.join(repository.root, 'old link'));
  rmSync(path.join(repository.root, 'gone.txt'));
  repository.git('add', 'changed.txt');
  await mover.run('m', move);
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('unchanged files that Git was told to overlook are moved, and a sparse checkout stays clean', async () => {
  const { repository, mover, move } = await world();
  repository.git('sparse-checkout', 'set', '--no-cone', '/kept.txt', '/.gitignore');
  expect(existsSync(path.join(repository.root, 'changed.txt'))).toBe(false);
  await mover.run('m', move);
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(repository.git('show', ':changed.txt')).toBe('new');
});

test('every checkout of the branch moves, also one whose name has a newline', async () => {
  const { repository, mover, move } = await world();
  repository.git('switch', '--quiet', '--detach');
  const second = path.join(repository.base, 'second\nline');
  const third = path.join(repository.base, 'third');
  repository.git('worktree', 'add', '--quiet', second, 'main');
  repository.git('worktree', 'add', '--quiet', '--force', third, 'main');
  await mover.run('m', move);
  for (const root of [second, third]) {
    expect(repository.git('-C', root, 'status', '--porcelain')).toBe('');
    expect(readFileSync(path.join(root, 'changed.txt'), 'utf8')).toBe('new\n');
  }
  expect(repository.read('changed.txt')).toBe('old\n');
});

test('one checkout that would lose something stops the move of all', async () => {
  const { repository, mover, move } = await world();
  const second = path.join(repository.base, 'second');
  repository.git('worktree', 'add', '--quiet', '--force', second, 'main');
  writeFileSync(path.join(second, 'changed.txt'), 'mine\n');
  const before = [snapshot(repository), snapshot(repository, second)];
  await expect(mover.run('m', move)).rejects.toMatchObject({
    details: { checkout: second, paths: ['changed.txt'] },
  });
  expect([snapshot(repository), snapshot(repository, second)]).toEqual(before);
});

test('a branch that nobody has checked out just moves, once Git has forgotten a worktree that is gone', async () => {
  const { repository, mover, move } = await world();
  repository.git('worktree', 'add', '--quiet', '--force', '../gone', 'main');
  rmSync(path.join(repository.base, 'gone'), { recursive: true });
  repository.git('switch', '--quiet', '--detach');
  await expect(mover.run('m', move)).rejects.toMatchObject({ code: 'CHECKOUT_MISSING' });
  repository.git('worktree', 'prune');
  await mover.run('m', move);
  expect(repository.git('rev-parse', 'main')).toBe(move.after);
  expect(repository.read('changed.txt')).toBe('old\n');
});

test('a branch that has moved meanwhile is left alone, and so are its checkouts', async () => {
  const { repository, mover, move } = await world();
  repository.commit('meanwhile', { 'kept.txt': 'meanwhile\n' });
  const before = snapshot(repository);
  await expect(mover.run('m', move)).rejects.toMatchObject({
    code: 'TARGET_MOVED',
    details: { expected: move.before },
  });
  expect(snapshot(repository)).toEqual(before);
});

test('paths whose files somebody else writes follow in the index alone, but wholly in other checkouts', async () => {
  const { repository, mover } = await world();
  const before = repository.commit('own', { 'own/log.txt': '1\n', 'own/x.txt': 'x\n' });
  const after = repository.commit('own further', { 'own/log.txt': '1\n2\n', 'changed.txt': 'newer\n' });
  repository.git('reset', '--quiet', '--hard', before);
  const second = path.join(repository.base, 'second');
  repository.git('worktree', 'add', '--quiet', '--force', second, 'main');
  await mover.run('m', moveOf(repository, before, after, ['own']));
  expect([repository.read('own/log.txt'), repository.git('status', '--porcelain')]).toEqual([
    '1\n',
    ' M own/log.txt',
  ]);
  expect(repository.git('-C', second, 'status', '--porcelain')).toBe('');
});

test('a checkout that cannot follow takes the move back', async () => {
  const { repository, mover, move } = await world();
  repository.git('config', '--global', 'filter.broken.smudge', 'false');
  repository.git('config', '--global', 'filter.broken.required', 'true');
  repository.write({ '.git/info/attributes': 'deep/er/new.txt filter=broken\n' });
  const before = snapshot(repository);
  await expect(mover.run('m', move)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  expect(snapshot(repository)).toEqual(before);
});

/** What a process leaves that was killed after it had moved the branch. */
async function interrupted() {
  const given = await world();
  const { repository, found, move } = given;
  const record = privateDir(found, 'moves', 'm.json');
  mkdirSync(path.dirname(record), { recursive: true });
  writeFileSync(record, JSON.stringify({ move, note: 'what for' }));
  writeFileSync(
    path.join(repository.root, '.git/index.lock'),
    'spec-kitty process 1 is changing this checkout\n',
  );
  return { ...given, record };
}

test('an interrupted move goes on: new, old, missing and torn files become new, and what somebody wrote since stays', async () => {
  const { repository, mover, move, record } = await interrupted();
  repository.git('update-ref', 'refs/heads/main', move.after);
  repository.write({ 'changed.txt': 'ne', 'deep/er/new.txt': 'new\n', 'new ä "x".txt': 'written since\n' });
  rmSync(path.join(repository.root, 'tool.sh'));
  expect(await mover.resume('m')).toEqual({ move, note: 'what for' });
  expect(repository.git('status', '--porcelain', '-z')).toBe(' M new ä "x".txt\0');
  expect(repository.read('changed.txt')).toBe('new\n');
  expect(await mover.resume('m')).toMatchObject({ note: 'what for' });
  await mover.forget('m');
  expect([existsSync(record), await mover.resume('m')]).toEqual([false, undefined]);
});

test('a move that was killed before the branch moved goes on, or is undone as if it had never begun', async () => {
  for (const end of ['resume', 'abort'] as const) {
    const { repository, mover, move, record } = await interrupted();
    const before = snapshot(repository);
    expect(await mover[end]('m')).toMatchObject(end === 'abort' ? { left: [] } : { note: 'what for' });
    if (end === 'abort') expect([snapshot(repository), existsSync(record)]).toEqual([before, false]);
    else expect(repository.git('rev-parse', 'main')).toBe(move.after);
  }
});

test('an abort brings back every byte, the index as well, also after the branch has moved', async () => {
  for (const moved of [false, true]) {
    const { repository, found, mover, move } = await world();
    const index = () => readFileSync(path.join(repository.root, '.git/index'));
    repository.write({ 'loose.txt': 'mine\n', 'kept.txt': 'staged\n' });
    repository.git('add', 'kept.txt');
    const before = [snapshot(repository), index()];
    // The process ends after the move, before its caller has forgotten it.
    await mover.run('m', move, 'what for');
    if (!moved) repository.git('update-ref', 'refs/heads/main', move.before);
    expect(await mover.pending('m')).toMatchObject({ stage: moved ? 'moved' : 'begun' });
    await mover.abort('m');
    const bytes = index();
    expect([snapshot(repository), bytes]).toEqual(before);
    expect(readdirSync(privateDir(found, 'moves'))).toEqual([]);
    expect(repository.git('for-each-ref', '--format=%(refname)', 'refs/spec-kitty')).toBe('');
  }
});

test('an abort leaves what somebody has written since, as a change of theirs', async () => {
  const { repository, mover, move } = await world();
  await mover.run('m', move);
  repository.git('update-ref', 'refs/heads/main', move.before);
  repository.write({ 'changed.txt': 'since\n', 'deep/er/mine.txt': 'since\n' });
  expect(await mover.abort('m')).toMatchObject({ left: [{ paths: ['changed.txt'] }], tip: move.before });
  expect(repository.git('status', '--porcelain', '-uall')).toBe(' M changed.txt\n?? deep/er/mine.txt');
});

test('an abort leaves the checkout alone when somebody has committed what a killed move left there', async () => {
  const { repository, mover, move } = await world();
  await mover.run('m', move);
  repository.git('update-ref', 'refs/heads/main', move.before);
  repository.git('commit', '--quiet', '--message', 'taken along');
  expect(await mover.pending('m')).toMatchObject({ stage: 'astray' });
  await expect(mover.resume('m')).rejects.toMatchObject({ code: 'TARGET_MOVED' });
  expect(await mover.abort('m')).toMatchObject({ left: [{ paths: move.changed }] });
  expect([repository.git('status', '--porcelain'), repository.read('changed.txt')]).toEqual(['', 'new\n']);
  expect(await mover.pending('m')).toBeUndefined();
});

test('a move is not undone once the branch has gone on', async () => {
  const { repository, mover, move } = await world();
  await mover.run('m', move);
  repository.commit('later', { 'changed.txt': 'later\n' });
  await expect(mover.abort('m')).rejects.toMatchObject({ code: 'TARGET_MOVED' });
  expect(repository.read('changed.txt')).toBe('later\n');
});

test('a branch that has gone on since took its checkouts along', async () => {
  const { repository, mover, move } = await interrupted();
  rmSync(path.join(repository.root, '.git/index.lock'));
  repository.git('reset', '--quiet', '--hard', move.after);
  repository.commit('later', { 'changed.txt': 'later\n' });
  expect(await mover.resume('m')).toMatchObject({ note: 'what for' });
  expect([repository.read('changed.txt'), repository.git('status', '--porcelain')]).toEqual(['later\n', '']);
});
