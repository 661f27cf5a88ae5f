import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { laneRow, logText } from '@spec-kitty/testkit/status-rows';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { readDerivedLog } from './cached-logs.ts';
import { DerivedCache } from './derived-cache.ts';
import { fingerprint } from './file-fingerprint.ts';

const HOUR = 3_600_000;

function world() {
  const { base } = tempRepository();
  const copies = { file: path.join(base, 'log'), journal: path.join(base, 'journal'), name: 'log' };
  const folder = path.join(base, 'cache');
  // Late enough for every file to count as settled.
  const read = (nowMs = Date.now() + HOUR) =>
    readDerivedLog(copies, 'log-m', new DerivedCache(folder, path.join(base, 'tmp')), {
      nowMicros: () => nowMs * 1000,
    });
  const lane = (nowMs?: number) => read(nowMs).state.packages.get('WP01')?.slot.lane;
  const stored = path.join(folder, 'log-m.json');
  /** Makes the remembered answer recognisable. */
  const mark = () => writeFileSync(stored, readFileSync(stored, 'utf8').replaceAll('claimed', 'blocked'));
  return { copies, read, lane, stored, mark };
}

const one = logText([laneRow(1)]);
const two = logText([laneRow(1), laneRow(2, { from_lane: 'claimed', to_lane: 'in_progress' })]);

test('the same files give the remembered answer, with everything that it holds', () => {
  const { copies, read, lane, mark } = world();
  writeFileSync(copies.file, one);
  const first = read();
  expect(read()).toEqual(first);
  mark();
  expect(lane()).toBe('blocked');
});

test('any change of either copy is noticed', () => {
  const { copies, lane, mark } = world();
  writeFileSync(copies.file, one);
  expect(lane()).toBe('claimed');
  mark();
  writeFileSync(copies.journal, two);
  expect(lane()).toBe('in_progress');
  rmSync(copies.journal);
  expect(lane()).toBe('claimed');
  rmSync(copies.file);
  expect(lane()).toBeUndefined();
});

test('a file that was exchanged for another of the same size and time is noticed', () => {
  const { copies, lane } = world();
  const other = one.replace('"claimed"', '"blocked"');
  expect(other.length).toBe(one.length);
  writeFileSync(copies.file, one);
  const { atime, mtime } = statSync(copies.file);
  expect(lane()).toBe('claimed');
  writeFileSync(`${copies.file}.new`, other);
  utimesSync(`${copies.file}.new`, atime, mtime);
  renameSync(`${copies.file}.new`, copies.file);
  expect(lane()).toBe('blocked');
});

test('a file younger than two seconds is neither remembered nor answered from memory', () => {
  const { copies, lane, stored, mark } = world();
  writeFileSync(copies.file, one);
  const { mtimeMs } = statSync(copies.file);
  expect(lane(mtimeMs + 1900)).toBe('claimed');
  expect(() => statSync(stored)).toThrow('ENOENT');
  lane(mtimeMs + 2100);
  mark();
  expect([lane(mtimeMs + 2100), lane(mtimeMs + 1900), lane(mtimeMs - HOUR)]).toEqual([
    'blocked',
    'claimed',
    'claimed',
  ]);
});

test('a damaged or missing cache is made again, and one that cannot be written does no harm', () => {
  const { copies, lane, stored } = world();
  writeFileSync(copies.file, one);
  lane();
  for (const damage of ['', '{', `${readFileSync(stored, 'utf8').split('\n')[0]}\n{"state":`]) {
    writeFileSync(stored, damage);
    expect(lane()).toBe('claimed');
  }
  rmSync(path.dirname(stored), { recursive: true });
  expect(lane()).toBe('claimed');
  expect(readdirSync(path.dirname(stored))).toEqual(['log-m.json']);
  rmSync(stored);
  mkdirSync(stored);
  expect(lane()).toBe('claimed');
});

test('fingerprints tell files apart by size, time, inode and end', () => {
  const { copies } = world();
  expect(fingerprint(copies.file, 0)).toEqual({ text: '-', settled: true });
  const texts = ['a', 'b', 'ab'].map((content) => {
    writeFileSync(copies.file, content);
    utimesSync(copies.file, 1, 1);
    return fingerprint(copies.file, HOUR).text;
  });
  expect(new Set(texts).size).toBe(3);
  utimesSync(copies.file, 2, 2);
  expect(texts).not.toContain(fingerprint(copies.file, HOUR).text);
});
