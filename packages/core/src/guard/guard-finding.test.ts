import { expect, test } from 'vitest';
import { type GuardFinding, sortedFindings } from './guard-finding.ts';

test('B-02: findings are sorted by file, line and column, numbers as numbers', () => {
  const at = (file: string, line: number, column: number): GuardFinding => ({
    file,
    line,
    column,
    construct: 'catch',
    reason: null,
    code: 'unjustified',
    source: '',
  });
  const sorted = [at('a.ts', 2, 9), at('a.ts', 2, 10), at('a.ts', 10, 1), at('b.ts', 1, 1)];
  expect(sortedFindings(sorted.toReversed())).toEqual(sorted);
});
