import { expect, test } from 'vitest';
import { collision } from './edit-collisions.ts';
import type { LineEdit } from './forecast-source.ts';

const put = (at: number, count = 1): LineEdit => ({ at, taken: 0, now: at, put: count });
const changed = (at: number, count = 1): LineEdit => ({ at, taken: count, now: at, put: count });
const times = <T>(count: number, of: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => of(at));

test('where each change is put in at the same place, the next one will be, too', () => {
  const always = times(30, () => [put(5)]);
  expect(collision('CHANGELOG.md', undefined, always)).toBeGreaterThan(0.9);
  // At the end of a list that grows: the latest first.
  const appended = times(30, (at) => [put(100 - at)]);
  expect(collision('registry.ts', undefined, appended)).toBeGreaterThan(0.9);
});

test('where changes keep away from each other, the next one will, too', () => {
  const apart = times(30, (at) => [changed(at % 2 === 0 ? 10 : 50, 3)]);
  expect(collision('a.ts', 100, apart)).toBeLessThan(0.05);
  // One line between two changes is enough, none is not.
  expect(
    collision(
      'a.ts',
      100,
      times(30, (at) => [changed(at % 2 === 0 ? 10 : 12)]),
    ),
  ).toBeLessThan(0.05);
  expect(
    collision(
      'a.ts',
      100,
      times(30, (at) => [changed(at % 2 === 0 ? 10 : 11)]),
    ),
  ).toBeGreaterThan(0.9);
});

test('without a past, a long file has more room, and a lock file has none', () => {
  const [short, long] = [collision('a.ts', 20, undefined), collision('a.ts', 2000, [])];
  expect(short).toBeGreaterThan(0.5);
  expect(long).toBe(0.1);
  for (const path of ['package-lock.json', 'sub/Cargo.lock', 'go.sum', 'gradle.lockfile'])
    expect(collision(path, 20_000, undefined)).toBe(0.7);
  expect(collision('src/lock.ts', 20_000, undefined)).toBe(0.1);
});

test('a commit in which the file was only renamed, or is binary, says nothing', () => {
  expect(collision('a.ts', 300, [[], [put(1)], []])).toBe(collision('a.ts', 300, undefined));
});
