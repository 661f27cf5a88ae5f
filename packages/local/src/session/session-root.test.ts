import { expect, test } from 'vitest';
import { isPassing } from '../files/write-atomically.ts';
import { issuerKey, sessionRoot } from './session-root.ts';

const HOME = '/home/ada';

test.each([
  ['linux', {}, '/home/ada/.spec-kitty/auth'],
  ['darwin', {}, '/home/ada/.spec-kitty/auth'],
  ['linux', { SPEC_KITTY_HOME: '/srv/kitty/' }, '/srv/kitty/auth'],
  ['linux', { SPEC_KITTY_HOME: '/srv/../kitty' }, '/kitty/auth'],
  ['linux', { SPEC_KITTY_HOME: '' }, '/home/ada/.spec-kitty/auth'],
  ['win32', { LOCALAPPDATA: 'C:\\Local' }, 'C:\\Local\\spec-kitty\\auth'],
  ['win32', {}, '\\home\\ada\\AppData\\Local\\spec-kitty\\auth'],
] as const)('S-13: %s with %j', (platform, env, root) => {
  expect(sessionRoot({ platform, env, home: HOME })).toBe(root);
});

test.each(['kitty', '~/kitty', './kitty', '~'])(
  'S-13: %j is refused, as it would depend on the folder',
  (home) => {
    expect(() => sessionRoot({ platform: 'linux', env: { SPEC_KITTY_HOME: home }, home: HOME })).toThrow(
      expect.objectContaining({ code: 'SPEC_KITTY_HOME_RELATIVE' }),
    );
  },
);

test('a server has a folder of its own', () => {
  expect(issuerKey('https://a.example')).toMatch(/^[0-9a-f]{16}$/);
  expect(issuerKey('https://a.example')).not.toBe(issuerKey('https://b.example'));
});

test('S-14: on Windows the root is in the local application data, and a refused rename is tried again (lists of who may read, and a migration, are not made; nothing here runs on Windows)', () => {
  const windows = { platform: 'win32', home: 'C:\\Users\\ada' } as const;
  expect(sessionRoot({ ...windows, env: { LOCALAPPDATA: 'D:\\Local' } })).toBe('D:\\Local\\spec-kitty\\auth');
  expect(sessionRoot({ ...windows, env: {} })).toBe('C:\\Users\\ada\\AppData\\Local\\spec-kitty\\auth');
  expect(sessionRoot({ ...windows, env: { SPEC_KITTY_HOME: 'E:\\kitty\\' } })).toBe('E:\\kitty\\auth');
  expect(['EPERM', 'EACCES', 'EBUSY', 'ENOSPC'].map((code) => isPassing('win32', code))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(isPassing('linux', 'EPERM')).toBe(false);
});
