import { expect, test } from 'vitest';
import { findClient, grantedScope, isLoopbackRedirect } from './client.ts';

test('one program is known', () => {
  expect(findClient('cli_native')?.scopes).toEqual(['offline_access']);
  for (const id of [undefined, '', 'CLI_NATIVE', 'toString']) expect(findClient(id)).toBeUndefined();
});

test.each([
  [undefined, 'a b'],
  ['', 'a b'],
  ['b', 'b'],
  ['b other', 'b'],
  ['other', 'a b'],
])('of the scope %j, %j is granted', (asked, granted) => {
  expect(grantedScope({ id: 'x', name: 'X', scopes: ['a', 'b'] }, asked)).toBe(granted);
});

test.each([
  ['http://127.0.0.1:28888/callback', true],
  ['http://[::1]:1/callback', true],
  ['http://localhost:28888/callback', false],
  ['https://127.0.0.1:28888/callback', false],
  ['http://127.0.0.1/callback', false],
  ['http://127.0.0.1:28888/callback/', false],
  ['http://127.0.0.1:28888/callback?next=x', false],
  ['http://127.0.0.1:28888/callback#x', false],
  ['http://127.0.0.1:28888@evil.test/callback', false],
  ['http://127.0.0.1:28888/callback\n', false],
  ['http://127.0.0.1:99999/callback', false],
  ['http://127.0.0.1.evil.test:80/callback', false],
  [undefined, false],
])('a browser is sent to %j: %s', (address, expected) => {
  expect(isLoopbackRedirect(address)).toBe(expected);
});
