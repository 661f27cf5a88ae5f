import { expect, test } from 'vitest';
import { few } from './few.ts';

test('five names are told, of more the first five', () => {
  expect(few(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d, e');
  expect(few(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
});
