import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant } from './instant.ts';
import { parseInstant } from './parse-instant.ts';

test('it reads what formatInstant writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (micros) => {
      expect(parseInstant(formatInstant(micros))).toBe(micros);
    }),
  );
});

test.each([
  ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00.000000+00:00'],
  ['2026-01-05T12:30:00.5+02:30', '2026-01-05T10:00:00.500000+00:00'],
  ['2024-02-29T23:59:59.999999-01:00', '2024-03-01T00:59:59.999999+00:00'],
  ['2026-01-05 10:00', '2026-01-05T10:00:00.000000+00:00'],
])('%s', (text, normal) => {
  expect(formatInstant(parseInstant(text) ?? 0)).toBe(normal);
});

test('anything else is no time', () => {
  for (const text of ['', 'yesterday', '2026-01-05', '2026-1-5T1:2:3Z'])
    expect(parseInstant(text)).toBeUndefined();
});
