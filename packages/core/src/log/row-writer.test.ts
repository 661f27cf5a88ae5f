import { laneRow, logOf } from '@spec-kitty/testkit/status-rows';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant } from '../instant.ts';
import { parseInstant } from '../parse-instant.ts';
import { RowWriter } from './row-writer.ts';

/** Times of two rows written one after the other, with the clock standing still, behind rows with these times. */
function written(now: number, ...at: readonly string[]): readonly string[] {
  const rows = at.map((text, index) => laneRow(index + 1, { at: text }));
  let id = 0;
  const writer = new RowWriter(
    {
      clock: { nowMicros: () => now },
      ids: { next: () => `01KE8${String((id += 1)).padStart(21, '0')}` },
      mission: { directory: 'pay', missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C' },
    },
    logOf(...rows),
  );
  return [writer.annotation('WP01', 'ada', {}).at, writer.annotation('WP01', 'ada', {}).at];
}

const NOW = parseInstant('2026-01-05T10:00:00Z') ?? 0;

test.each([
  ['2026-01-05T09:00:00+00:00', '2026-01-05T10:00:00.000000+00:00'],
  ['2026-01-05T10:00:00Z', '2026-01-05T10:00:01.000000+00:00'],
  ['2026-01-05T10:00:00+00:00', '2026-01-05T10:00:00.000000+00:00'],
  ['2026-01-05T12:00:00.900+02:00', '2026-01-05T12:00:01.000000+00:00'],
  ['2027-01-01T00:00:00.000000+00:00', '2027-01-01T00:00:00.000001+00:00'],
])('after %s comes %s', (before, after) => {
  expect(written(NOW, before)[0]).toBe(after);
});

test('whatever form the times of a log have, rows come after all of them, and in order', () => {
  const form = fc.constantFrom(
    (text: string) => text,
    (text: string) => `${text.slice(0, 19)}Z`,
    (text: string) => `${text.slice(0, 19)}+00:00`,
    (text: string) => `${text.slice(0, 23)}-07:00`,
    (text: string) => `${text.slice(0, 22)}+05:30`,
  );
  const time = fc
    .tuple(fc.integer({ min: -90_000_000, max: 90_000_000 }), form)
    .map(([micros, shape]) => shape(formatInstant(NOW + micros)));
  fc.assert(
    fc.property(fc.array(time, { maxLength: 4 }), (times) => {
      const all = [...times.toSorted(), ...written(NOW, ...times)];
      expect(all).toEqual(all.toSorted());
      expect(new Set(all.slice(-2)).size).toBe(2);
    }),
  );
});
