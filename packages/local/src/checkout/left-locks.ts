import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from '../repository/repository.ts';

/** Beginning of a lock file of ours; Git's own are empty or begin with `DIRC`. */
export const SIGNATURE = 'spec-kitty ';

/** Index locks of ours in any checkout; nearly always none, which takes one look for each worktree. */
export function ownIndexLocks({ primaryGitDir, commonDir }: Repository): readonly string[] {
  const folder = path.join(commonDir, 'worktrees');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return [primaryGitDir, ...names.map((name) => path.join(folder, name))]
    .map((gitDir) => path.join(gitDir, 'index.lock'))
    .filter((lock) => existsSync(lock) && isOwnLock(lock));
}

/** Whether a lock file is signed by a process of ours; `false` when it has just gone. */
export function isOwnLock(lock: string): boolean {
  try {
    return readFileSync(lock, 'utf8').startsWith(SIGNATURE);
  } catch {
    // Its owner has just finished, or it is somebody else's.
    return false;
  }
}
