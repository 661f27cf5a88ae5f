import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, openSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SIGNATURE } from '../../checkout/left-locks.ts';
import { seesAllProcesses } from './lock-suspects.ts';
import { removeLeftLocks } from './remove-left-locks.ts';

interface World {
  readonly repository: TempRepository;
  readonly lane: string;
  /** Absolute paths of lock files that Git uses for a commit in the lane. */
  readonly locks: Readonly<Record<'index' | 'head' | 'branch', string>>;
}

function world(): World {
  const repository = tempRepository();
  repository.commit('first');
  const lane = path.join(repository.base, 'lane');
  repository.git('worktree', 'add', '--quiet', '-b', 'kitty/lane-a', lane);
  const gitDir = path.join(repository.root, '.git');
  const locks = {
    index: path.join(gitDir, 'worktrees', 'lane', 'index.lock'),
    head: path.join(gitDir, 'worktrees', 'lane', 'HEAD.lock'),
    branch: path.join(gitDir, 'refs', 'heads', 'kitty', 'lane-a.lock'),
  };
  return { repository, lane, locks };
}

const hourAgo = (): number => Date.now() - 3_600_000;

function standing(cwd: string, stdio: 'ignore' | readonly ['ignore', number] = 'ignore'): ChildProcess {
  const child = spawn('sleep', ['60'], { cwd, stdio: stdio === 'ignore' ? 'ignore' : [...stdio, 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Any Git of this machine may hold the lock of a branch: what is left is removed once no other happens to run. */
async function removedInTheEnd(lane: string, locks: readonly string[]): Promise<void> {
  while (locks.some((lock) => existsSync(lock))) await removeLeftLocks({ root: lane, since: hourAgo });
}

async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await pause(5);
}

describe.skipIf(!seesAllProcesses())(
  'locks that a killed agent has left [needs a Linux that shows all processes]',
  () => {
    test('a Git that was killed leaves locks that keep everybody else out, until they are removed', async () => {
      const { repository, lane, locks } = world();
      const editor = path.join(repository.base, 'editor');
      writeFileSync(editor, '#!/bin/sh\nexec sleep 60\n');
      chmodSync(editor, 0o755);
      writeFileSync(path.join(lane, 'a.txt'), 'a\n');
      const git = spawn('git', ['commit', '--allow-empty', '--all'], {
        cwd: lane,
        env: { ...repository.env, GIT_EDITOR: editor },
        detached: true,
      });
      await appears(locks.index);
      // The commit of somebody who is still writing its message.
      expect(await removeLeftLocks({ root: lane, since: hourAgo })).toEqual([]);
      process.kill(-(git.pid ?? 0), 'SIGKILL');
      await once(git, 'close');
      writeFileSync(locks.head, '');
      writeFileSync(locks.branch, '');
      expect(() => repository.git('-C', lane, 'add', 'a.txt')).toThrow('index.lock');

      await removedInTheEnd(lane, Object.values(locks));
      repository.git('-C', lane, 'add', 'a.txt');
      repository.git('-C', lane, 'commit', '--quiet', '--message', 'second');
      expect(repository.git('show', 'kitty/lane-a:a.txt')).toBe('a');
    });

    test('a lock stays where somebody stands in the worktree, or has the file open from elsewhere', async () => {
      const { repository, lane, locks } = world();
      writeFileSync(locks.index, '');
      const shell = standing(lane);
      expect(await removeLeftLocks({ root: lane, since: hourAgo })).toEqual([]);
      shell.kill('SIGKILL');
      await once(shell, 'exit');
      const writer = standing(repository.base, ['ignore', openSync(locks.index, 'a')]);
      writeFileSync(locks.head, '');
      expect(await removeLeftLocks({ root: lane, since: hourAgo })).toEqual([locks.head]);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    });

    test('the lock of a branch stays while a Git runs anywhere that may hold it', async () => {
      const { repository, lane, locks } = world();
      const value = repository.git('rev-parse', 'HEAD');
      const git = spawn('git', ['--git-dir', path.join(repository.root, '.git'), 'update-ref', '--stdin'], {
        cwd: repository.base,
        env: repository.env,
      });
      git.stdin.write(`start\nupdate refs/heads/kitty/lane-a ${value} ${value}\nprepare\n`);
      await once(git.stdout, 'data');
      await appears(locks.branch);
      expect(await removeLeftLocks({ root: lane, since: hourAgo })).toEqual([]);
      git.kill('SIGKILL');
      await once(git, 'exit');
      await removedInTheEnd(lane, [locks.branch]);
      expect(repository.git('rev-parse', 'kitty/lane-a')).toBe(value);
    });

    test('a lock stays that is older than the first attempt, signed by us, replaced meanwhile, or of the primary checkout', async () => {
      const { repository, lane, locks } = world();
      writeFileSync(locks.index, '');
      utimesSync(locks.index, new Date(hourAgo() - 60_000), new Date(hourAgo() - 60_000));
      writeFileSync(locks.head, `${SIGNATURE}process 1 is changing this checkout\n`);
      writeFileSync(locks.branch, '');
      const removing = removeLeftLocks({ root: lane, since: hourAgo });
      rmSync(locks.branch);
      writeFileSync(locks.branch, 'another\n');
      expect(await removing).toEqual([]);

      writeFileSync(path.join(repository.root, '.git', 'index.lock'), '');
      expect(await removeLeftLocks({ root: repository.root, since: hourAgo })).toEqual([]);
    });
  },
);

test('nothing is asked where there is no lock, or no worktree any more', async () => {
  const { repository, lane } = world();
  const since = () => {
    throw new Error('asked');
  };
  expect(await removeLeftLocks({ root: lane, since })).toEqual([]);
  rmSync(path.join(repository.root, '.git', 'worktrees'), { recursive: true });
  expect(await removeLeftLocks({ root: lane, since })).toEqual([]);
  rmSync(lane, { recursive: true });
  expect(await removeLeftLocks({ root: lane, since })).toEqual([]);
});
