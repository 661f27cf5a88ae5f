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
  expect(hasLeftMarkers(text, [])).toBe(has);
});

test('a line that a side had before is its own', () => {
  expect(hasLeftMarkers('<<<<<<< example\n', ['text\n<<<<<<< example\n'])).toBe(false);
  expect(hasLeftMarkers('<<<<<<< example\n<<<<<<< HEAD\n', ['<<<<<<< example\n'])).toBe(true);
});
