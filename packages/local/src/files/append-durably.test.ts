import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendDurably } from './append-durably.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'append-durably-'));
  file = path.join(folder, 'log.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const content = () => readFileSync(file, 'utf8');

test('creates the file, then adds to it', () => {
  appendDurably(file, '{"a":1}\n');
  appendDurably(file, '{"a":2}\n{"a":3}\n');
  appendDurably(file, '');
  expect(content()).toBe('{"a":1}\n{"a":2}\n{"a":3}\n');
});

test('takes whole lines only', () => {
  expect(() => appendDurably(file, '{"a":1}')).toThrow('whole lines');
});

describe('a torn last line of our own file', () => {
  test('is cut, never glued', () => {
    writeFileSync(file, '{"a":1}\n{"a":');
    appendDurably(file, '{"b":1}\n');
    expect(content()).toBe('{"a":1}\n{"b":1}\n');
  });

  test('is cut even when it is all there is, or longer than a chunk', () => {
    writeFileSync(file, '{"a":');
    appendDurably(file, '{"b":1}\n');
    expect(content()).toBe('{"b":1}\n');
    writeFileSync(file, `first\n${'x'.repeat(200_000)}`);
    appendDurably(file, 'second\n');
    expect(content()).toBe('first\nsecond\n');
  });

  test('is not cut below `keep`, nor are whole lines that came after it', () => {
    writeFileSync(file, 'one\nto');
    appendDurably(file, 'three\n', { keep: 4 });
    expect(content()).toBe('one\nthree\n');
    appendDurably(file, 'four\n', { keep: 4 });
    expect(content()).toBe('one\nthree\nfour\n');
  });
});

describe('a last line without newline in a file that people edit', () => {
  test('is completed when it is a row', () => {
    writeFileSync(file, '{"a":1}\n{"a":2}');
    appendDurably(file, '{"b":1}\n', { tornLine: 'complete' });
    expect(content()).toBe('{"a":1}\n{"a":2}\n{"b":1}\n');
  });

  test.each(['{"a":', '12', 'words'])('is left alone and reported when it is not: %s', (tail) => {
    writeFileSync(file, `{"a":1}\n${tail}`);
    expect(() => appendDurably(file, '{"b":1}\n', { tornLine: 'complete' })).toThrow(
      expect.objectContaining({ code: 'LOG_CORRUPT', details: { file, line: 2 } }),
    );
    expect(content()).toBe(`{"a":1}\n${tail}`);
  });

  test('whole lines need nothing', () => {
    writeFileSync(file, '{"a":1}\n');
    appendDurably(file, '{"b":1}\n', { tornLine: 'complete' });
    expect(content()).toBe('{"a":1}\n{"b":1}\n');
  });
});

test('refuses a link, also a dangling one, and a folder', () => {
  writeFileSync(path.join(folder, 'target'), '');
  symlinkSync('target', file);
  symlinkSync('nowhere', path.join(folder, 'dangling'));
  mkdirSync(path.join(folder, 'sub'));
  for (const name of ['log.jsonl', 'dangling', 'sub']) {
    expect(() => appendDurably(path.join(folder, name), 'x\n')).toThrow(
      expect.objectContaining({ code: 'NOT_A_PLAIN_FILE' }),
    );
  }
  expect(readFileSync(path.join(folder, 'target'), 'utf8')).toBe('');
});
