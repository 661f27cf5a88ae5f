import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Identifies the content of a file well enough to reuse what was derived from it. */
export interface Fingerprint {
  /** Size, modification time in nanoseconds, inode and a hash of the last 4 KiB; `-` for no file. */
  readonly text: string;
  /** False while the file is so young that another write could leave the same modification time. */
  readonly settled: boolean;
}

const TAIL_BYTES = 4096;
const SETTLED_AFTER_MS = 2000;

/** Takes the fingerprint of a file with two system calls and one short read. */
export function fingerprint(file: string, nowMs: number): Fingerprint {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '-', settled: true };
    throw error;
  }
  try {
    const { size, mtimeNs, ino } = fstatSync(handle, { bigint: true });
    const length = Math.min(TAIL_BYTES, Number(size));
    const tail = Buffer.allocUnsafe(length);
    const read = readSync(handle, tail, 0, length, Number(size) - length);
    const age = nowMs - Number(mtimeNs / 1_000_000n);
    return {
      text: `${size}:${mtimeNs}:${ino}:${contentHash(tail.subarray(0, read))}`,
      settled: age > SETTLED_AFTER_MS,
    };
  } finally {
    closeSync(handle);
  }
}

/** Hashes bytes (FNV-1a, two lanes of 32 bits): fast to load and to run; no protection against forgery is needed. */
export function contentHash(bytes: Uint8Array): string {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) + 1;
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
