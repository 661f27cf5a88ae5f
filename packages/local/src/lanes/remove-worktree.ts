import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { Git } from '../git/git.ts';
import { commitOf } from '../git/commit-of.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { clearInterrupted } from './registered-worktrees.ts';

/** In the worktree's own folder of the Git directory, which goes with it: the commit that it was removed at. */
const MARK = 'spec-kitty-removing';

/** What Git answers when it does not begin. */
const REFUSED = 128;

/**
 * Removes a worktree in which nothing is uncommitted and no commit is that nothing else has, without force; what an interrupted removal has left goes as well.
 *
 * Marks it, lets Git remove it, and the mark goes with it. After a kill in between, files may be missing from a marked
 * worktree: the next call brings them back and begins again. Without the mark, or after another commit, it was the user
 * who deleted them.
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
  const commit = (await commitOf(worktree, 'HEAD')) ?? '';
  if (await isOnlyCopy(worktree, commit)) return false;
  const mark = path.join(await worktree.text(['rev-parse', '--absolute-git-dir']), MARK);
  const changes = await worktree.records([
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
  ]);
  if (changes.length > 0) {
    const halfRemoved = changes.every((change) => change.startsWith(' D ')) && isMarked(mark, commit);
    if (!halfRemoved) return false;
    await worktree.run(['restore', '--worktree', '--', '.']);
  }
  writeAtomically(mark, commit);
  // Git refuses by itself what is locked or has gained files since it was looked at.
  const { exitCode } = await git.attempt(['worktree', 'remove', root]);
  if (exitCode === REFUSED) rmSync(mark, { force: true });
  return exitCode === 0;
}

function isMarked(mark: string, commit: string): boolean {
  return existsSync(mark) && readFileSync(mark, 'utf8') === commit;
}

/** Whether no ref leads to a commit, as with a detached HEAD: it would be lost with the worktree. */
async function isOnlyCopy(worktree: Git, commit: string): Promise<boolean> {
  if (commit === '') return false;
  return (
    (await worktree.tryText(['for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit])) ===
    ''
  );
}
