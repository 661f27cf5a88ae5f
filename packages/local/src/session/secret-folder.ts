import { chmodSync, existsSync, lstatSync, rmdirSync } from 'node:fs';
import { storeFault } from '@spec-kitty/core/session/store-fault';
import { folderFault } from './secret-file.ts';
import { makeFolder } from '../files/sync-folder.ts';

/** Takes folders away again that `make` has made, unless somebody has put something into them meanwhile. */
export function withoutNewFolders(folders: readonly string[], make: () => void): void {
  const made = folders.filter((folder) => !existsSync(folder));
  try {
    make();
  } finally {
    for (const folder of made.toReversed()) removeEmpty(folder);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // broad-catch: best-effort: a folder that somebody else uses by now, or that cannot be removed, does no harm
  }
}

/**
 * Makes a folder that is its user's alone, or makes one so that others could look into: what lies in it is judged file by
 * file.
 *
 * @throws Fault `SESSION_UNUSABLE` for a link, somebody else's folder, or a closed one, which stay as they are.
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
  const fault = folderFault(folder);
  if (fault) throw storeFault(fault, folder);
}
