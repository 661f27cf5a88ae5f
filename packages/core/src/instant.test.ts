import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant } from './instant.ts';

test.each([
  [0, '1970-01-01T00:00:00.000000+00:00'],
  [1_767_607_200_000_001, '2026-01-05T10:00:00.000001+00:00'],
  [951_782_399_999_999, '2000-02-28T23:59:59.999999+00:00'],
  [951_782_400_000_000, '2000-02-29T00:00:00.000000+00:00'],
  [4_107_542_400_000_000, '2100-03-01T00:00:00.000000+00:00'],
  [-1, '1969-12-31T23:59:59.999999+00:00'],
])('%d µs is %s', (micros, text) => {
  expect(formatInstant(micros)).toBe(text);
});

test('agrees with the platform to the millisecond, and keeps the microseconds', () => {
  const years0001To9999 = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(years0001To9999, fc.integer({ min: 0, max: 999 }), (millis, micros) => {
      // Beyond 2^53 µs (year 2255) doubles no longer hold single microseconds.
      const exact = Math.abs(millis) < 9_000_000_000_000 ? micros : 0;
      const expected = new Date(millis).toISOString().replace('Z', `${String(exact).padStart(3, '0')}+00:00`);
      if (Number.isSafeInteger(millis * 1000 + exact))
        expect(formatInstant(millis * 1000 + exact)).toBe(expected);
    }),
  );
});

test('text order is time order', () => {
  const instant = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
    }),
  );
});
