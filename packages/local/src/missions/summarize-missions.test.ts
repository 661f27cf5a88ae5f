import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { laneRow, logText } from '@spec-kitty/testkit/status-rows';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { CheckoutMissions } from './checkout-missions.ts';
import { findRepository } from '../repository/repository.ts';
import { summarizeMissions } from './summarize-missions.ts';

const id = (mid8: string) => `${mid8}3M8Q4T5X6Y7Z8A9B0C`;

async function overview(repository: TempRepository, nowMs = Date.now() + 3_600_000) {
  const found = await findRepository(repository.root);
  return summarizeMissions({
    repository: found,
    missions: new CheckoutMissions(found),
    nowMs,
    summarize: ({ directory }, { eventCount }) => ({ directory, eventCount }),
  });
}

function write(repository: TempRepository, directory: string, mid8: string, events: number): void {
  repository.write({
    [`kitty-specs/${directory}/meta.json`]: JSON.stringify({ mission_id: id(mid8) }),
    [`kitty-specs/${directory}/status.events.jsonl`]: rows(directory, events),
  });
}

function rows(directory: string, events: number): string {
  return logText(
    Array.from({ length: events }, (_, index) => laneRow(index + 1, { mission_slug: directory })),
  );
}

const good = (directory: string, eventCount: number) => ({
  directory,
  json: JSON.stringify({ directory, eventCount }),
});

test('every mission in byte order, also one that is only journaled; broken ones are entries and hide nothing', async () => {
  const repository = tempRepository();
  write(repository, 'pay-01KE6Z2V', '01KE6Z2V', 2);
  write(repository, 'Zoo-01KE6Z3X', '01KE6Z3X', 1);
  repository.write({
    'kitty-specs/meta/meta.json': '{',
    'kitty-specs/log/meta.json': JSON.stringify({ mission_id: id('01KE6Z4Y') }),
    'kitty-specs/log/status.events.jsonl': 'no event\n',
    [`.git/spec-kitty/journal/${id('01KE6Z5A')}.jsonl`]: rows('away-01KE6Z5A', 3),
    [`.git/spec-kitty/journal/${id('01KE6Z6B')}.jsonl`]: `${rows('torn-01KE6Z6B', 1)}no event\n`,
    [`.git/spec-kitty/journal/${id('01KE6Z7C')}.jsonl`]: '\0\0\n',
    '.git/spec-kitty/journal/.draft.tmp': 'x',
  });
  for (let run = 0; run < 2; run += 1) {
    expect(await overview(repository)).toEqual([
      good('Zoo-01KE6Z3X', 1),
      good('away-01KE6Z5A', 3),
      { directory: 'log', error: expect.stringContaining('line 1'), errorCode: 'LOG_CORRUPT' },
      {
        directory: 'meta',
        error: expect.stringContaining('kitty-specs/meta/meta.json'),
        errorCode: 'META_CORRUPT',
      },
      good('pay-01KE6Z2V', 2),
      { directory: 'torn-01KE6Z6B', error: expect.stringContaining('line 2'), errorCode: 'LOG_CORRUPT' },
    ]);
  }
});

test('a mission whose meta.json is broken is one entry, although the journal knows it', async () => {
  const repository = tempRepository();
  write(repository, 'pay-01KE6Z2V', '01KE6Z2V', 2);
  repository.write({
    'kitty-specs/pay-01KE6Z2V/meta.json': '{',
    [`.git/spec-kitty/journal/${id('01KE6Z2V')}.jsonl`]: rows('pay-01KE6Z2V', 2),
  });
  expect((await overview(repository)).map(({ directory }) => directory)).toEqual(['pay-01KE6Z2V']);
});

test('what changed since is summarised anew, and the cache may be deleted at any time', async () => {
  const repository = tempRepository();
  write(repository, 'pay-01KE6Z2V', '01KE6Z2V', 1);
  write(repository, 'zoo-01KE6Z3X', '01KE6Z3X', 1);
  await overview(repository);
  write(repository, 'pay-01KE6Z2V', '01KE6Z2V', 2);
  expect(await overview(repository)).toEqual([good('pay-01KE6Z2V', 2), good('zoo-01KE6Z3X', 1)]);
  repository.write({ [`.git/spec-kitty/journal/${id('01KE6Z3X')}.jsonl`]: rows('zoo-01KE6Z3X', 4) });
  expect(await overview(repository)).toEqual([good('pay-01KE6Z2V', 2), good('zoo-01KE6Z3X', 4)]);

  const cache = path.join(repository.root, '.git/spec-kitty/cache');
  for (const name of readdirSync(cache)) repository.write({ [`.git/spec-kitty/cache/${name}`]: 'damaged' });
  expect(await overview(repository)).toHaveLength(2);
  rmSync(cache, { recursive: true });
  rmSync(path.join(repository.root, 'kitty-specs/zoo-01KE6Z3X'), { recursive: true });
  expect(await overview(repository)).toEqual([good('pay-01KE6Z2V', 2), good('zoo-01KE6Z3X', 4)]);
});
