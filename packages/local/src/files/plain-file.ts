import { type BigIntStats, closeSync, lstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from './disk-fault.ts';

/**
 * Looks at a file that is about to be written; `undefined` when there is none yet.
 *
 * @throws Fault `NOT_A_PLAIN_FILE` for a symbolic link, folder or device: writing through one leaves the repository.
 */
export function plainFile(file: string): Stats | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found || found.isFile()) return found;
  throw notPlainFile(file);
}

/** A plain file as read, with what the file system said about it before. */
export interface PlainFile {
  readonly facts: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>;
  readonly bytes: Buffer;
}

/**
 * Reads a whole file with three system calls fewer than `lstat` and `readFile`; `undefined` when there is none.
 *
 * @throws Fault `NOT_A_PLAIN_FILE` as {@link plainFile}, or `FILE_UNREADABLE`, naming the file by `name`.
 */
export function readPlainFile(file: string, name: string): PlainFile | undefined {
  return readBy(lstatSync, file, name);
}

/**
 * Reads a whole file that may be reached through links; `undefined` when there is none.
 *
 * It never waits: a named pipe in place of the file, which would be read until somebody writes into it, is refused.
 *
 * @throws Fault `NOT_A_PLAIN_FILE` or `FILE_UNREADABLE`, naming the file by `name`.
 */
export function readContent(file: string, name = file): Buffer | undefined {
  return readBy(statSync, file, name)?.bytes;
}

/** As {@link readContent}, for a file that holds UTF-8 or can be used only as far as it does. */
export function readText(file: string, name = file): string | undefined {
  return readContent(file, name)?.toString('utf8');
}

function readBy(look: typeof lstatSync, file: string, name: string): PlainFile | undefined {
  try {
    const facts = look(file, { bigint: true, throwIfNoEntry: false });
    if (!facts) return undefined;
    if (!facts.isFile()) throw notPlainFile(name);
    return { facts, bytes: readToEnd(file, Number(facts.size)) };
  } catch (error) {
    // Git may take a checkout's file away at any moment, as when somebody switches to another branch.
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unreadable(error, name);
  }
}

/** Refuses by name what this user may not read, or what is a link in a circle; anything else comes back as it is. */
function unreadable(error: unknown, file: string): unknown {
  switch (errorCode(error)) {
    case 'ELOOP':
      return notPlainFile(file, error);
    case 'EACCES':
    case 'EPERM':
      return new Fault('refused', 'FILE_UNREADABLE', `This user may not read ${file}`, {
        hints: ['Make the file and its folder readable, then run the command again.'],
        details: { path: file },
        cause: error,
      });
    default:
      return error;
  }
}

/** @param size expected; a file that has grown meanwhile is read to its new end. */
function readToEnd(file: string, size: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    // One byte more, so that the end shows without another buffer.
    let bytes = Buffer.allocUnsafe(size + 1);
    let length = 0;
    for (;;) {
      const read = readSync(handle, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.subarray(0, length);
      length += read;
      if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
    }
  } finally {
    closeSync(handle);
  }
}

/** Refusal to read or write anything but a plain file. */
export function notPlainFile(file: string, cause?: unknown): Fault {
  return new Fault(
    'refused',
    'NOT_A_PLAIN_FILE',
    `A plain file is expected, not a link or a folder: ${file}`,
    {
      hints: ['Replace it by the file itself, or move it away; then run the command again.'],
      details: { path: file },
      cause,
    },
  );
}
