import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { StoreFault } from '@spec-kitty/core/session/stored-session';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { readSecretFile } from './secret-file.ts';

const BYTES = 32;

/** The key of this user's logins, and what names it. */
export interface SessionKey {
  /** Eight hexadecimal digits: tells a key that was replaced from a session that was tampered with. */
  readonly id: string;
  readonly key: Buffer;
}

/** Reads the key; a fault where it is not one. */
export function readSessionKey(root: string): SessionKey | StoreFault | { readonly kind: 'absent' } {
  const file = path.join(root, 'key');
  const found = readSecretFile(file);
  if (found.kind !== 'read') return found;
  if (found.bytes.length !== BYTES) return { kind: 'wrong_key', path: file };
  return keyOf(found.bytes);
}

/** Makes a key if there is none: random, complete before it can be seen, and the same for all who begin at once. */
export function makeSessionKey(root: string): void {
  const file = path.join(root, 'key');
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeAtomically(draft, randomBytes(BYTES), { mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw diskFault(error, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** There is no password to stretch, so a derivation takes microseconds (A§2.6). */
function keyOf(bytes: Buffer): SessionKey {
  const key = Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), 'session v3', BYTES));
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), key };
}
