import { isUtf8 } from 'node:buffer';
import { Fault } from '@spec-kitty/core/fault';
import type { LogSource } from '@spec-kitty/core/status/rows/decode-log';
import { type PlainFile, readPlainFile } from '../files/plain-file.ts';
import { commonLines, compareLines, countLines, normalLines, parseLine } from './log-lines.ts';

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
  /** Both as they are on disk, torn ends and all. */
  readonly stored: { readonly file: PlainFile | undefined; readonly journal: PlainFile | undefined };
  /** Whether rows can simply be added behind the file; otherwise it must be written anew. */
  readonly fileAppendable: boolean;
}

const EMPTY = Buffer.alloc(0);
const NEWLINE = 10;

/**
 * Reads both copies of a log and unites them by line.
 *
 * @throws Fault `LOG_CORRUPT` for bytes that are not UTF-8, `NOT_A_PLAIN_FILE` for a copy that is a symbolic link.
 */
export function readLogCopies(copies: LogCopies): LoadedCopies {
  return united(copies, readWholeLines(copies));
}

/** Reads the checkout's copy of a log that has no journal. @throws as {@link readLogCopies}. */
export function readCheckoutLog(copies: LogCopies): LoadedCopies {
  return united(copies, wholeLinesOf(copies, readPlainFile(copies.file, copies.name)));
}

function united(copies: LogCopies, found: WholeLines): LoadedCopies {
  const { journal = EMPTY, file = EMPTY } = found;
  const common = commonLines(journal, file);
  const shared = file.toString('utf8', 0, common);
  const firstLine = countLines(shared) + 1;
  const journalRest = journal.toString('utf8', common);
  const fileRest = normalLines(file.toString('utf8', common));
  const missing = compareLines(journalRest, fileRest);
  const endsWithLine = file.length === 0 || file.at(-1) === NEWLINE;
  return {
    sources: [
      { text: shared, file: copies.name },
      { text: fileRest, file: copies.name, firstLine },
      { text: missing.inFile, file: copies.journal, firstLine },
    ].filter(({ text }) => text !== ''),
    union: shared + journalRest + missing.inJournal,
    missingInJournal: missing.inJournal,
    journalBytes: found.journal?.length,
    stored: found.stored,
    fileAppendable: found.file !== undefined && !found.torn && endsWithLine && missing.inFile === '',
  };
}

/** Bytes of both copies without what an interrupted append has left at their ends. */
export interface WholeLines {
  readonly journal: Buffer | undefined;
  readonly file: Buffer | undefined;
  /** Whether the file ends in a part of a row, which {@link file} leaves out. */
  readonly torn: boolean;
  readonly stored: LoadedCopies['stored'];
}

/** Reads both copies. @throws as {@link readLogCopies}. */
export function readWholeLines(copies: LogCopies): WholeLines {
  // The checkout's file first: a row is written to the journal before it, so the later read has all of its rows.
  const file = readPlainFile(copies.file, copies.name);
  return wholeLinesOf(copies, file, readPlainFile(copies.journal, copies.journal));
}

function wholeLinesOf(copies: LogCopies, file?: PlainFile, journal?: PlainFile): WholeLines {
  const whole = file && wholeFileLines(file.bytes, journal?.bytes);
  return {
    journal: journal && requireText(wholeLines(journal.bytes), copies.journal),
    file: whole && requireText(whole, copies.name),
    torn: whole?.length !== file?.bytes.length,
    stored: { file, journal },
  };
}

/** Asked of whole lines only: a torn rest may end inside a character. */
function requireText(bytes: Buffer, name: string): Buffer {
  if (isUtf8(bytes)) return bytes;
  const line = bytes
    .subarray(0, firstInvalid(bytes))
    .reduce((count, byte) => count + Number(byte === NEWLINE), 1);
  throw new Fault('refused', 'LOG_CORRUPT', `The event log is not UTF-8 text in line ${line}: ${name}`, {
    hints: ['Restore the file from Git history; nothing was changed.'],
    details: { file: name, line },
  });
}

function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
}

/** The checkout's file may lack its last newline; a torn copy of a journal row is left out, anything else is kept to be judged. */
function wholeFileLines(bytes: Buffer, journal: Buffer | undefined): Buffer {
  const whole = wholeLines(bytes);
  if (whole.length === bytes.length) return bytes;
  const tail = bytes.subarray(whole.length);
  const torn =
    journal !== undefined && startsLine(journal, tail) && parseLine(tail.toString('utf8')) === undefined;
  return torn ? whole : bytes;
}

function startsLine(bytes: Buffer, beginning: Buffer): boolean {
  return (
    bytes.subarray(0, beginning.length).equals(beginning) ||
    bytes.includes(Buffer.concat([Buffer.of(NEWLINE), beginning]))
  );
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
