import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DocumentReader } from './document-reader.ts';

const MERGE = path.join(import.meta.dirname, '../docs/how-to/merge.md');

test('merging goes as the document says, with a conflict, a failed validation, a kill and a recovery', async () => {
  const reader = new DocumentReader('/home/ada', 'prices');
  await expect(reader.read(readFileSync(MERGE, 'utf8'))).toMatchFileSnapshot(MERGE);
  execFileSync('git', ['diff', '--exit-code', 'HEAD'], { cwd: reader.project, env: reader.env });
});
