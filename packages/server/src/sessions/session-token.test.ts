import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Keyring, newKey } from '../keys/keyring.ts';
import { formatToken, isAuthentic, parseToken, type SessionToken } from './session-token.ts';

const KEYRING = new Keyring([newKey('2026-01-01T00:00:00Z')]);
const SALT = randomBytes(32);

const token: fc.Arbitrary<SessionToken> = fc.record({
  kind: fc.constantFrom('access' as const, 'refresh' as const),
  sessionId: fc.uuid(),
  generation: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  expiresS: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
});

test('a token says what it was made to say, and only its server believes it', () => {
  fc.assert(
    fc.property(token, (one) => {
      const text = formatToken(one, KEYRING, SALT);
      expect(parseToken(text, one.kind)).toEqual(one);
      expect(isAuthentic(text, one, KEYRING, SALT)).toBe(true);
      expect(isAuthentic(text, one, KEYRING, randomBytes(32))).toBe(false);
      expect(isAuthentic(text, one, new Keyring([newKey('2026-01-01T00:00:00Z')]), SALT)).toBe(false);
      expect(parseToken(text, one.kind === 'access' ? 'refresh' : 'access')).toBeUndefined();
    }),
  );
});

test('no other character anywhere makes another good token', () => {
  const one: SessionToken = { kind: 'refresh', sessionId: randomUUID(), generation: 7, expiresS: 0 };
  const text = formatToken(one, KEYRING, SALT);
  for (let at = 0; at < text.length; at += 1) {
    const forged = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    const parsed = parseToken(forged, 'refresh');
    expect(parsed !== undefined && isAuthentic(forged, parsed, KEYRING, SALT)).toBe(false);
  }
});

test('what was made by an older key is known as long as the key is there', () => {
  const [older] = KEYRING.keys;
  const one: SessionToken = { kind: 'refresh', sessionId: randomUUID(), generation: 1, expiresS: 0 };
  const text = formatToken(one, KEYRING, SALT);
  const rotated = new Keyring([newKey('2026-02-01T00:00:00Z'), older]);
  expect(isAuthentic(text, one, rotated, SALT)).toBe(true);
  expect(formatToken(one, rotated, SALT)).not.toBe(text);
});

test.each([
  '',
  'skr_',
  'ska_AAAA',
  'skr_!!',
  `skr_${'A'.repeat(75)}`,
  `skr_${'A'.repeat(77)}`,
  'skr_ü',
  `skr_${'A'.repeat(4000)}`,
])('%j is no token', (text) => {
  expect(parseToken(text, 'refresh')).toBeUndefined();
});
