import { expect, test } from 'vitest';
import { emailKey, isEmail } from './email.ts';

test('spellings of one address have one key', () => {
  for (const spelling of ['ada@example.org', ' Ada@Example.ORG ', 'ａda@example.org'])
    expect(emailKey(spelling)).toBe('ada@example.org');
  expect(emailKey('josé@example.org')).toBe(emailKey('jose\u0301@example.org'));
});

test.each([
  ['ada@example.org', true],
  [' ada@example.org ', true],
  ['ada+ci@localhost', true],
  [`${'a'.repeat(242)}@example.org`, true],
  [`${'a'.repeat(243)}@example.org`, false],
  ['ada', false],
  ['@example.org', false],
  ['ada@', false],
  ['ada@b@example.org', false],
  ['ada lovelace@example.org', false],
  ['ada@example.org\r\nBcc: eve@example.org', false],
  ['ada\u202e@example.org', false],
  ['ada\u2028@example.org', false],
])('%j: %s', (text, expected) => {
  expect(isEmail(text)).toBe(expected);
});
