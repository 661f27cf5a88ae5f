import { expect, test } from 'vitest';
import { decideFile } from './decide-file.ts';

// What should be there, what is there, what was written: A and B are two texts.
test.each([
  [undefined, undefined, undefined, 'forget'],
  [undefined, undefined, 'A', 'forget'],
  [undefined, 'A', 'A', 'remove'],
  [undefined, 'B', 'A', 'conflict'],
  [undefined, 'A', undefined, 'conflict'],
  ['A', undefined, undefined, 'create'],
  ['A', undefined, 'A', 'create'],
  ['A', 'A', undefined, 'keep'],
  ['A', 'A', 'B', 'keep'],
  ['B', 'A', 'A', 'update'],
  ['B', 'A', 'C', 'conflict'],
  ['B', 'A', undefined, 'conflict'],
] as const)('wanted %s, on disk %s, ours %s: %s', (wanted, disk, ours, decision) => {
  expect(decideFile({ wanted, disk, ours })).toBe(decision);
});
