import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { containedPath } from '../files/contained-path.ts';
import { diskFault, errorCode } from '../files/disk-fault.ts';

/** Absolute path of a lane's worktree. @throws Fault `PATH_OUTSIDE_REPOSITORY` when `.worktrees` is a link that leads out. */
export function lanePath(primary: string, folder: string): string {
  return containedPath(primary, `.worktrees/${folder}`);
}

/** Makes the folder of all lanes, which Git does not see: also in a repository that never ran `init`. */
export function makeWorktreesFolder(primary: string): void {
  const folder = path.join(primary, '.worktrees');
  const ignore = path.join(folder, '.gitignore');
  if (existsSync(ignore)) return;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(ignore, '*\n', { flag: 'wx' });
  } catch (error) {
    // Somebody claims another lane at the same moment.
    if (errorCode(error) !== 'EEXIST') throw diskFault(error, ignore);
  }
}
