import { expect, test } from 'vitest';
import { escapedBytes, escapedText, isEscaped } from './escaped-text.ts';

const CASES: readonly (readonly [string, readonly number[]])[] = [
  ['plain', [0x61, 0x2e]],
  ['two, three and four bytes', [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]],
  ['a true replacement character', [0xef, 0xbf, 0xbd]],
  ['Latin-1', [0x63, 0x61, 0x66, 0xe9]],
  ['Latin-1 beside a true replacement character', [0xe9, 0xef, 0xbf, 0xbd, 0xe9, 0x61]],
  ['a surrogate written as bytes', [0xed, 0xb3, 0xa9]],
  ['too long a form', [0xc0, 0xaf, 0xe0, 0x80, 0xaf]],
  ['cut off', [0x61, 0xf0, 0x9f, 0x98]],
  ['out of range', [0xf5, 0x80, 0x80, 0x80, 0xff, 0xfe]],
];

test.each(CASES)('%s: the same bytes come back', (_, codes) => {
  const bytes = Buffer.from(codes);
  const text = escapedText(bytes);
  expect([...escapedBytes(text)]).toEqual(codes);
  expect(isEscaped(text)).toBe(!Buffer.from(bytes.toString()).equals(bytes));
});

test('every two bytes come back, and no two pairs are one text', () => {
  const texts = new Set<string>();
  for (let code = 0; code < 65_536; code++) {
    const text = escapedText(Buffer.from([code >> 8, code & 255]));
    texts.add(text);
    if (escapedBytes(text).readUInt16BE() !== code) expect.unreachable(String(code));
  }
  expect(texts.size).toBe(65_536);
});
