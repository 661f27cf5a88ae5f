import { existsSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import type { Git } from '../git/git.ts';
import { commitOf } from '../git/commit-of.ts';
import { clearInterrupted } from './registered-worktrees.ts';

/**
 * Removes a worktree in which nothing is uncommitted and no commit is that nothing else has, without force; what an interrupted removal has left goes as well.
 *
 * @returns whether it is gone.
 */
export async function removeWorktree(git: Git, commonDir: string, root: string): Promise<boolean> {
  try {
    await clearInterrupted(commonDir, root);
  } catch (error) {
    // Somebody has locked it: it stays.
    if (error instanceof Fault) return false;
    throw error;
  }
  if (!existsSync(root)) return true;
  const worktree = git.at(root);
  if (await holdsTheOnlyCopy(worktree)) return false;
  const changes = await worktree.records([
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
  ]);
  // Nothing is missing from a worktree whose work has just been merged, unless its removal was interrupted.
  const halfRemoved = changes.length > 0 && changes.every((change) => change.startsWith(' D '));
  if (changes.length > 0 && !halfRemoved) return false;
  if (halfRemoved) await worktree.run(['restore', '--worktree', '--', '.']);
  // Git refuses by itself what is locked or has gained files since it was looked at.
  return (await git.attempt(['worktree', 'remove', root])).exitCode === 0;
}

/** Whether its HEAD is detached at a commit that no ref leads to: it would be lost with the worktree. */
async function holdsTheOnlyCopy(worktree: Git): Promise<boolean> {
  const commit = await commitOf(worktree, 'HEAD');
  if (commit === undefined) return false;
  return (
    (await worktree.tryText(['for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit])) ===
    ''
  );
}
