import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_CONFIG, type ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { SystemClock } from '../clock/system-clock.ts';
import { findRepository } from '../repository/repository.ts';
import { RepositoryTrust } from '../trust/repository-trust.ts';
import { TrustedSetup } from './trusted-setup.ts';

async function world(settings: Partial<ProjectConfig>, { trusted = true } = {}) {
  const repository = tempRepository();
  const found = await findRepository(repository.root);
  const trust = new RepositoryTrust(found, { env: repository.env, clock: new SystemClock() });
  const config = { ...DEFAULT_CONFIG, ...settings };
  if (trusted) await trust.store.allow(found.commonDir, await trust.items(config));
  const worktree = path.join(repository.root, '.worktrees', 'lane');
  mkdirSync(worktree, { recursive: true });
  const setup = new TrustedSetup({
    primary: repository.root,
    commonDir: found.commonDir,
    trust,
    config: async () => config,
    env: repository.env,
  });
  return { repository, setup, worktree, run: () => setup.run(worktree) };
}

const node = (script: string) => [process.execPath, '-e', script];

test('without settings nothing happens, trusted or not', async () => {
  const { run, worktree } = await world({}, { trusted: false });
  await run();
  expect(readdirSync(worktree)).toEqual([]);
});

test('copies come first, then the command runs in the worktree', async () => {
  const { repository, run, worktree } = await world({
    workspaceCopy: ['.env', 'config/local', 'absent'],
    workspaceSetup: node("require('fs').writeFileSync('made.txt', require('fs').readFileSync('.env'))"),
  });
  repository.write({ '.env': 'SECRET=1', 'config/local/a.json': '{}', 'config/other.json': '' });
  symlinkSync('a.json', path.join(repository.root, 'config/local/link.json'));
  await run();
  expect(readFileSync(path.join(worktree, 'made.txt'), 'utf8')).toBe('SECRET=1');
  expect(readdirSync(path.join(worktree, 'config'))).toEqual(['local']);
  expect(lstatSync(path.join(worktree, 'config/local/link.json')).isSymbolicLink()).toBe(true);
  expect(readdirSync(path.dirname(worktree))).toEqual(['lane']);
});

test('what Git would take for new work is ignored from then on, and nothing else is', async () => {
  const { repository, run, worktree } = await world({
    workspaceCopy: ['.env', 'keys [dev]/', 'tracked.json', 'ignored.log', 'absent'],
  });
  rmSync(worktree, { recursive: true });
  repository.commit('first', {
    '.gitignore': '*.log\n.worktrees\n',
    'tracked.json': '{}',
    'a/.env': 'theirs',
  });
  repository.git('worktree', 'add', '--quiet', worktree);
  repository.write({
    '.env': 'SECRET=1',
    'keys [dev]/k': 'k',
    'ignored.log': '',
    '.git/info/exclude': '*.tmp',
  });
  await run();
  expect(repository.read('.git/info/exclude').split('\n')).toEqual([
    '*.tmp',
    expect.stringMatching(/^# /),
    '/.env',
    '/keys\\ \\[dev\\]',
    '',
  ]);
  repository.git('-C', worktree, 'add', '-A');
  expect(repository.git('-C', worktree, 'status', '--porcelain')).toBe('');
  await run();
  expect(repository.read('.git/info/exclude').split('\n')).toHaveLength(5);
});

test('what the worktree has already is not overwritten', async () => {
  const { repository, run } = await world({ workspaceCopy: ['.env'] });
  repository.write({ '.env': 'theirs', '.worktrees/lane/.env': 'mine' });
  await run();
  expect(repository.read('.worktrees/lane/.env')).toBe('mine');
});

test('a copy that was interrupted is not taken for one that is whole', async () => {
  const { repository, run } = await world({ workspaceCopy: ['data'] });
  // What a killed run leaves beside the worktree.
  repository.write({ 'data/a': 'a', 'data/b': 'b', '.worktrees/.lane.copy/a': 'half' });
  await run();
  expect([repository.read('.worktrees/lane/data/a'), repository.read('.worktrees/lane/data/b')]).toEqual([
    'a',
    'b',
  ]);
  expect(existsSync(path.join(repository.root, '.worktrees/.lane.copy'))).toBe(false);
});

test.each([
  ['workspace.setup', { workspaceSetup: node("require('fs').writeFileSync('made.txt', '')") }],
  ['workspace.copy', { workspaceCopy: ['.env'] }],
])('%s does nothing before it is trusted, and the hint says how', async (kind, settings) => {
  const { repository, run, worktree } = await world(settings, { trusted: false });
  repository.write({ '.env': '' });
  await expect(run()).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    details: { kind },
    hints: [expect.stringContaining('spec-kitty trust allow')],
  });
  expect(readdirSync(worktree)).toEqual([]);
});

test.each([['../outside.txt'], ['/etc/hostname'], ['link/secret.txt'], ['.git/config']])(
  'a path that leads out of the repository is not copied: %s',
  async (named) => {
    const { repository, run, worktree } = await world({ workspaceCopy: [named] });
    mkdirSync(path.join(repository.base, 'outside'));
    repository.write({ '../outside/secret.txt': 'secret', '../outside.txt': 'secret' });
    symlinkSync(path.join(repository.base, 'outside'), path.join(repository.root, 'link'));
    await expect(run()).rejects.toMatchObject({ code: 'PATH_OUTSIDE_REPOSITORY', details: { path: named } });
    expect(readdirSync(worktree)).toEqual([]);
  },
);

test('a link in the worktree does not lead a copy out of it', async () => {
  const { repository, run, worktree } = await world({ workspaceCopy: ['data/x.txt'] });
  repository.write({ 'data/x.txt': 'x', '../outside/keep': '' });
  symlinkSync(path.join(repository.base, 'outside'), path.join(worktree, 'data'));
  await expect(run()).rejects.toMatchObject({ code: 'PATH_OUTSIDE_REPOSITORY' });
  expect(readdirSync(path.join(repository.base, 'outside'))).toEqual(['keep']);
});

test('a command that fails shows what it said; one that cannot be started is named', async () => {
  const failing = await world({ workspaceSetup: node("console.error('no such package'); process.exit(3)") });
  const log = path.join(
    failing.repository.root,
    '.git/spec-kitty/logs',
    `setup-${path.basename(failing.worktree)}.log`,
  );
  await expect(failing.run()).rejects.toMatchObject({
    code: 'SETUP_FAILED',
    message: expect.not.stringContaining('\n') as string,
    details: { exit_code: 3, workspace_path: failing.worktree, output: 'no such package', log },
  });
  expect(readFileSync(log, 'utf8')).toBe('no such package\n');
  const silent = await world({ workspaceSetup: node('process.exit(3)') });
  await expect(silent.run()).rejects.toMatchObject({
    message: expect.stringContaining('process.exit(3)'),
    details: { output: '' },
  });
  const absent = await world({ workspaceSetup: ['no-such-command-anywhere'] });
  await expect(absent.run()).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
});
