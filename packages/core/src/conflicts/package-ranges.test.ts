import { expect, test } from 'vitest';
import { packageRanges } from './package-ranges.ts';

test('a package has what it added to the ones before it; the last one has the rest', () => {
  const reviewed = [
    { wp: 'WP01', commit: 'a' },
    { wp: 'WP02', commit: 'b' },
    { wp: 'WP03', commit: 'c' },
  ];
  expect(packageRanges({ commit: 'd', reviewed }, ['met'])).toEqual([
    { wp: 'WP01', tip: 'a', without: ['met'] },
    { wp: 'WP02', tip: 'b', without: ['met', 'a'] },
    { wp: 'WP03', tip: 'd', without: ['met', 'a', 'b'] },
  ]);
});

test('a package whose commit nobody recorded has all that is there', () => {
  const reviewed = [{ wp: 'WP01', commit: null }];
  expect(packageRanges({ commit: 'd', reviewed }, [])).toEqual([{ wp: 'WP01', tip: 'd', without: [] }]);
});
