import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test('what drives a terminal is made visible, and text is left alone', () => {
  expect(printable('\u001b[2Jgone\u009b1A\rfake\u0007')).toBe(
    '\u{fffd}[2Jgone\u{fffd}1A\u{fffd}fake\u{fffd}',
  );
  expect(printable('a\u202eb\u2066c\u2069d\u200fe\u200ef')).toBe(
    'a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}f',
  );
  expect(printable('one\r\ntwo\r\r\n')).toBe('one\ntwo\u{fffd}\n');
  expect(printable('Übung\t→ 1\n🐈')).toBe('Übung\t→ 1\n🐈');
});
