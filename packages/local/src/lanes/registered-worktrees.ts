import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import type { Git } from '../git/git.ts';

/** A worktree as Git has it registered. */
export interface RegisteredWorktree {
  readonly branch: string | undefined;
}

const UNFINISHED_WAIT_MS = 5000;

/** Finds the registered worktree at a path that also exists there; a missing one is unregistered by {@link clearInterrupted}. */
export async function worktreeAt(git: Git, root: string): Promise<RegisteredWorktree | undefined> {
  if (!existsSync(path.join(root, '.git'))) return undefined;
  const branch = await git.at(root).tryText(['symbolic-ref', '-q', '--short', 'HEAD']);
  return { branch: branch || undefined };
}

/**
 * Clears what a killed `git worktree add` left behind, and the registration of a worktree that somebody deleted.
 *
 * A half-made folder is moved to `.worktrees/.trash/`, never deleted. Call it under the lane's lock.
 */
export async function clearInterrupted(git: Git, root: string): Promise<void> {
  const admin = await adminDirOf(git, root);
  if (admin !== undefined && (await isUnfinished(admin))) {
    if (existsSync(root)) moveToTrash(root);
    rmSync(path.join(admin, 'locked'), { force: true });
  }
  if (existsSync(root) && !existsSync(path.join(root, '.git'))) moveToTrash(root);
  if (existsSync(root) || admin === undefined) return;
  if (existsSync(path.join(admin, 'locked'))) {
    throw new Fault('refused', 'WORKTREE_LOCKED', `The lane's worktree is missing and locked: ${root}`, {
      hints: [`Bring it back, or run \`git worktree unlock ${root}\` and try again.`],
    });
  }
  // Nothing of the worktree is left, so this only forgets it; its commits are on the lane's branch.
  rmSync(admin, { recursive: true, force: true });
}

/** Moves a folder out of the way, to where it can be found again. */
export function moveToTrash(root: string): void {
  const trash = path.join(path.dirname(root), '.trash');
  mkdirSync(trash, { recursive: true });
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  renameSync(root, path.join(trash, `${path.basename(root)}.${stamp}.${process.pid}`));
}

async function adminDirOf(git: Git, root: string): Promise<string | undefined> {
  const commonDir = await git.text(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const folder = path.join(commonDir, 'worktrees');
  if (!existsSync(folder)) return undefined;
  const wanted = path.join(realParent(root), path.basename(root), '.git');
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .find((admin) => {
      const pointer = path.join(admin, 'gitdir');
      return existsSync(pointer) && readFileSync(pointer, 'utf8').trim() === wanted;
    });
}

function realParent(root: string): string {
  const parent = path.dirname(root);
  return existsSync(parent) ? realpathSync(parent) : parent;
}

/** Git marks a worktree as initializing until it is complete; a live `git` may still be at it. */
async function isUnfinished(admin: string): Promise<boolean> {
  const mark = path.join(admin, 'locked');
  const initializing = () => existsSync(mark) && readFileSync(mark, 'utf8').trim() === 'initializing';
  for (let waited = 0; initializing(); waited += 100) {
    if (waited >= UNFINISHED_WAIT_MS) return true;
    await sleep(100);
  }
  return false;
}
