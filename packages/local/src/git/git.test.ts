import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, test } from 'vitest';
import { Git } from './git.ts';

const gitIn = (repository: TempRepository, env: Record<string, string> = {}) =>
  new Git(repository.root, { ...repository.env, ...env });

test('text, lines, records and answers', async () => {
  const repository = tempRepository();
  const commit = repository.commit('first', { 'a b': '1', 'ünï\ncode': '2' });
  const git = gitIn(repository);
  expect(await git.text(['rev-parse', 'HEAD'])).toBe(commit);
  expect(await git.lines(['for-each-ref', '--format=%(refname)'])).toEqual(['refs/heads/main']);
  expect(await git.records(['ls-files', '-z'])).toEqual(['a b', 'ünï\ncode']);
  expect(await git.records(['ls-files', '-z', 'absent'])).toEqual([]);
  expect(await git.tryText(['rev-parse', '--verify', '--quiet', 'refs/heads/absent'])).toBeUndefined();
  expect(await git.ok(['show-ref', '--verify', '--quiet', 'refs/heads/main'])).toBe(true);
  expect(await git.ok(['diff', '--quiet', 'HEAD'])).toBe(true);
  expect((await git.attempt(['rev-parse', 'absent'])).exitCode).toBe(128);
  expect(await git.at(repository.base).ok(['check-ref-format', 'refs/heads/x'])).toBe(true);
});

test('input, environment and exact bytes', async () => {
  const repository = tempRepository();
  const git = gitIn(repository);
  const blob = await git.text(['hash-object', '-w', '--stdin'], { stdin: new Uint8Array([200, 10, 255]) });
  expect((await git.run(['cat-file', 'blob', blob], { encoding: 'latin1' })).stdout).toBe('\u00c8\n\u00ff');
  const index = path.join(repository.base, 'index');
  await git.run(['update-index', '--add', '--cacheinfo', `100644,${blob},x`], {
    env: { GIT_INDEX_FILE: index },
  });
  expect([existsSync(index), await git.records(['ls-files', '-z'])]).toEqual([true, []]);
});

test('a failing command is a fault, and "no" is not "failed"', async () => {
  const repository = tempRepository();
  const git = gitIn(repository);
  await expect(git.text(['rev-parse', 'absent'])).rejects.toMatchObject({
    kind: 'refused',
    code: 'GIT_FAILED',
  });
  await expect(git.ok(['merge-base', '--is-ancestor', 'absent', 'main'])).rejects.toMatchObject({
    code: 'GIT_FAILED',
  });
  await expect(git.at(path.join(repository.base, 'absent')).text(['version'])).rejects.toMatchObject({
    code: 'DIRECTORY_MISSING',
  });
});

test('stands in the directory it is given, whatever the environment says', async () => {
  const repository = tempRepository();
  repository.commit('one', { a: '1' });
  const elsewhere = {
    GIT_DIR: '/nowhere',
    GIT_WORK_TREE: '/nowhere',
    GIT_INDEX_FILE: '/nowhere/index',
    GIT_TRACE: '1',
  };
  const result = await gitIn(repository, elsewhere).run(['rev-parse', '--show-toplevel']);
  expect(result).toMatchObject({ stdout: `${repository.root}\n`, stderr: '' });
});

test('commits in the name that the user set, by variable or setting', async () => {
  const repository = tempRepository();
  const author = ['log', '-1', '--format=%an <%ae>'];
  await gitIn(repository).run(['commit', '--allow-empty', '--message', 'one']);
  expect(repository.git(...author)).toBe('Test Person <test@example.com>');
  const env = { GIT_AUTHOR_NAME: 'Other', GIT_AUTHOR_EMAIL: 'o@example.com' };
  await gitIn(repository, env).run(['commit', '--allow-empty', '--message', 'two']);
  expect(repository.git(...author)).toBe('Other <o@example.com>');
  const nobody = { GIT_CONFIG_GLOBAL: '/dev/null', EMAIL: '' };
  repository.git('config', 'user.useConfigOnly', 'true');
  await expect(
    gitIn(repository, nobody).run(['commit', '--allow-empty', '--message', 'x']),
  ).rejects.toMatchObject({
    code: 'GIT_IDENTITY_MISSING',
  });
});

describe.skipIf(process.platform === 'win32')('the Git that is found [POSIX only]', () => {
  const fakeGit = (repository: TempRepository, script: string) => {
    const bin = path.join(repository.base, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'git'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, 'git'), 0o755);
    return new Git(repository.root, { ...repository.env, PATH: `${bin}:/bin:/usr/bin` });
  };
  const old =
    'echo "$@" >> calls; case "$*" in version) echo "git version 2.30.2";; *status*) echo ok;; *) exit 129;; esac';

  test('too old is told when something fails, and before anything is written', async () => {
    const git = fakeGit(tempRepository(), old);
    expect(await git.text(['status'])).toBe('ok');
    const tooOld = { code: 'GIT_TOO_OLD', details: { found: '2.30.2', required: '2.39' } };
    await expect(git.text(['rev-parse', 'x'])).rejects.toMatchObject(tooOld);
    await expect(git.run(['update-ref', 'refs/heads/x', 'y'])).rejects.toMatchObject(tooOld);
    const calls = readFileSync(path.join(git.directory, 'calls'), 'utf8');
    expect(calls).not.toContain('update-ref');
    expect(calls.match(/^version$/gm)).toHaveLength(1);
  });

  test('is asked for its version once, by the first writing call only', async () => {
    const git = fakeGit(tempRepository(), 'echo "$@" >> calls; echo "git version 2.50.0"');
    await git.run(['status']);
    await git.run(['worktree', 'list']);
    const calls = () => readFileSync(path.join(git.directory, 'calls'), 'utf8').match(/^version$/gm) ?? [];
    expect(calls()).toHaveLength(0);
    await git.run(['update-ref', 'a', 'b']);
    await git.at(git.directory).run(['commit']);
    expect(calls()).toHaveLength(1);
  });

  test('is missed by name', async () => {
    const repository = tempRepository();
    const git = new Git(repository.root, { ...repository.env, PATH: repository.home });
    await expect(git.text(['version'])).rejects.toMatchObject({ kind: 'refused', code: 'GIT_MISSING' });
  });
});

test.skipIf(process.platform === 'win32')('reading does not rewrite the index [POSIX only]', async () => {
  const repository = tempRepository();
  repository.commit('one', { a: '1' });
  writeFileSync(path.join(repository.root, 'a'), '1');
  const index = path.join(repository.root, '.git', 'index');
  const before = statSync(index).ino;
  await gitIn(repository).run(['status', '--porcelain']);
  expect(statSync(index).ino).toBe(before);
});
