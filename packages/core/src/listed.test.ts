import { expect, test } from 'vitest';
import { listed } from './listed.ts';

test.each([
  [1, '1'],
  [10, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10'],
  [13, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more'],
])('%i names', (count, text) => {
  expect(listed(Array.from({ length: count }, (_, index) => String(index + 1)))).toBe(text);
});
