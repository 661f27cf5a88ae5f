import { expect, test } from 'vitest';
import { changedBetween, outsideSentence } from './outside-changes.ts';

const map = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));

test('what has another fingerprint has changed, what is new, and what is gone', () => {
  const before = map({ 'same.js': '1', 'edited.js': '1', 'gone.js': '1' });
  const now = map({ 'same.js': '1', 'edited.js': '2', 'gone.js': 'absent', 'new.js': '1' });
  expect(changedBetween(before, now)).toEqual(['edited.js', 'gone.js', 'new.js']);
});

test('what a run writes itself is no change', () => {
  expect(
    changedBetween(map({}), map({ 'kitty-specs/m/status.json': '1', '.kittify/x': '1', 'src/a.js': '1' })),
  ).toEqual(['src/a.js']);
});

test('nobody is accused', () => {
  const change = { root: '/r', files: ['a.js'], patch: '/f/outside-1.patch' };
  expect(outsideSentence(change)).toBe(
    'Meanwhile a.js changed in /r, by whom is not known. The change is kept in /f/outside-1.patch.',
  );
  expect(outsideSentence({ ...change, patch: null })).toContain('They are too large to be kept.');
});
