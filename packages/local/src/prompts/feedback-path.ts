import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { makeFolder } from '../files/sync-folder.ts';
import type { Repository } from '../repository/repository.ts';

/**
 * Names a file that a reviewer may write: in the temporary folder, since agents are often kept from writing
 * into a Git directory. The folder is this user's alone.
 *
 * @throws Fault `UNSAFE_TEMPORARY_FOLDER` when somebody else made it first.
 */
export function feedbackPath(repository: Repository, name: string): string {
  const key = createHash('sha256').update(repository.commonDir).digest('hex').slice(0, 12);
  const own = process.getuid?.();
  // By number: in a container a user need not have a name.
  const folder = path.join(os.tmpdir(), `spec-kitty-${own ?? os.userInfo().username}`, key);
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    // A file or a dangling link of somebody else is judged below.
    if (!['EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '')) throw diskFault(error, folder);
  }
  for (const part of [path.dirname(folder), folder]) {
    const kind = lstatSync(part, { throwIfNoEntry: false });
    if (kind?.isDirectory() && (own === undefined || kind.uid === own)) continue;
    throw new Fault('refused', 'UNSAFE_TEMPORARY_FOLDER', `The temporary folder is not yours: ${part}`, {
      hints: ['Remove it, or set TMPDIR to a folder of your own.'],
    });
  }
  return path.join(folder, name);
}
