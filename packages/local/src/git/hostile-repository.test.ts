import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, test } from 'vitest';
import { executableConfig } from './executable-config.ts';
import { Git } from './git.ts';

const HOOKS = [
  'pre-commit',
  'commit-msg',
  'prepare-commit-msg',
  'post-commit',
  'post-checkout',
  'post-index-change',
  'reference-transaction',
  'post-merge',
  'pre-merge-commit',
];

/** A repository whose settings, attributes and hooks all try to run a script that leaves a mark. */
function hostile(settings: Readonly<Record<string, string>>): { repository: TempRepository; mark: string } {
  const repository = tempRepository();
  repository.commit('clean', { 'a.txt': 'one\n', 'b.txt': 'one\n' });
  repository.git('branch', 'side');
  repository.commit('main', {
    'a.txt': 'two\n',
    '.gitattributes': '*.txt diff=evil filter=evil merge=evil\n',
  });

  const mark = path.join(repository.base, 'mark');
  const script = path.join(repository.base, 'evil');
  writeFileSync(script, `#!/bin/sh\necho "$0 $@" >> "${mark}"\ncat 2>/dev/null\nexit 0\n`);
  chmodSync(script, 0o755);
  const hooks = path.join(repository.root, '.git', 'hooks');
  const others = path.join(repository.base, 'hooks');
  for (const folder of [hooks, others]) {
    mkdirSync(folder, { recursive: true });
    for (const hook of HOOKS)
      writeFileSync(path.join(folder, hook), `#!/bin/sh\necho ${hook} >> "${mark}"\n`, { mode: 0o755 });
  }
  for (const [key, value] of Object.entries(settings)) {
    repository.git('config', key, value.replace('EVIL', script).replace('HOOKS', others));
  }
  rmSync(mark, { force: true });
  return { repository, mark };
}

/** Everything that a lane or a merge does, through our Git. */
async function work(repository: TempRepository): Promise<void> {
  const git = new Git(repository.root, repository.env);
  repository.write({ 'a.txt': 'three\n', 'c.txt': 'new\n' });
  await git.run(['status', '--porcelain=v2', '-z']);
  await git.run(['diff', 'HEAD']);
  await git.run(['diff', '--name-only', '-z', 'side...main']);
  await git.run(['diff-tree', '-r', '-p', 'side', 'main']);
  await git.run(['diff-index', '-p', 'HEAD']);
  await git.run(['diff-files', '-p']);
  await git.run(['log', '-p', '-1']);
  await git.run(['show', 'HEAD']);
  await git.run(['show', 'HEAD:a.txt']);
  await git.run(['blame', 'a.txt']);
  await git.run(['add', '--all']);
  await git.run(['commit', '--quiet', '--message', 'ours']);
  const lane = path.join(repository.root, '.worktrees', 'lane-a');
  await git.run(['worktree', 'add', '--quiet', '-b', 'lane-a', lane, 'side']);
  await git.at(lane).run(['merge', '--no-ff', '--message', 'merge', 'main']);
  await git.run(['update-ref', 'refs/heads/x', 'HEAD']);
  await git.run(['worktree', 'remove', lane]);
}

const NEUTRALISED = {
  'core.fsmonitor': 'EVIL',
  'core.hooksPath': 'HOOKS',
  'core.pager': 'EVIL',
  'pager.log': 'EVIL',
  'core.editor': 'EVIL',
  'sequence.editor': 'EVIL',
  'diff.external': 'EVIL',
  'diff.evil.command': 'EVIL',
  'diff.evil.textconv': 'EVIL',
  'log.showSignature': 'true',
};

describe.skipIf(process.platform === 'win32')('a hostile repository [needs POSIX scripts]', () => {
  test('runs nothing of what is neutralised', async () => {
    const { repository, mark } = hostile(NEUTRALISED);
    await work(repository);
    expect(existsSync(mark)).toBe(false);
    expect(
      await executableConfig(new Git(repository.root, repository.env), path.join(repository.root, '.git')),
    ).toEqual([]);
  });

  test('would run each of them in an ordinary Git, so the test above can fail', () => {
    const plain = (settings: Record<string, string>, ...args: string[]) => {
      const { repository, mark } = hostile(settings);
      repository.write({ 'a.txt': 'three\n' });
      repository.git(...args);
      return existsSync(mark);
    };
    expect(plain({ 'core.fsmonitor': 'EVIL' }, 'status')).toBe(true);
    expect(plain({}, 'commit', '--all', '--message', 'x')).toBe(true);
    expect(plain({ 'core.hooksPath': 'HOOKS' }, 'commit', '--all', '--message', 'x')).toBe(true);
    expect(plain({ 'diff.external': 'EVIL' }, 'diff')).toBe(true);
    expect(plain({ 'diff.evil.command': 'EVIL' }, 'diff')).toBe(true);
    expect(plain({ 'diff.evil.textconv': 'EVIL' }, 'diff')).toBe(true);
    expect(plain({ 'diff.evil.textconv': 'EVIL' }, 'blame', 'a.txt')).toBe(true);
    expect(plain({ 'core.editor': 'EVIL' }, 'commit', '--all', '--amend')).toBe(true);
  });

  test('runs nothing of a repository inside it, which has a configuration of its own', async () => {
    const embedded = () => {
      const { repository, mark } = hostile({});
      const script = path.join(repository.base, 'evil');
      repository.write({ 'lib/.gitattributes': '*.txt filter=evil\n', 'lib/b.txt': 'one\n' });
      repository.git('-C', 'lib', 'init', '--quiet');
      repository.git('-C', 'lib', 'add', '--all');
      repository.git('-C', 'lib', 'commit', '--quiet', '--no-verify', '--message', 'inside');
      repository.git('-c', 'core.hooksPath=/dev/null', 'add', 'lib');
      repository.git('-C', 'lib', 'config', 'filter.evil.clean', script);
      repository.write({ 'lib/b.txt': 'two\n' });
      rmSync(mark, { force: true });
      return { repository, mark };
    };
    const plain = embedded();
    plain.repository.git('diff-index', '--name-only', 'HEAD');
    expect(existsSync(plain.mark), 'in an ordinary Git, so that the rest can fail').toBe(true);

    const { repository, mark } = embedded();
    const git = new Git(repository.root, repository.env);
    for (const args of [['diff', 'HEAD'], ['diff-index', 'HEAD'], ['diff-files']]) {
      await git.run([...args, '--name-only']);
      expect(existsSync(mark), args.join(' ')).toBe(false);
    }
  });

  test('has to be trusted for what cannot be', async () => {
    const settings = {
      'filter.evil.clean': 'EVIL',
      'filter.evil.smudge': 'EVIL',
      'merge.evil.driver': 'EVIL',
    };
    const { repository, mark } = hostile(settings);
    const git = new Git(repository.root, repository.env);
    const listed = await executableConfig(git, path.join(repository.root, '.git'));
    expect(listed.map(({ key }) => key)).toEqual(Object.keys(settings));
    expect(existsSync(mark)).toBe(false);
    await work(repository).catch(() => undefined);
    expect(existsSync(mark)).toBe(true);
  });
});
