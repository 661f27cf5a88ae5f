import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readContent, readPlainFile, readText } from './plain-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'plain-file-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([0, 1, 255, 70_000])('reads a file of %i bytes whole', (size) => {
  const file = path.join(folder, 'file');
  const content = Buffer.alloc(size, 'abc');
  writeFileSync(file, content);
  const read = readPlainFile(file, 'file');
  expect(read?.bytes.equals(content)).toBe(true);
  expect(read?.facts.size).toBe(BigInt(size));
});

test('a file whose size the system does not tell is read to its end', () => {
  const file = '/proc/self/status';
  if (process.platform === 'linux') expect(readPlainFile(file, file)?.bytes.toString()).toContain('Threads:');
});

test('nothing is no file, and a link is refused by the name it was asked for', () => {
  const file = path.join(folder, 'file');
  expect(readPlainFile(file, 'file')).toBeUndefined();
  symlinkSync('/etc/hostname', file);
  expect(() => readPlainFile(file, 'a name')).toThrow(
    expect.objectContaining({ code: 'NOT_A_PLAIN_FILE', details: { path: 'a name' } }),
  );
});

test('through a link is read what is there, and a circle of links is refused', () => {
  const file = path.join(folder, 'file');
  expect([readText(file), readText(path.join(folder, 'no', 'folder'))]).toEqual([undefined, undefined]);
  writeFileSync(path.join(folder, 'target'), 'text');
  symlinkSync('target', file);
  expect(readText(file)).toBe('text');
  rmSync(file);
  symlinkSync('file', file);
  expect(() => readContent(file, 'a name')).toThrow(
    expect.objectContaining({ code: 'NOT_A_PLAIN_FILE', details: { path: 'a name' } }),
  );
});

test('a folder or a named pipe is refused at once', () => {
  const file = path.join(folder, 'file');
  const refusal = expect.objectContaining({ code: 'NOT_A_PLAIN_FILE', details: { path: 'a name' } }) as Error;
  mkdirSync(file);
  for (const read of [readPlainFile, readContent]) expect(() => read(file, 'a name')).toThrow(refusal);
  if (process.platform === 'win32') return;
  rmSync(file, { recursive: true });
  execFileSync('mkfifo', [file]);
  for (const read of [readPlainFile, readContent]) expect(() => read(file, 'a name')).toThrow(refusal);
});

const NO_PERMISSIONS = process.platform === 'win32' ? ' (skipped: Windows has no such permission)' : '';

test.skipIf(NO_PERMISSIONS)(`what the user may not read is refused by name${NO_PERMISSIONS}`, () => {
  const file = path.join(folder, 'file');
  const refusal = expect.objectContaining({ code: 'FILE_UNREADABLE', details: { path: 'a name' } }) as Error;
  writeFileSync(file, 'secret');
  chmodSync(file, 0);
  chmodSync(folder, 0o755);
  const isRoot = process.geteuid?.() === 0;
  // Root may read everything.
  if (isRoot) process.seteuid?.(65_534);
  try {
    for (const read of [readPlainFile, readContent]) expect(() => read(file, 'a name')).toThrow(refusal);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
