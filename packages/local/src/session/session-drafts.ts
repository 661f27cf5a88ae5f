import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';

/** Nobody takes so long to write a file: whoever began this one was killed. */
export const ABANDONED_MS = 3_600_000;

/**
 * Removes files that somebody has begun to write, and not put in their place for so long.
 *
 * @param of the file that they were to become; any unless given.
 */
export function sweepDrafts(folder: string, olderThanMs: number, of?: string): void {
  const prefix = of === undefined ? '' : `.${of}.`;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.tmp') || !name.startsWith(prefix)) continue;
    const file = path.join(folder, name);
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (age >= olderThanMs) rmSync(file, { force: true });
  }
}

/**
 * Writes into the room that a file has on the disk already, which takes no more of it, except on file systems that never
 * write twice in one place.
 *
 * @returns whether there was such a file, with enough room, and all of it is on the disk.
 */
export function overwrite(file: string, content: string): boolean {
  const bytes = Buffer.from(content);
  try {
    const handle = openSync(file, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    try {
      if (fstatSync(handle).size < bytes.length) return false;
      for (let done = 0; done < bytes.length;)
        done += writeSync(handle, bytes, done, bytes.length - done, done);
      ftruncateSync(handle, bytes.length);
      fsyncSync(handle);
      return true;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    // broad-catch: reports a disk that refuses this, too, as no room; what it refused first is told
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}
