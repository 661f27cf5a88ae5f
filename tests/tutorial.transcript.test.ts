import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DocumentReader } from './document-reader.ts';

const TUTORIAL = path.join(import.meta.dirname, '../docs/tutorial.md');

test('the commands of the tutorial do what it says, and print what it shows', async () => {
  const reader = new DocumentReader('/tutorial');
  await expect(reader.read(readFileSync(TUTORIAL, 'utf8'))).toMatchFileSnapshot(TUTORIAL);
  execFileSync('git', ['diff', '--exit-code', 'HEAD'], { cwd: reader.project, env: reader.env });
});
