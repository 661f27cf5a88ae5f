import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeLog } from '@spec-kitty/core/status/rows/decode-log';
import { rowJson } from '@spec-kitty/protocol/canonical-json';
import { laneRow, logText } from '@spec-kitty/testkit/status-rows';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogCopies, readLogCopies } from './log-copies.ts';

let folder: string;
let copies: LogCopies;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'log-copies-'));
  copies = {
    journal: path.join(folder, 'journal.jsonl'),
    file: path.join(folder, 'status.events.jsonl'),
    name: 'kitty-specs/m/status.events.jsonl',
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const row = (n: number) => logText([laneRow(n)]);
const idsOf = () =>
  decodeLog(readLogCopies(copies).sources).laneEvents.map(({ event_id: id }) => Number(id.slice(-2)));

function given(journal: string | Buffer | undefined, file: string | Buffer | undefined) {
  for (const [name, content] of [
    [copies.journal, journal],
    [copies.file, file],
  ] as const) {
    if (content === undefined) rmSync(name, { force: true });
    else writeFileSync(name, content);
  }
  return readLogCopies(copies);
}

test('neither copy is there', () => {
  expect(given(undefined, undefined)).toEqual({
    sources: [],
    union: '',
    missingInJournal: '',
    journalBytes: undefined,
    stored: { file: undefined, journal: undefined },
    fileAppendable: false,
  });
});

test('equal copies are read once, and the file may be appended to', () => {
  const text = row(1) + row(2);
  const loaded = given(text, text);
  expect(loaded).toMatchObject({
    union: text,
    missingInJournal: '',
    journalBytes: text.length,
    fileAppendable: true,
  });
  expect(loaded.sources).toEqual([{ text, file: copies.name }]);
});

test.each([
  {
    has: 'only the file',
    journal: undefined,
    file: row(1) + row(2),
    ids: [1, 2],
    missing: row(1) + row(2),
    appendable: true,
  },
  {
    has: 'only the journal',
    journal: row(1) + row(2),
    file: undefined,
    ids: [1, 2],
    missing: '',
    appendable: false,
  },
  {
    has: 'a file that git has set back',
    journal: row(1) + row(2),
    file: row(1),
    ids: [1, 2],
    missing: '',
    appendable: false,
  },
  { has: 'an empty file', journal: row(1), file: '', ids: [1], missing: '', appendable: false },
  {
    has: 'a file with pulled rows',
    journal: row(1),
    file: row(1) + row(2),
    ids: [1, 2],
    missing: row(2),
    appendable: true,
  },
  {
    has: 'both with rows of their own',
    journal: row(1) + row(2),
    file: row(1) + row(3),
    ids: [1, 3, 2],
    missing: row(3),
    appendable: false,
  },
  {
    has: 'a file merged in another order',
    journal: row(1) + row(2) + row(3),
    file: row(1) + row(3) + row(2),
    ids: [1, 3, 2],
    missing: '',
    appendable: true,
  },
])('$has: every row counts once', ({ journal, file, ids, missing, appendable }) => {
  const loaded = given(journal, file);
  expect(idsOf()).toEqual(ids);
  expect(loaded).toMatchObject({ missingInJournal: missing, fileAppendable: appendable });
  expect(loaded.union).toBe((journal ?? '') + missing);
});

test('the same event in the spacing of another tool is one event', () => {
  const compact = `${JSON.stringify(laneRow(1))}\n`;
  const loaded = given(row(1) + row(2), compact + row(2) + row(3));
  expect(loaded.union).toBe(row(1) + row(2) + row(3));
  expect(loaded.missingInJournal).toBe(row(3));
  expect(idsOf()).toEqual([1, 2, 3]);
});

test('line ends of Windows are taken for what they are, and do not enter the journal', () => {
  const windows = (row(1) + row(2) + row(3)).replaceAll('\n', '\r\n');
  expect(given(row(1) + row(2), windows)).toMatchObject({
    union: row(1) + row(2) + row(3),
    missingInJournal: row(3),
  });
  expect(given(undefined, windows).union).toBe(row(1) + row(2) + row(3));
});

test('a whole last row without its newline counts, and the file is then written anew', () => {
  expect(given(row(1), row(1) + row(2).trimEnd())).toMatchObject({
    union: row(1) + row(2),
    missingInJournal: row(2),
    fileAppendable: false,
  });
});

test('the torn end of the journal was never acknowledged, wherever it was cut', () => {
  const torn = Buffer.from('{"note": "ä"}');
  for (let length = 1; length < torn.length; length += 1) {
    const loaded = given(Buffer.concat([Buffer.from(row(1)), torn.subarray(0, length)]), row(1));
    expect(loaded).toMatchObject({ union: row(1), journalBytes: row(1).length });
  }
  expect(given(torn, undefined)).toMatchObject({ union: '', journalBytes: 0 });
});

test('a torn copy of a journal row in the file is left out, wherever it was cut', () => {
  const journal = `${row(1)}${rowJson(laneRow(2, { reason: 'x' })).replace('"x"', '"ä"')}\n`;
  const bytes = Buffer.from(journal);
  for (let length = row(1).length + 1; length < bytes.length - 1; length += 1) {
    const loaded = given(journal, bytes.subarray(0, length));
    expect(loaded).toMatchObject({ union: journal, missingInJournal: '', fileAppendable: false });
  }
  expect(idsOf()).toEqual([1, 2]);
});

test.each([
  ['text that is no row', '{"what'],
  ['the end of a row', row(1).slice(-20).trimEnd()],
])('%s at the end of the file is not ours to drop', (_, tail) => {
  given(row(1), row(1) + tail);
  expect(idsOf).toThrow(
    expect.objectContaining({ code: 'LOG_CORRUPT', details: { file: copies.name, line: 2 } }),
  );
});

test('bytes that are not UTF-8 are named with file and line', () => {
  const bad = Buffer.concat([
    Buffer.from(row(1) + row(2)),
    Buffer.of(0x7b, 0xff, 0xfe, 10),
    Buffer.from(row(3)),
  ]);
  expect(() => given(undefined, bad)).toThrow(
    expect.objectContaining({ code: 'LOG_CORRUPT', details: { file: copies.name, line: 3 } }),
  );
  expect(() => given(bad, row(1))).toThrow(
    expect.objectContaining({ code: 'LOG_CORRUPT', details: { file: copies.journal, line: 3 } }),
  );
});

test('a damaged line is named with its number in the copy that has it', () => {
  given(`${row(1)}${row(2)}broken\n`, row(1) + row(3));
  expect(idsOf).toThrow(expect.objectContaining({ details: { file: copies.journal, line: 3 } }));
  given(row(1) + row(2), `${row(1)}<<<<<<< ours\n${row(3)}`);
  expect(idsOf).toThrow(expect.objectContaining({ details: { file: copies.name, line: 2 } }));
  given(undefined, `\uFEFF${row(1)}`);
  expect(idsOf).toThrow(expect.objectContaining({ details: { file: copies.name, line: 1 } }));
});

test('a link or a folder in place of either copy is refused', () => {
  writeFileSync(path.join(folder, 'elsewhere'), row(1));
  for (const which of ['file', 'journal'] as const) {
    symlinkSync(path.join(folder, 'elsewhere'), copies[which]);
    expect(idsOf).toThrow(expect.objectContaining({ code: 'NOT_A_PLAIN_FILE' }));
    rmSync(copies[which]);
  }
  mkdirSync(copies.file);
  expect(idsOf).toThrow(
    expect.objectContaining({ code: 'NOT_A_PLAIN_FILE', details: { path: copies.name } }),
  );
});
