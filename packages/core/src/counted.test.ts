import { expect, test } from 'vitest';
import { counted, numbered } from './counted.ts';

test('one thing is in the singular, none and many are in the plural', () => {
  expect([0, 1, 2].map((count) => counted(count, 'changed file'))).toEqual([
    '0 changed files',
    '1 changed file',
    '2 changed files',
  ]);
  expect([[], ['a'], ['a', 'b']].map((things) => numbered(things, 'is', 'are'))).toEqual([
    'are',
    'is',
    'are',
  ]);
});
