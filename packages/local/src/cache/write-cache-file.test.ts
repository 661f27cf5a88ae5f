import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { draftPath } from '../checkout/draft-path.ts';
import { DerivedCache } from './derived-cache.ts';
import { SummaryCache } from './summary-cache.ts';

const TWO_HOURS_AGO = Date.now() / 1000 - 7200;

test.each([
  {
    file: 'log.json',
    write: (folder: string, drafts: string) => new DerivedCache(folder, drafts).put('log', 'f', 1),
  },
  {
    file: 'summaries',
    write: (folder: string, drafts: string) => new SummaryCache(folder, drafts).save(new Map()),
  },
])('a draft of $file that a killed process leaves is cleared with all others', ({ file, write }) => {
  const { base } = tempRepository();
  const [folder, drafts] = [path.join(base, 'cache'), path.join(base, 'tmp')];
  // Nothing can be put in the place of a folder, so the draft stays as after a kill.
  mkdirSync(path.join(folder, file), { recursive: true });
  write(folder, drafts);
  expect(readdirSync(folder)).toEqual([file]);
  const [draft = ''] = readdirSync(drafts);
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const abandoned = path.join(drafts, draft.replace(String(process.pid), String(dead)));
  renameSync(path.join(drafts, draft), abandoned);
  utimesSync(abandoned, TWO_HOURS_AGO, TWO_HOURS_AGO);
  draftPath(drafts, 'index');
  expect(readdirSync(drafts)).toEqual([]);
});
