import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DocumentReader } from './document-reader.ts';

/** Documents whose commands are typed, with the mission that each is about. */
const DOCUMENTS = {
  'merge.md': 'prices',
  'recover-work.md': 'labels',
  'review.md': 'rounding',
  'work-in-parallel.md': 'orders',
};

test.each(Object.entries(DOCUMENTS))(
  'docs/how-to/%s does what it says, and prints what it shows',
  async (name, mission) => {
    const file = path.join(import.meta.dirname, '../docs/how-to', name);
    const reader = new DocumentReader('/home/ada', mission);
    await expect(reader.read(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file);
  },
);
