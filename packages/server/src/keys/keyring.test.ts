import { expect, test } from 'vitest';
import { fingerprint, isEqual, Keyring, newKey } from './keyring.ts';

const [old, young] = [newKey('2025-01-01T00:00:00Z'), newKey('2026-01-01T00:00:00Z')];
const both = new Keyring([young, old]);

test('the newest key makes codes, and every key knows its own', () => {
  const code = both.mac('access', Buffer.from('a'));
  expect(both.madeBy(code, 'access', Buffer.from('a'))).toBe(young.id);
  expect(both.madeBy(new Keyring([old]).mac('access', Buffer.from('a')), 'access', Buffer.from('a'))).toBe(
    old.id,
  );
  expect(new Keyring([old]).madeBy(code, 'access', Buffer.from('a'))).toBeUndefined();
});

test('a code is for one purpose, and for parts that end where they end', () => {
  const code = both.mac('access', Buffer.from('ab'), Buffer.from('c'));
  expect(both.madeBy(code, 'refresh', Buffer.from('ab'), Buffer.from('c'))).toBeUndefined();
  expect(both.madeBy(code, 'access', Buffer.from('a'), Buffer.from('bc'))).toBeUndefined();
  expect(both.madeBy(code, 'access', Buffer.from('abc'))).toBeUndefined();
  expect(both.madeBy(Buffer.alloc(0), 'access', Buffer.from('abc'))).toBeUndefined();
});

test('a secret is looked for by every key, and its hash does not tell it', () => {
  const [first, second, ...more] = both.hashes('service', 'secret');
  expect(more).toEqual([]);
  expect(first).toEqual(new Keyring([young]).hashes('service', 'secret')[0]);
  expect(second).toEqual(new Keyring([old]).hashes('service', 'secret')[0]);
  expect(new Keyring([young]).hashes('link', 'secret')[0]).not.toEqual(first);
});

test('a fingerprint tells keys apart, and nothing of the key', () => {
  expect(isEqual(fingerprint(old), fingerprint({ ...old, id: 'other' }))).toBe(true);
  expect(isEqual(fingerprint(old), fingerprint(young))).toBe(false);
  expect(isEqual(fingerprint(old), Buffer.alloc(3))).toBe(false);
  expect(newKey('2026-01-01T00:00:00Z').id).toMatch(/^[\w-]{8}$/);
});
