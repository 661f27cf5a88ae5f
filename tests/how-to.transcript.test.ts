import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DocumentReader } from './document-reader.ts';

const DOCUMENTS = [
  'merge.md',
  'recover-work.md',
  'review.md',
  'switch-from-the-predecessor.md',
  'work-in-parallel.md',
];

test.each(DOCUMENTS)('docs/how-to/%s does what it says, and prints what it shows', async (name) => {
  const file = path.join(import.meta.dirname, '../docs/how-to', name);
  const reader = new DocumentReader('/home/ada');
  await expect(reader.read(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file);
  if (!name.startsWith('switch-')) return;
  // Who has gone back has nothing left of it.
  const status = ['status', '--porcelain', '--untracked-files=all'];
  expect(execFileSync('git', status, { cwd: reader.project, env: reader.env, encoding: 'utf8' })).toBe('');
});
