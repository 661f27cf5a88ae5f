import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { diskFault, errorCode } from './disk-fault.ts';
import { leaveToFolderOwner } from './leave-to-folder-owner.ts';
import { plainFile } from './plain-file.ts';
import { makeFolder, syncFolder } from './sync-folder.ts';

/** How {@link writeAtomically} differs from a plain replacement. */
export interface WriteOptions {
  /** Leaves the file alone, with its times, when it already has exactly this content. */
  readonly skipEqual?: boolean;
  /** Permissions of a file that does not exist yet; an existing one keeps its own. */
  readonly mode?: number;
  /** Whether what the superuser writes belongs to the owner of the folder, and not to the superuser. */
  readonly staysWithFolder?: boolean;
  /**
   * Where the temporary file lives; the file's own folder unless given.
   *
   * A folder in the Git directory keeps a killed process from leaving its half in the checkout. It
   * must exist; on another file system it is passed over.
   */
  readonly tempFolder?: string;
  /** `false`: fails where the folder is gone, because somebody else has taken it away. */
  readonly makesFolder?: boolean;
  /** Asked when all is written, right before it replaces what is there: `false` leaves that as it is. */
  readonly isDue?: () => boolean;
}

let counter = 0;

/**
 * Replaces a file, or creates it with its folder, so that readers and a power cut see the old or the new content, never a part.
 *
 * @returns whether anything was written.
 * @throws Fault `NOT_A_PLAIN_FILE`, `DISK_FULL` or `READ_ONLY`; the old content then still stands.
 */
export function writeAtomically(
  file: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): boolean {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    const existing = plainFile(file);
    if (options.skipEqual && existing && holds(file, existing, bytes)) return false;

    const mode = existing ? existing.mode & 0o7777 : options.mode;
    const folder = path.dirname(file);
    if (!existing && options.makesFolder !== false) makeFolder(folder);
    if (!replaceIn([options.tempFolder ?? folder, folder], file, { ...options, bytes, mode })) return false;
    syncFolder(folder);
    return true;
  } catch (error) {
    throw diskFault(error, file);
  }
}

function holds(file: string, { size }: { readonly size: number }, bytes: Uint8Array): boolean {
  return size === bytes.length && readFileSync(file).equals(bytes);
}

/** By way of the first folder that is on the file's own file system. @returns whether it was still due. */
function replaceIn(folders: readonly string[], file: string, how: Replacement): boolean {
  for (const folder of folders) {
    const made = replaceVia(folder, file, how);
    if (made !== 'elsewhere') return made !== 'not due';
  }
  return true;
}

interface Replacement {
  readonly bytes: Uint8Array;
  readonly mode: number | undefined;
  readonly isDue?: WriteOptions['isDue'];
  readonly staysWithFolder?: boolean;
}

/** Answers `elsewhere` when the folder is on another file system. */
function replaceVia(
  folder: string,
  file: string,
  { bytes, mode, isDue, staysWithFolder }: Replacement,
): 'done' | 'not due' | 'elsewhere' {
  counter += 1;
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}-${counter}.tmp`);
  try {
    writeWhole(temporary, bytes, mode, staysWithFolder === true);
    if (isDue?.() === false) {
      rmSync(temporary, { force: true });
      return 'not due';
    }
    renamePatiently(temporary, file);
    return 'done';
  } catch (error) {
    rmSync(temporary, { force: true });
    if (errorCode(error) === 'EXDEV' && folder !== path.dirname(file)) return 'elsewhere';
    throw error;
  }
}

function writeWhole(file: string, bytes: Uint8Array, mode: number | undefined, stays: boolean): void {
  // Whatever has this name is a killed process's rest, or a link planted to be written through.
  rmSync(file, { force: true });
  const handle = openSync(file, 'wx', mode ?? 0o666);
  try {
    if (mode !== undefined && process.platform !== 'win32') fchmodSync(handle, mode);
    if (stays) leaveToFolderOwner(handle, file);
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Windows refuses to replace a file while a reader or a virus scanner has it open, usually for some milliseconds. */
function renamePatiently(from: string, to: string): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (attempt >= 10 || !isPassing(process.platform, errorCode(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * (attempt + 1));
    }
  }
}

/** Whether a failed rename is worth another try. */
export function isPassing(platform: NodeJS.Platform, code: string | undefined): boolean {
  return platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
}
