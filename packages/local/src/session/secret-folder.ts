import { chmodSync, lstatSync } from 'node:fs';
import { storeFault } from '@spec-kitty/core/session/store-fault';
import { makeFolder } from '../files/sync-folder.ts';

/**
 * Makes a folder that is its user's alone, or makes one so that others could look into: what lies in it is judged file by
 * file.
 *
 * @throws Fault `SESSION_UNUSABLE` for a link, or somebody else's folder, which stay as they are.
 */
export function makeSecretFolder(folder: string): void {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there?.isDirectory() === false)
    throw storeFault({ kind: 'insecure', why: 'not_a_plain_file', path: folder }, folder);
  makeFolder(folder, 0o700);
  if (process.platform === 'win32') return;
  const found = lstatSync(folder);
  if (found.uid !== process.geteuid?.())
    throw storeFault({ kind: 'insecure', why: 'owner', path: folder }, folder);
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}
