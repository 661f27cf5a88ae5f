import { expect, test } from 'vitest';
import { hasLeftMarkers } from './has-left-markers.ts';

test.each([
  ['a\n<<<<<<< HEAD\nb\n', true],
  ['a\r\n>>>>>>> 1f0c5a7\r\n', true],
  ['||||||| base\n', true],
  ['Title\n=======\n', false],
  ['a <<<<<<< b\n', false],
  ['\0<<<<<<< HEAD\n', false],
])('%j has markers: %j', (text, has) => {
  expect(hasLeftMarkers(text, { sides: [], written: '' })).toBe(has);
});

test('a line that a side had before is its own', () => {
  expect(hasLeftMarkers('<<<<<<< example\n', { sides: ['text\n<<<<<<< example\n'], written: '' })).toBe(
    false,
  );
  expect(
    hasLeftMarkers('<<<<<<< example\n<<<<<<< HEAD\n', { sides: ['<<<<<<< example\n'], written: '' }),
  ).toBe(true);
});

test('a line of equals signs marks a conflict where Git wrote it, and underlines a title where a side did', () => {
  const written = 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> 1f0c5a7\n';
  expect(hasLeftMarkers('a\r\nb\r\n=======\r\nc\r\n', { sides: ['a\nb\n', 'a\nc\n'], written })).toBe(true);
  expect(hasLeftMarkers('a\n=======\nc\n', { sides: ['a\n=======\n', 'b\n'], written })).toBe(false);
  expect(hasLeftMarkers('a\n========\nc\n', { sides: [], written })).toBe(false);
});
