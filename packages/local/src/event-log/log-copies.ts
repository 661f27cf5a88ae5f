import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import type { LogSource } from '@spec-kitty/core/status/decode-log';

/** Where the copies of one log are. */
export interface LogCopies {
  readonly journal: string;
  readonly file: string;
  /** The checkout's file as messages name it: relative to the repository. */
  readonly name: string;
}

/** Both copies as read, and what each lacks; texts end in a newline or are empty. */
export interface LoadedCopies {
  /** What to decode, in order: common text once, then what only one copy has. */
  readonly sources: readonly LogSource[];
  readonly union: string;
  readonly missingInJournal: string;
  /** Length of the journal up to the end of its last whole line: a torn rest was never acknowledged. */
  readonly journalBytes: number | undefined;
  /** Whether rows can simply be added behind the file; otherwise it must be written anew. */
  readonly fileAppendable: boolean;
}

/**
 * Reads both copies of a log and unites them by line.
 *
 * @throws Fault `LOG_CORRUPT` for bytes that are not UTF-8, `LOG_SYMLINK` for a copy that is a symbolic link.
 */
export function readLogCopies(copies: LogCopies): LoadedCopies {
  const { journal, file, torn } = readWholeLines(copies);
  const common = journal && file ? commonLines(journal, file) : 0;
  const shared = (journal ?? file ?? Buffer.alloc(0)).toString('utf8', 0, common);
  const journalRest = journal?.toString('utf8', common) ?? '';
  const fileRest = withNewline(file?.toString('utf8', common) ?? '');
  const sharedLines = countLines(shared);

  const missingInFile = withoutLinesOf(journalRest, fileRest);
  const missingInJournal = withoutLinesOf(fileRest, journalRest);
  const appendable =
    file !== undefined && !torn && missingInFile === '' && (file.length === 0 || file.at(-1) === 10);
  return {
    sources: [
      { text: shared, file: copies.name },
      { text: fileRest, file: copies.name, firstLine: sharedLines + 1 },
      { text: missingInFile, file: copies.journal, firstLine: sharedLines + 1 },
    ].filter(({ text }) => text !== ''),
    union: shared + journalRest + missingInJournal,
    missingInJournal,
    journalBytes: journal?.length,
    fileAppendable: appendable,
  };
}

/** Bytes of both copies without what an interrupted append has left at their ends. @throws as {@link readLogCopies}. */
export function readWholeLines(copies: LogCopies): {
  readonly journal: Buffer | undefined;
  readonly file: Buffer | undefined;
  /** Whether the file ends in a part of a row, which {@link file} leaves out. */
  readonly torn: boolean;
} {
  // The checkout's file first: a row is written to the journal before it, so the later read has all of its rows.
  const file = readPlainFile(copies.file, copies.name);
  const journal = readPlainFile(copies.journal, copies.journal);
  const whole = file && wholeFileLines(file, journal);
  return { journal: journal && wholeLines(journal), file: whole, torn: whole?.length !== file?.length };
}

function readPlainFile(file: string, name: string): Buffer | undefined {
  const kind = lstatSync(file, { throwIfNoEntry: false });
  if (!kind) return undefined;
  if (!kind.isFile()) {
    throw new Fault('refused', 'LOG_SYMLINK', `The event log is not a plain file: ${name}`, {
      hints: ['Replace it with the real file, for example with `git checkout`.'],
      details: { file: name },
    });
  }
  const bytes = readFileSync(file);
  if (isUtf8(bytes)) return bytes;
  const line = bytes.subarray(0, firstInvalid(bytes)).reduce((count, byte) => count + Number(byte === 10), 1);
  throw new Fault('refused', 'LOG_CORRUPT', `The event log is not UTF-8 text in line ${line}: ${name}`, {
    hints: ['Restore the file from Git history; nothing was changed.'],
    details: { file: name, line },
  });
}

function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(10) + 1);
}

/** The checkout's file may lack its last newline; a torn copy of a journal row is left out, anything else is kept to be judged. */
function wholeFileLines(bytes: Buffer, journal: Buffer | undefined): Buffer {
  const whole = wholeLines(bytes);
  if (whole.length === bytes.length) return bytes;
  const tail = bytes.subarray(whole.length);
  const torn = journal?.includes(tail) === true && !isJson(tail.toString('utf8'));
  return torn ? whole : bytes;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}

/** Length of the longest common beginning that ends with a line. */
function commonLines(a: Buffer, b: Buffer): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (a.compare(b, low, middle, low, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? 0 : a.lastIndexOf(10, low - 1) + 1;
}

function withoutLinesOf(text: string, other: string): string {
  if (text === '' || other === '') return text;
  const known = new Set(other.split('\n'));
  return text
    .split('\n')
    .filter((line) => line !== '' && !known.has(line))
    .map((line) => `${line}\n`)
    .join('');
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function firstInvalid(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  // A cut inside a character reads as invalid too, so the bound may be early by three bytes: still the same line.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}
