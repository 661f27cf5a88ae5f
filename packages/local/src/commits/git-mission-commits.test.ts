import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { GitMissionCommits } from './git-mission-commits.ts';

const DIRECTORY = 'pay-01KE6Z2V';
const ROOT = `kitty-specs/${DIRECTORY}`;
const MESSAGE = `Plan ${DIRECTORY}\n\nSpec-Kitty-Command: finalize-tasks\n`;

const ORDER = { branch: 'main', since: null, message: MESSAGE };

async function world(env: Readonly<Record<string, string | undefined>> = {}) {
  const repository = tempRepository();
  repository.commit('first', {
    'a.txt': 'a\n',
    'b.txt': 'b\n',
    [`${ROOT}/spec.md`]: 'old\n',
    [`${ROOT}/gone.md`]: '',
  });
  const commits = new GitMissionCommits(await findRepository(repository.root), { ...repository.env, ...env });
  return { repository, commits, commit: () => commits.commit(DIRECTORY, ORDER) };
}

/** Changes of every kind in the mission. */
function change(repository: TempRepository): void {
  repository.write({
    [`${ROOT}/spec.md`]: 'new\n',
    [`${ROOT}/meta.json`]: '{}\n',
    [`${ROOT}/tasks/ä b.md`]: 'x',
  });
  rmSync(path.join(repository.root, ROOT, 'gone.md'));
}

const CHANGED = [`${ROOT}/gone.md`, `${ROOT}/spec.md`, `${ROOT}/meta.json`, `${ROOT}/tasks/ä b.md`];

test("commits exactly the mission's files, and leaves every other change as it is", async () => {
  const { repository, commits, commit } = await world();
  change(repository);
  repository.write({ 'a.txt': 'staged\n', 'b.txt': 'changed\n', 'new.txt': 'staged\n', 'loose.txt': '' });
  repository.git('add', 'a.txt', 'new.txt');
  repository.write({ 'a.txt': 'staged and changed\n' });
  expect(await commits.changed(DIRECTORY)).toEqual(CHANGED);
  const before = repository.git('rev-parse', 'HEAD');

  const made = await commit();
  expect(repository.git('rev-parse', 'HEAD', 'HEAD^').split('\n')).toEqual([made, before]);
  expect(repository.git('log', '-1', '--format=%B')).toBe(MESSAGE);
  const kinds = repository
    .git('diff-tree', '-r', '--no-renames', '--name-status', '-z', 'HEAD^', 'HEAD')
    .split('\0');
  expect((await commits.filesOf(made ?? '')).toSorted()).toEqual(CHANGED.toSorted());
  expect(kinds.filter(Boolean)).toEqual(['D', CHANGED[0], 'A', CHANGED[2], 'M', CHANGED[1], 'A', CHANGED[3]]);
  expect(repository.git('status', '--porcelain')).toBe('MM a.txt\n M b.txt\nA  new.txt\n?? loose.txt');
  expect(repository.git('show', ':a.txt')).toBe('staged');
  expect(repository.git('reflog', 'show', 'main', '-1', '--format=%gs')).toContain('spec-kitty');
});

test('a link or a repository of its own among the files is refused by name, before anything is written', async () => {
  const outside = `${ROOT}/research/notes.md`;
  for (const put of [
    ({ root }: TempRepository) => symlinkSync('/etc/hostname', path.join(root, outside)),
    ({ root }: TempRepository) => symlinkSync('/etc', path.join(root, outside)),
    (repository: TempRepository) => repository.git('init', '--quiet', outside),
  ]) {
    const { repository, commits, commit } = await world();
    repository.write({ [`${ROOT}/research/a.md`]: 'a' });
    put(repository);
    const head = repository.git('rev-parse', 'HEAD');
    const refused = { code: 'NOT_A_PLAIN_FILE', details: { path: expect.stringContaining(outside) } };
    await expect(commits.requirePossible(DIRECTORY)).rejects.toMatchObject(refused);
    await expect(commit()).rejects.toMatchObject(refused);
    expect(repository.git('rev-parse', 'HEAD')).toBe(head);
  }
  const { repository, commit } = await world();
  rmSync(path.join(repository.root, ROOT, 'spec.md'));
  symlinkSync('../../a.txt', path.join(repository.root, ROOT, 'spec.md'));
  await expect(commit()).rejects.toMatchObject({ code: 'NOT_A_PLAIN_FILE' });
});

test('nothing to commit is no commit', async () => {
  const { repository, commits, commit } = await world();
  repository.write({ 'a.txt': 'changed' });
  expect([await commits.changed(DIRECTORY), await commit()]).toEqual([[], undefined]);
  change(repository);
  await commit();
  expect(await commit()).toBeUndefined();
});

test('a commit whose command was killed before the index followed is made good by the next, without another commit', async () => {
  const { repository, commit } = await world();
  repository.write({ [`${ROOT}/spec.md`]: 'new\n' });
  const index = path.join(repository.root, '.git', 'index');
  const before = readFileSync(index);
  const { atime, mtime } = statSync(index);
  await commit();
  const made = repository.git('rev-parse', 'HEAD');
  writeFileSync(index, before);
  utimesSync(index, atime, mtime);
  writeFileSync(`${index}.lock`, 'spec-kitty process 1 is changing this checkout\n');
  expect(await commit()).toBeUndefined();
  expect([repository.git('rev-parse', 'HEAD'), repository.git('status', '--porcelain')]).toEqual([made, '']);
});

test('a branch that was set back meanwhile gets no commit; one that has gone on does', async () => {
  const { repository, commits } = await world();
  const first = repository.git('rev-parse', 'HEAD');
  const since = repository.commit('second', { 'a.txt': 'second\n' });
  repository.git('reset', '--quiet', '--hard', first);
  change(repository);
  const order = { ...ORDER, since };
  await expect(commits.commit(DIRECTORY, order)).rejects.toMatchObject({ code: 'TARGET_MOVED' });
  expect(repository.git('rev-parse', 'HEAD')).toBe(first);
  repository.git('reset', '--quiet', '--soft', since);
  repository.git('commit', '--quiet', '--allow-empty', '--message', 'third');
  expect(await commits.commit(DIRECTORY, order)).toBe(repository.git('rev-parse', 'HEAD'));
});

test('the very first commit of a repository', async () => {
  const repository = tempRepository();
  const commits = new GitMissionCommits(await findRepository(repository.root), repository.env);
  repository.write({ [`${ROOT}/meta.json`]: '{}\n', 'a.txt': 'a', 'loose.txt': '' });
  repository.git('add', 'a.txt', ROOT);
  expect(await commits.changed(DIRECTORY)).toEqual([`${ROOT}/meta.json`]);
  const made = await commits.commit(DIRECTORY, ORDER);
  expect(repository.git('log', '--format=%H', '--name-only').split('\n')).toEqual([
    made,
    '',
    `${ROOT}/meta.json`,
  ]);
  expect(repository.git('status', '--porcelain')).toBe('A  a.txt\n?? loose.txt');
});

test('a branch that stands for another is committed to where that one is checked out', async () => {
  const { repository, commit } = await world();
  repository.git('branch', '--move', 'trunk');
  repository.git('symbolic-ref', 'refs/heads/main', 'refs/heads/trunk');
  change(repository);
  const made = await commit();
  expect([made, made]).toEqual([repository.git('rev-parse', 'trunk'), repository.git('rev-parse', 'main')]);
});

test('another branch than the one that was meant is refused', async () => {
  const { repository, commit } = await world();
  change(repository);
  for (const args of [['--create', 'other'], ['--detach']]) {
    repository.git('switch', '--quiet', ...args);
    await expect(commit()).rejects.toMatchObject({
      code: 'WRONG_BRANCH',
      hints: [expect.stringContaining('git switch main')],
    });
  }
  expect(repository.git('log', '--all', '--format=%s')).toBe('first');
});

test.each([
  ['/kitty-specs/', 'meta.json'],
  ['*.jsonl', 'status.events.jsonl'],
])('a mission that Git is told to ignore is refused by name: %s', async (rule, name) => {
  const { repository, commit } = await world();
  repository.write({ '.gitignore': `${rule}\n`, [`${ROOT}/status.events.jsonl`]: '' });
  await expect(commit()).rejects.toMatchObject({
    code: 'MISSION_IGNORED',
    details: { path: `${ROOT}/${name}` },
  });
  const fault = await commit().catch((error: { hints: string[] }) => error);
  const command = /`git ([^`]+)`/.exec(typeof fault === 'object' ? (fault.hints[0] ?? '') : '')?.[1] ?? '';
  expect(repository.git(...command.split(' '))).toContain(`.gitignore:1:${rule}`);
});

test.each([
  ['merge', ['merge', '--quiet', 'other']],
  ['cherry-pick', ['cherry-pick', 'other']],
  ['revert', ['revert', '--no-edit', 'HEAD~1']],
])('in the middle of a %s nothing is committed, and the hint ends it', async (name, args) => {
  const { repository, commit } = await world();
  repository.git('switch', '--quiet', '--create', 'other');
  repository.commit('theirs', { 'a.txt': 'theirs\n' });
  repository.git('switch', '--quiet', 'main');
  repository.commit('ours', { 'a.txt': 'ours\n' });
  repository.commit('again', { 'a.txt': 'again\n' });
  expect(() => repository.git(...args)).toThrow('failed');
  change(repository);
  const tip = repository.git('rev-parse', 'main');
  const fault = await commit().catch((error: { hints: string[] }) => error);
  expect(fault).toMatchObject({ code: 'MERGE_IN_PROGRESS', details: { operation: name } });
  const command = /`git ([^`]+)`/.exec(typeof fault === 'object' ? (fault.hints[0] ?? '') : '')?.[1] ?? '';
  expect(repository.git('rev-parse', 'main')).toBe(tip);
  repository.git(...command.split(' '));
  expect(existsSync(path.join(repository.root, ROOT, 'meta.json'))).toBe(true);
});

test('a merge that only waits for its commit counts as well', async () => {
  const { repository, commit } = await world();
  repository.git('switch', '--quiet', '--create', 'other');
  repository.commit('theirs', { 'c.txt': '' });
  repository.git('switch', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-commit', '--no-ff', 'other');
  change(repository);
  await expect(commit()).rejects.toMatchObject({ code: 'MERGE_IN_PROGRESS' });
});

test('hooks and commit templates of the repository do nothing', async () => {
  const { repository, commit } = await world();
  for (const hook of [
    'pre-commit',
    'prepare-commit-msg',
    'commit-msg',
    'post-commit',
    'reference-transaction',
  ]) {
    const file = `.git/hooks/${hook}`;
    repository.write({ [file]: `#!/bin/sh\ntouch ${path.join(repository.base, 'ran')}\nexit 1\n` });
    chmodSync(path.join(repository.root, file), 0o755);
  }
  repository.write({ '../template': 'From the template\n' });
  repository.git('config', '--global', 'commit.template', path.join(repository.base, 'template'));
  change(repository);
  await commit();
  expect(repository.git('log', '-1', '--format=%B')).toBe(MESSAGE);
  expect(existsSync(path.join(repository.base, 'ran'))).toBe(false);
});

test('a user who signs commits signs this one', async () => {
  const { repository, commit } = await world();
  const program = path.join(repository.base, 'gpg');
  writeFileSync(
    program,
    `#!/bin/sh\necho "$@" >> ${path.join(repository.base, 'calls')}\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\n`,
  );
  chmodSync(program, 0o755);
  repository.git('config', '--global', 'gpg.program', program);
  repository.git('config', '--global', 'user.signingKey', 'KEY');
  repository.git('config', '--global', 'commit.gpgSign', 'true');
  change(repository);
  await commit();
  expect(readFileSync(path.join(repository.base, 'calls'), 'utf8')).toContain('-bsau KEY');
  expect(repository.git('cat-file', 'commit', 'HEAD')).toContain('gpgsig -----BEGIN PGP SIGNATURE-----');
});

test('a failing signature or a missing identity commits nothing and stages nothing', async () => {
  const { repository, commit } = await world();
  change(repository);
  const status = repository.git('status', '--porcelain');
  repository.git('config', '--global', 'gpg.program', 'false');
  repository.git('config', '--global', 'commit.gpgSign', 'true');
  await expect(commit()).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
  repository.git('config', '--global', '--unset', 'commit.gpgSign');
  repository.git('config', '--global', '--unset', 'user.name');
  repository.git('config', '--global', '--unset', 'user.email');
  repository.git('config', '--global', 'user.useConfigOnly', 'true');
  await expect(commit()).rejects.toMatchObject({ code: 'GIT_IDENTITY_MISSING' });
  expect([repository.git('status', '--porcelain'), repository.git('log', '--format=%s')]).toEqual([
    status,
    'first',
  ]);
  expect(existsSync(path.join(repository.root, '.git/index.lock'))).toBe(false);
});

test('the identity of the environment is the one that signs for the commit', async () => {
  const { repository, commit } = await world({
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Bot',
  });
  change(repository);
  await commit();
  expect(repository.git('log', '-1', '--format=%an <%ae> %cn')).toBe('Ada <ada@example.com> Bot');
});

test('line endings and filters of the repository apply', async () => {
  const { repository, commit } = await world();
  repository.write({ '.gitattributes': '*.md text eol=crlf\n' });
  repository.write({ [`${ROOT}/spec.md`]: 'one\r\ntwo\r\n' });
  await commit();
  expect(repository.git('cat-file', 'blob', `HEAD:${ROOT}/spec.md`)).toBe('one\ntwo');
  expect(repository.git('status', '--porcelain')).toBe('?? .gitattributes');
});

test.skipIf(process.platform === 'win32').each(['', 'kitty-specs/', `${ROOT}/tasks/`])(
  'a pipe in place of rules of Git is refused, which Git would wait for: %s.gitignore',
  async (folder) => {
    const { repository, commits, commit } = await world();
    change(repository);
    execFileSync('mkfifo', [path.join(repository.root, `${folder}.gitignore`)]);
    const refused = { code: 'NOT_A_PLAIN_FILE', details: { path: `${folder}.gitignore` } };
    for (const act of [commit, () => commits.changed(DIRECTORY), () => commits.requirePossible(DIRECTORY)])
      await expect(act()).rejects.toMatchObject(refused);
  },
);

test('a look leaves the index as it is, also where files have another time than it knows', async () => {
  const { repository, commits } = await world();
  change(repository);
  for (const name of ['a.txt', `${ROOT}/spec.md`])
    utimesSync(path.join(repository.root, name), new Date(0), new Date(0));
  const index = () => readFileSync(path.join(repository.root, '.git/index'));
  const before = index();
  expect(await commits.changed(DIRECTORY)).toContain(`${ROOT}/spec.md`);
  expect(index().equals(before)).toBe(true);
  // Git's own look writes it again.
  repository.git('diff', '--name-only', 'HEAD');
  expect(index().equals(before)).toBe(false);
});
