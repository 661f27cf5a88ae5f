import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { StoreFault } from '@spec-kitty/core/session/stored-session';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { readSecretFile } from './secret-file.ts';

const BYTES = 32;
const DRAFT = '.tmp';

/** The key of this user's logins, and what names it. */
export interface SessionKey {
  /** Eight hexadecimal digits: tells a key that was replaced from a session that was tampered with. */
  readonly id: string;
  readonly key: Buffer;
}

/** Reads the key; a fault where it is not one. */
export function readSessionKey(root: string): SessionKey | StoreFault | { readonly kind: 'absent' } {
  const file = path.join(root, 'key');
  let found = readSecretFile(file);
  // For a moment after it was made it has the name of its draft, too; for longer, if that process was killed.
  if (found.kind === 'insecure' && found.why === 'hard_link')
    found = readSecretFile(file, 1 + draftsOf(root).filter((draft) => isSameFile(draft, file)).length);
  if (found.kind !== 'read') return found;
  const why = found.bytes.length < BYTES ? 'cut_short' : 'too_long';
  return parseKey(found.bytes) ?? { kind: 'wrong_key', why, path: file };
}

/** Makes a key if there is none: random, complete before it can be seen, and the same for all who begin at once. */
export function makeSessionKey(root: string): void {
  const file = path.join(root, 'key');
  const draft = `${file}.${randomBytes(6).toString('hex')}${DRAFT}`;
  try {
    if (!existsSync(file)) {
      writeAtomically(draft, randomBytes(BYTES), { mode: 0o600 });
      linkOnce(draft, file);
      rmSync(draft, { force: true });
    }
    for (const other of draftsOf(root)) if (isSameFile(other, file)) rmSync(other, { force: true });
  } catch (error) {
    throw diskFault(error, file);
  }
}

function linkOnce(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

function draftsOf(root: string): readonly string[] {
  const names = readdirSync(root).filter((name) => name.startsWith('key.') && name.endsWith(DRAFT));
  return names.map((name) => path.join(root, name));
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => lstatSync(file, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/**
 * What is in a file of a key; `undefined` where it is none. There is no password to stretch, so a derivation takes
 * microseconds (A§2.6).
 */
export function parseKey(bytes: Buffer): SessionKey | undefined {
  if (bytes.length !== BYTES) return undefined;
  const key = Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), 'session v3', BYTES));
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), key };
}
