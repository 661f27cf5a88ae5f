import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { isoTime } from '@spec-kitty/core/session/session-document';
import { diskFault, errorCode } from '../files/disk-fault.ts';

/** Nobody takes so long to write a file: whoever began this one was killed. */
export const ABANDONED_MS = 3_600_000;
/** More than a session takes, unless somebody is in hundreds of teams. */
export const ROOM = 64 * 1024;

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

/**
 * Looks whether a login would fit into folders, by writing as much as one takes, and taking it away.
 *
 * @throws Fault `READ_ONLY` or `DISK_FULL`.
 */
export function requireRoom(folders: readonly string[]): void {
  for (const folder of folders) {
    const file = path.join(folder, `.room.${randomBytes(6).toString('hex')}.tmp`);
    try {
      writeFileSync(file, Buffer.alloc(ROOM), { flag: 'wx', mode: 0o600, flush: true });
    } catch (error) {
      throw diskFault(error, folder);
    } finally {
      rmSync(file, { force: true });
    }
  }
}

/** Keeps a file that cannot be used under a name that says when that was found out. @returns the new name, if there is a file. */
export function setAside(file: string, nowMs: number): readonly string[] {
  if (!lstatSync(file, { throwIfNoEntry: false })) return [];
  const aside = `${file}.corrupt-${isoTime(nowMs).replaceAll(/[-:]|\.\d+/g, '')}`;
  try {
    renameSync(file, aside);
    return [aside];
  } catch (error) {
    throw diskFault(error, file);
  }
}
