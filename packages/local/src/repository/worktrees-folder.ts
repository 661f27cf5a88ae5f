import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { containedPath } from '../files/contained-path.ts';
import { diskFault, errorCode } from '../files/disk-fault.ts';

/** Absolute path of a lane's worktree. @throws Fault `PATH_OUTSIDE_REPOSITORY` when `.worktrees` is a link that leads out. */
export function lanePath(primary: string, folder: string): string {
  return containedPath(primary, `.worktrees/${folder}`);
}

/** Makes sure that nothing else is where a folder of ours belongs. @throws Fault `NOT_A_FOLDER`. */
export function requireFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found || found.isDirectory()) return;
  throw new Fault('refused', 'NOT_A_FOLDER', `Something else is where a folder should be: ${folder}`, {
    hints: ['Move it away, then run the command again.'],
    details: { path: folder },
  });
}

/** Makes the folder of all lanes, which Git does not see: also in a repository that never ran `init`. */
export function makeWorktreesFolder(primary: string): void {
  const folder = path.join(primary, '.worktrees');
  const ignore = path.join(folder, '.gitignore');
  if (existsSync(ignore)) return;
  requireFolder(folder);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(ignore, '*\n', { flag: 'wx' });
  } catch (error) {
    // Somebody claims another lane at the same moment.
    if (errorCode(error) !== 'EEXIST') throw diskFault(error, ignore);
  }
}
