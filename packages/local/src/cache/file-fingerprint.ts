import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import type { PlainFile } from '../files/plain-file.ts';

/** Identifies the content of a file well enough to reuse what was derived from it. */
export interface Fingerprint {
  /** Size, modification time in nanoseconds, inode and a hash of the last bytes; `-` for no file and for a link. */
  readonly text: string;
  /** False while the file is so young that another write could leave the same modification time. */
  readonly settled: boolean;
}

/** What the file system says about a file; `undefined` for no file and for a link. */
export type FileFacts = PlainFile['facts'] | undefined;

const TAIL_BYTES = 256;
const SETTLED_AFTER_MS = 2000;
const ABSENT: Fingerprint = { text: '-', settled: true };
const UNKNOWN: Fingerprint = { text: '?', settled: false };

/**
 * Takes the fingerprint of a file: a few system calls and one short read, whatever its size.
 *
 * Take it before reading the file: a change in between then only makes the fingerprint miss.
 */
export function fingerprint(file: string, nowMs: number): Fingerprint {
  // Asked first, because a failing open costs more than the whole fingerprint.
  const found = factsOf(file);
  if (!found) return ABSENT;
  try {
    return fingerprintOf({ facts: found, bytes: tailOf(file, Number(found.size)) }, nowMs);
  } catch {
    // Gone meanwhile, or not readable: reading it says so.
    return UNKNOWN;
  }
}

/** Asks the file system about a file. */
export function factsOf(file: string): FileFacts {
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() ? found : undefined;
}

/** The fingerprint of a file that is read anyway; of its bytes only the end counts. */
export function fingerprintOf(file: PlainFile | undefined, nowMs: number): Fingerprint {
  if (!file) return ABSENT;
  const { text, settled } = statFingerprint(file.facts, nowMs);
  return { text: `${text}:${tailHash(file.bytes)}`, settled };
}

/** Without the last bytes: for small files, which are written anew with every change and so have another inode. */
export function statFingerprint(found: FileFacts, nowMs: number): Fingerprint {
  if (!found) return ABSENT;
  const { size, mtimeNs, ino } = found;
  const age = nowMs - Number(mtimeNs / 1_000_000n);
  return { text: `${size}:${mtimeNs}:${ino}`, settled: age > SETTLED_AFTER_MS };
}

const tail = Buffer.allocUnsafeSlow(TAIL_BYTES);

/** The bytes are good until the next call. */
function tailOf(file: string, size: number): Buffer {
  const length = Math.min(TAIL_BYTES, size);
  const handle = openSync(file, 'r');
  try {
    return tail.subarray(0, readSync(handle, tail, 0, length, size - length));
  } finally {
    closeSync(handle);
  }
}

/** FNV-1a over words: fast to load and to run on a few bytes; no protection against forgery is needed. */
function tailHash(bytes: Buffer): string {
  let hash = 0x811c9dc5;
  let at = Math.max(0, bytes.length - TAIL_BYTES);
  for (; at + 4 <= bytes.length; at += 4) hash = Math.imul(hash ^ bytes.readInt32LE(at), 0x01000193);
  for (; at < bytes.length; at += 1) hash = Math.imul(hash ^ bytes.readUInt8(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
