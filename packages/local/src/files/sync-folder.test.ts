import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './sync-folder.ts';

test('makes a folder and what it lies in, and is content with an existing one', () => {
  const base = mkdtempSync(path.join(tmpdir(), 'sync-folder-'));
  const folder = path.join(base, 'a', 'b');
  makeFolder(folder);
  makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
  rmSync(base, { recursive: true });
});
