import { expect, test } from 'vitest';
import { UlidIds } from './ulid-ids.ts';

const fixed = (millis: number | (() => number), byte: number) =>
  new UlidIds({
    nowMillis: typeof millis === 'number' ? () => millis : millis,
    fillRandom: (bytes) => void bytes.fill(byte),
  });

test('ten characters of time, then sixteen of randomness', () => {
  // The time part of the ULID specification's own example.
  expect(fixed(1_469_918_176_385, 0).next()).toBe('01ARYZ6S410000000000000000');
  expect(fixed(0, 255).next()).toBe('0000000000ZZZZZZZZZZZZZZZZ');
});

test('counts up within one millisecond, carrying', () => {
  const ids = fixed(0, 31 << 3);
  expect(ids.next()).toBe('0000000000RRRRRRRRRRRRRRRR');
  for (let count = 0; count < 7; count += 1) ids.next();
  expect(ids.next()).toBe('0000000000RRRRRRRRRRRRRRS0');
});

test('keeps rising when the clock goes back, and when the random part overflows', () => {
  const times = [7, 3, 3];
  const ids = fixed(() => times.shift() ?? 0, 255);
  const [first, second, third] = [ids.next(), ids.next(), ids.next()];
  expect(first.slice(0, 10)).toBe('0000000007');
  expect(second).toBe('0000000008ZZZZZZZZZZZZZZZZ');
  expect(third > second).toBe(true);
});

test('real ids are well formed, distinct and in order', () => {
  const ids = new UlidIds();
  const minted = Array.from({ length: 5000 }, () => ids.next());
  expect(minted.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
  expect(new Set(minted).size).toBe(minted.length);
  expect(minted.toSorted()).toEqual(minted);
});
