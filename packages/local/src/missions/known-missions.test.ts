import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { CheckoutMissions } from './checkout-missions.ts';
import { KnownMissions } from './known-missions.ts';

async function known(files: Readonly<Record<string, string>>) {
  const repository = tempRepository();
  repository.write({ 'README.md': '', ...files });
  const found = await findRepository(repository.root);
  return { repository, known: new KnownMissions(found, new CheckoutMissions(found)) };
}

const REST = '3M8Q4T5X6Y7Z8A9B0C';

test('nothing is taken where there is no mission', async () => {
  const { known: all } = await known({});
  expect([all.largestNumber(), all.takenMid8()]).toEqual([0, new Set()]);
});

test('ids count wherever they are: in meta.json, in a directory name that disagrees with it, in a journal', async () => {
  const { known: all, repository } = await known({
    'kitty-specs/pay-01KE6Z2V/meta.json': JSON.stringify({
      mission_id: `01KE6Z2V${REST}`,
      mission_number: 7,
    }),
    'kitty-specs/odd-01KSWJVX/meta.json': JSON.stringify({
      mission_id: `2WMWTBT7${REST}`,
      mission_number: '042',
    }),
    'kitty-specs/079-post/meta.json': JSON.stringify({ mission_id: `01KQ47E8${REST}`, mission_number: null }),
    'kitty-specs/broken/meta.json': '{',
    [`.git/spec-kitty/journal/01KE6Z9Z${REST}.jsonl`]: '',
    '.git/spec-kitty/journal/.draft.tmp': '',
  });
  writeFileSync(path.join(repository.root, 'kitty-specs/broken/meta.json'), Buffer.of(0xff));
  expect(all.takenMid8()).toEqual(new Set(['01KE6Z2V', '2WMWTBT7', '01KQ47E8', '01KSWJVX', '01KE6Z9Z']));
  expect(all.largestNumber()).toBe(42);
});
