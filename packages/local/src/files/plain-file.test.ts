import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPlainFile } from './plain-file.ts';

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
