import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import type { StoreFault } from '@spec-kitty/core/session/stored-session';
import { errorCode } from '../files/disk-fault.ts';

/** Larger than any session; reading on would be reading something else. */
export const LARGEST = 256 * 1024;

/** What is in a file that nobody else may read. */
export type SecretFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | StoreFault;

/**
 * Reads a file of the login, and trusts it only if nobody else could have read or made it: a plain file of this user, in
 * a folder of this user, open to nobody else, under one name.
 *
 * Looked at through the open file, so that it cannot be changed for another one in between.
 *
 * @param names how many names it may have, where its maker has given it more than one.
 */
export function readSecretFile(file: string, names = 1): SecretFile {
  const folder = folderFault(path.dirname(file));
  if (folder !== undefined) return folder;
  // Without waiting: a pipe in its place would be waited for until somebody writes into it.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = looking(file, () => openSync(file, flags));
  if (typeof handle !== 'number') return handle;
  try {
    return looking<SecretFile>(file, () => {
      const why = insecurity(fstatSync(handle), names);
      if (why !== undefined) return { kind: 'insecure', why, path: file };
      return { kind: 'read', bytes: readFileSync(handle) };
    });
  } finally {
    closeSync(handle);
  }
}

/** What keeps a folder of the login from being trusted; nothing does where there is none. */
export function folderFault(folder: string): StoreFault | undefined {
  return faultAt(folder, (facts) => {
    if (!facts.isDirectory()) return { why: 'not_a_plain_file', ...linkedLogin(folder) };
    const why = exposure(facts);
    if (why === undefined) accessSync(folder, constants.R_OK | constants.X_OK);
    return why && { why };
  });
}

/** What keeps a file of the login from being used that has no secret in it; nothing does where there is none. */
export function fileFault(file: string): StoreFault | undefined {
  return faultAt(file, (facts) => {
    if (!facts.isFile()) return { why: 'not_a_plain_file' };
    const isOurs = process.platform === 'win32' || facts.uid === process.geteuid?.();
    if (isOurs) accessSync(file, constants.R_OK | constants.W_OK);
    return isOurs ? undefined : { why: 'owner' };
  });
}

type Judgement = Pick<Extract<StoreFault, { readonly kind: 'insecure' }>, 'why' | 'leadsTo'>;

function faultAt(place: string, judge: (facts: Stats) => Judgement | undefined): StoreFault | undefined {
  const found = looking<StoreFault | undefined>(place, () => {
    const facts = lstatSync(place, { throwIfNoEntry: false });
    const judged = facts && judge(facts);
    return judged && { kind: 'insecure', path: place, ...judged };
  });
  return found?.kind === 'absent' || found?.kind === 'read' ? undefined : found;
}

/** Where a link leads to, if that is a folder of logins, or of one. */
function linkedLogin(link: string): { readonly leadsTo: string } | undefined {
  const isOne = ['key', 'session.json'].some((name) => existsSync(path.join(link, name)));
  return isOne ? { leadsTo: realpathSync(link) } : undefined;
}

function looking<T>(file: string, look: () => T): T | SecretFile {
  try {
    return look();
  } catch (error) {
    // broad-catch: translates what the file system says into a typed answer, for callers that must not take it for a logout
    return unopened(file, error);
  }
}

type Insecurity = Extract<StoreFault, { readonly kind: 'insecure' }>['why'];

function insecurity(facts: Stats, names: number): Insecurity | undefined {
  if (!facts.isFile()) return 'not_a_plain_file';
  if (facts.nlink > names) return 'hard_link';
  return facts.size > LARGEST ? 'too_large' : exposure(facts);
}

/** Windows has no such bits; there the folder's own list says who may. */
function exposure({ mode, uid }: Stats): Insecurity | undefined {
  if (process.platform === 'win32') return undefined;
  if (uid !== process.geteuid?.()) return 'owner';
  return (mode & 0o077) === 0 ? undefined : 'mode';
}

function unopened(file: string, error: unknown): SecretFile {
  switch (errorCode(error)) {
    case 'ENOENT':
      return { kind: 'absent' };
    case 'ELOOP':
    case 'EMLINK':
    case 'ENXIO':
    case 'ENOTDIR':
    case 'EISDIR':
      return { kind: 'insecure', why: 'not_a_plain_file', path: file };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unreadable', why: 'permission', path: file };
    default:
      return { kind: 'unreadable', why: 'io', path: file };
  }
}
