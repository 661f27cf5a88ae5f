import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DocumentReader } from './document-reader.ts';

test.each(['merge.md', 'recover-work.md', 'review.md', 'work-in-parallel.md'])(
  'docs/how-to/%s does what it says, and prints what it shows',
  async (name) => {
    const file = path.join(import.meta.dirname, '../docs/how-to', name);
    const reader = new DocumentReader('/home/ada');
    await expect(reader.read(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file);
  },
);
