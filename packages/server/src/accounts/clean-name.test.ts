import { expect, test } from 'vitest';
import { cleanName } from './clean-name.ts';

test.each([
  ['  Ada Lovelace ', 'Ada Lovelace'],
  ['Ada\u202eecalevoL', 'AdaecalevoL'],
  ['Ada\nLovelace\u2028', 'AdaLovelace'],
  ['\u200b \u0000', ''],
  // Characters are counted as they are seen by a database, and none is cut in two.
  ['🐈'.repeat(101), '🐈'.repeat(100)],
  [`${'a'.repeat(99)} b`, 'a'.repeat(99)],
])('%j comes to %j', (text, expected) => {
  expect(cleanName(text)).toBe(expected);
});
