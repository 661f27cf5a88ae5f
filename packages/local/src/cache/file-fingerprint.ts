import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Identifies the content of a file well enough to reuse what was derived from it. */
export interface Fingerprint {
  /** Size, modification time in nanoseconds, inode and a hash of the last bytes; `-` for no file. */
  readonly text: string;
  /** False while the file is so young that another write could leave the same modification time. */
  readonly settled: boolean;
}

const TAIL_BYTES = 256;
const SETTLED_AFTER_MS = 2000;
const ABSENT: Fingerprint = { text: '-', settled: true };

/**
 * Takes the fingerprint of a file: a few system calls and one short read, whatever its size.
 *
 * Take it before reading the file: a change in between then only makes the fingerprint miss.
 */
export function fingerprint(file: string, nowMs: number): Fingerprint {
  // Asked first, because a failing open costs more than the whole fingerprint.
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!found?.isFile()) return ABSENT;
  const { size, mtimeNs, ino } = found;
  const age = nowMs - Number(mtimeNs / 1_000_000n);
  return {
    text: `${size}:${mtimeNs}:${ino}:${tailHash(tailOf(file, Number(size)))}`,
    settled: age > SETTLED_AFTER_MS,
  };
}

function tailOf(file: string, size: number): Uint8Array {
  const length = Math.min(TAIL_BYTES, size);
  const tail = Buffer.allocUnsafe(length);
  const handle = openSync(file, 'r');
  try {
    return tail.subarray(0, readSync(handle, tail, 0, length, size - length));
  } finally {
    closeSync(handle);
  }
}

/** FNV-1a: fast to load and to run on a few bytes; no protection against forgery is needed. */
function tailHash(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36);
}
