import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';

/** What decides whether a file can only have been written by the user. */
export interface FileAccess {
  readonly plain: boolean;
  readonly owner: number;
  readonly mode: number;
}

/** Why a file or folder could have been changed by somebody else; `undefined` if it could not. Windows has no such bits. */
export function notPrivate(facts: FileAccess, user: number | undefined): string | undefined {
  if (!facts.plain) return 'it is not a plain file';
  if (user === undefined) return undefined;
  if (facts.owner !== user) return 'it belongs to another user';
  return (facts.mode & 0o022) === 0 ? undefined : 'others may write to it';
}

/** A file's text, or why it may not be relied on; `undefined` when there is none. */
export type PrivateText = { readonly text: string } | { readonly unsafe: string } | undefined;

/** Reads a file that only the user may have written, without following a link. */
export function readPrivateFile(file: string): PrivateText {
  let handle: number;
  try {
    // A named pipe would wait for a writer. Windows has neither of the two.
    const flags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    handle = openSync(file, constants.O_RDONLY | flags);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    return { unsafe: errorCode(error) === 'ELOOP' ? 'it is a link' : 'it cannot be opened' };
  }
  try {
    const user = process.getuid?.();
    const own = fstatSync(handle);
    // Who may write to the folder can put another file in its place.
    const folder = statSync(path.dirname(file));
    const unsafe =
      notPrivate({ plain: own.isFile(), owner: own.uid, mode: own.mode }, user) ??
      notPrivate({ plain: true, owner: folder.uid, mode: folder.mode }, user);
    return unsafe === undefined ? { text: readFileSync(handle, 'utf8') } : { unsafe };
  } finally {
    closeSync(handle);
  }
}
