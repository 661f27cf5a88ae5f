import { fchownSync, fstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from './disk-fault.ts';

/**
 * Gives a file that the superuser has just made to whom its folder belongs, who has to get on with it after; nothing for
 * anybody else.
 *
 * A file with a second name is left alone: whoever owns the folder may have linked it in from elsewhere.
 */
export function leaveToFolderOwner(handle: number, file: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(path.dirname(file));
  const { uid: mine, nlink: names } = fstatSync(handle);
  if (uid === 0 || mine !== 0 || names !== 1) return;
  try {
    fchownSync(handle, uid, gid);
  } catch (error) {
    // Not every superuser may do that, as in some containers and on some network mounts.
    if (errorCode(error) !== 'EPERM') throw error;
  }
}
