import { spawnSync } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { draftPath } from './draft-path.ts';

test('what a killed process has left is cleared, and nothing that may still be in use', () => {
  const folder = path.join(tempRepository().base, 'tmp');
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  draftPath(folder, 'index');
  const old = [
    `index.${dead}-1`,
    `index.${dead}-1.lock`,
    `lock.${dead}-2`,
    `.meta.json.${dead}-3.tmp`,
    `index.${process.pid}-1`,
    'else',
  ];
  for (const name of [...old, `index.${dead}-3`]) writeFileSync(path.join(folder, name), '');
  const twoHoursAgo = Date.now() / 1000 - 7200;
  for (const name of old) utimesSync(path.join(folder, name), twoHoursAgo, twoHoursAgo);
  draftPath(folder, 'index');
  expect(readdirSync(folder).toSorted()).toEqual(
    ['else', `index.${process.pid}-1`, `index.${dead}-3`].toSorted(),
  );
});
