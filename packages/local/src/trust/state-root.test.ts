import { expect, test } from 'vitest';
import { stateRoot } from './state-root.ts';

test.each([
  ['linux', {}, '/home/a', '/home/a/.local/state/spec-kitty'],
  ['linux', { XDG_STATE_HOME: '/x' }, '/home/a', '/x/spec-kitty'],
  ['linux', { XDG_STATE_HOME: 'relative' }, '/home/a', '/home/a/.local/state/spec-kitty'],
  ['freebsd', {}, '/home/a', '/home/a/.local/state/spec-kitty'],
  ['darwin', { XDG_STATE_HOME: '/x' }, '/Users/a', '/Users/a/Library/Application Support/spec-kitty'],
  ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\a', 'D:\\Local\\spec-kitty'],
  ['win32', {}, 'C:\\Users\\a', 'C:\\Users\\a\\AppData\\Local\\spec-kitty'],
  ['linux', { SPEC_KITTY_STATE_DIR: '/own', XDG_STATE_HOME: '/x' }, '/home/a', '/own'],
  ['win32', { SPEC_KITTY_STATE_DIR: 'E:\\own' }, 'C:\\Users\\a', 'E:\\own'],
] as const)('%s with %o in %s is %s', (platform, env, home, expected) => {
  expect(stateRoot({ platform, env, home })).toBe(expected);
});

test('a relative folder of the user’s choice is refused', () => {
  const surroundings = { platform: 'linux', env: { SPEC_KITTY_STATE_DIR: '.state' }, home: '/h' } as const;
  expect(() => stateRoot(surroundings)).toThrow(
    expect.objectContaining({ kind: 'usage', code: 'STATE_DIR_RELATIVE' }),
  );
});
