import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { diskFault, errorCode } from './disk-fault.ts';
import { notPlainFile } from './plain-file.ts';
import { syncFolder } from './sync-folder.ts';

/** What to do with bytes behind the last newline; they are never glued to a new line. */
export interface AppendOptions {
  /**
   * `cut` (unless given): drop them. For a file that only we write, under its lock: they are the
   * rest of an append that was never acknowledged.
   *
   * `complete`: for a file that people edit. A last line that is a JSON row gets its newline; any other is
   * left alone and refused as `LOG_CORRUPT`.
   */
  readonly tornLine?: 'cut' | 'complete';
  /** Length in bytes, ending with a line, that `cut` never goes below. */
  readonly keep?: number;
}

const CHUNK_BYTES = 65_536;
// Absent on Windows, where a link needs a privilege that repositories do not have.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/**
 * Adds whole lines to a file and returns once they are on the disk; on failure none of them stays.
 *
 * @param text lines, each ending in a newline.
 * @throws Fault `LOG_CORRUPT`, `NOT_A_PLAIN_FILE`, `DISK_FULL` or `READ_ONLY`.
 */
export function appendDurably(file: string, text: string, options: AppendOptions = {}): void {
  if (text === '') return;
  if (!text.endsWith('\n')) throw new Error('appendDurably writes whole lines only');
  try {
    const handle = openForAppend(file);
    try {
      const before = fstatSync(handle).size;
      const { end, separator } =
        options.tornLine === 'complete' ? completed(handle, file) : cut(handle, options.keep ?? 0);
      if (end < before) ftruncateSync(handle, end);
      writeOrRestore(handle, Buffer.from(separator + text), end);
      // Also when a crash came between creating the file and this line: it was empty then.
      if (end === 0) syncFolder(path.dirname(file));
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw diskFault(error, file);
  }
}

function openForAppend(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW, 0o666);
  } catch (error) {
    // ELOOP on Linux and macOS, EMLINK on FreeBSD: the way O_NOFOLLOW reports a link.
    if (['ELOOP', 'EMLINK', 'EISDIR'].includes(errorCode(error) ?? '')) throw notPlainFile(file, error);
    throw error;
  }
}

function writeOrRestore(handle: number, bytes: Uint8Array, end: number): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } catch (error) {
    // The lines are not acknowledged, so none of them may stay and be taken for recorded.
    ftruncateSync(handle, end);
    throw error;
  }
}

interface Ending {
  /** Where the new text starts. */
  readonly end: number;
  readonly separator: string;
}

function cut(handle: number, keep: number): Ending {
  return { end: endOfLastLine(handle, keep), separator: '' };
}

function completed(handle: number, file: string): Ending {
  const { size } = fstatSync(handle);
  const start = endOfLastLine(handle, 0);
  if (start === size) return { end: size, separator: '' };
  const tail = Buffer.alloc(size - start);
  readSync(handle, tail, 0, tail.length, start);
  if (isRow(tail.toString())) return { end: size, separator: '\n' };
  const line = lineNumberAt(handle, start);
  throw new Fault(
    'refused',
    'LOG_CORRUPT',
    `The last line, ${line}, is cut off; nothing was written: ${file}`,
    {
      hints: ['Complete the line or delete it, then run the command again.'],
      details: { file, line },
    },
  );
}

/** Offset behind the last newline at or above `floor`, else `floor`. */
function endOfLastLine(handle: number, floor: number): number {
  const { size } = fstatSync(handle);
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(size - floor, 0)));
  for (let end = size; end > floor;) {
    const start = Math.max(floor, end - chunk.length);
    const read = readSync(handle, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, read).lastIndexOf(10);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return Math.min(floor, size);
}

function lineNumberAt(handle: number, offset: number): number {
  const bytes = Buffer.alloc(offset);
  readSync(handle, bytes, 0, offset, 0);
  return bytes.reduce((lines, byte) => lines + Number(byte === 10), 1);
}

/** Only an object is whole for sure: the beginning of a longer number is a number too. */
function isRow(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}
