import { rowJson } from '@spec-kitty/protocol/canonical-json';

/** What each of two copies of a log lacks of the other. */
export interface MissingLines {
  readonly inFile: string;
  readonly inJournal: string;
}

const NEWLINE = 10;

/** Length of the longest common beginning that ends with a line. */
export function commonLines(a: Buffer, b: Buffer): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (a.compare(b, low, middle, low, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? 0 : a.lastIndexOf(NEWLINE, low - 1) + 1;
}

/**
 * Compares two texts by line; a row that both have in different spacing is one row.
 *
 * What the file lacks keeps its line numbers: the other lines are there, but empty.
 */
export function compareLines(journal: string, file: string): MissingLines {
  if (journal === '' || file === '') return { inFile: journal, inJournal: file };
  const ours = journal.split('\n');
  const theirs = file.split('\n');
  const lacksFile = without(theirs);
  const lacksJournal = without(ours);
  let inFile = ours.filter(lacksFile);
  let inJournal = theirs.filter(lacksJournal);
  if (inFile.length > 0 && inJournal.length > 0) {
    const spacing = (lines: readonly string[]) => new Set(lines.map(canonical));
    const [a, b] = [spacing(inFile), spacing(inJournal)];
    inFile = inFile.filter((line) => !b.has(canonical(line)));
    inJournal = inJournal.filter((line) => !a.has(canonical(line)));
  }
  const kept = new Set(inFile);
  return {
    inFile: kept.size === 0 ? '' : ours.map((line) => (kept.has(line) ? line : '')).join('\n'),
    inJournal: inJournal.map((line) => `${line}\n`).join(''),
  };
}

function without(lines: readonly string[]): (line: string) => boolean {
  const known = new Set(lines);
  return (line) => line !== '' && !known.has(line);
}

/** A row as we would write it; any other line as it is. */
function canonical(line: string): string {
  const row = parseLine(line);
  return row === undefined ? line : rowJson(row);
}

/** Reads one line as JSON; `undefined` when it is none. */
export function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is the answer, not a failure.
    return undefined;
  }
}

/** Lines end in a newline alone, the last one included, whatever an editor or Git has made of them. */
export function normalLines(text: string): string {
  const unix = text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
  return unix === '' || unix.endsWith('\n') ? unix : `${unix}\n`;
}

/** Counts the newlines of a text. */
export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
