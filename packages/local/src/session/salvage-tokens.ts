import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Leftover } from '@spec-kitty/core/auth-doctor/doctor-facts';
import type { Secret } from '@spec-kitty/core/session/secret';
import { errorCode } from '../files/disk-fault.ts';
import { folderFault, LARGEST } from './secret-file.ts';
import { openSession } from './session-envelope.ts';
import { parseKey } from './session-key.ts';

/** A token that is still good as far as anybody knows, and the file that it lies in. */
export interface SalvagedToken {
  readonly file: string;
  readonly refresh: Secret;
}

/**
 * Finds the refresh tokens of all sessions of a server that lie in its folder, whoever could have read or made them and
 * whether they hold or not: also those that were put aside, and drafts. They are good for nothing but to be revoked.
 */
export function salvageTokens(root: string, folder: string, issuer: string): readonly SalvagedToken[] {
  const sessions = remains(folder, 'session.json');
  if (sessions.length === 0) return [];
  const keys = remains(root, 'key').flatMap(({ bytes }) => parseKey(bytes) ?? []);
  return sessions.flatMap(({ file, bytes }) => {
    for (const key of keys) {
      const opened = openSession(bytes, issuer, key, file);
      if (opened.kind === 'ok') return [{ file, refresh: opened.session.tokens.refresh }];
    }
    return [];
  });
}

/** What was put aside by logins and logouts; nothing of a folder that is not this user's alone. */
export function filesAside(root: string, folder: string): readonly string[] {
  if (folderFault(root) ?? folderFault(folder)) return [];
  return unlessRefused([], () => readdirSync(folder))
    .filter((name) => name.includes('.json.corrupt-'))
    .map((name) => path.join(folder, name));
}

/** Sessions that were put aside, or whose writer has stopped, and whether they can still be opened. */
export function leftoverSessions(root: string, folder: string, issuer: string): readonly Leftover[] {
  const opened = salvageTokens(root, folder, issuer).map(({ file }) => file);
  const aside = filesAside(root, folder).filter(
    (file) => path.basename(file).startsWith('session.json.') && lstatSync(file).isFile(),
  );
  return [...new Set([...aside, ...opened])]
    .filter((file) => path.basename(file) !== 'session.json')
    .map((file) => ({ path: file, isOpened: opened.includes(file) }));
}

/** A file, what was put aside of it, and what was to become it. */
function remains(folder: string, name: string): readonly { readonly file: string; readonly bytes: Buffer }[] {
  const isOf = (other: string) =>
    other === name ||
    other.startsWith(`${name}.corrupt-`) ||
    (other.startsWith(`.${name}.`) && other.endsWith('.tmp'));
  return unlessRefused([], () => readdirSync(folder))
    .filter(isOf)
    .flatMap((other) => {
      const file = path.join(folder, other);
      const bytes = readExposed(file);
      return bytes ? [{ file, bytes }] : [];
    });
}

/** Reads a plain file by whatever way it is reached, without waiting; `undefined` for anything else. */
export function readExposed(file: string): Buffer | undefined {
  return unlessRefused(undefined, () => {
    const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const facts = fstatSync(handle);
      return facts.isFile() && facts.size <= LARGEST ? readFileSync(handle) : undefined;
    } finally {
      closeSync(handle);
    }
  });
}

function unlessRefused<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    // broad-catch: best-effort: what the file system does not give cannot be revoked, and its fault is told by whoever reads it
    if (errorCode(error) === undefined) throw error;
    return otherwise;
  }
}
