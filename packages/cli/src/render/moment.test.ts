import { expect, test } from 'vitest';
import { moment } from './moment.ts';

test.each([
  ['2026-01-05T10:07:59.123456+00:00', '2026-01-05 10:07 UTC'],
  ['2026-01-05T23:30:00-02:00', '2026-01-06 01:30 UTC'],
  ['yesterday', 'yesterday'],
])('%s is shown as %s', (text, shown) => {
  expect(moment(text)).toBe(shown);
});
