import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { databasePassword, defaultDataFolder, openDataFolder } from './data-folder.ts';

test.each([
  ['linux', { HOME: '/home/ada' }, false, '/home/ada/.local/share/spec-kitty/teamspace'],
  ['linux', { HOME: '/home/ada', XDG_DATA_HOME: '/data' }, false, '/data/spec-kitty/teamspace'],
  ['linux', { HOME: '/home/ada', XDG_DATA_HOME: '' }, false, '/home/ada/.local/share/spec-kitty/teamspace'],
  ['linux', { HOME: '/root' }, true, '/var/lib/spec-kitty-teamspace'],
  ['darwin', { HOME: '/Users/ada' }, false, '/Users/ada/Library/Application Support/spec-kitty/teamspace'],
  ['win32', { LOCALAPPDATA: 'C:\\Ada' }, false, 'C:\\Ada\\spec-kitty\\teamspace'],
])('on %s with %j (root: %s) it is %s', (platform, env, isRoot, expected) => {
  expect(defaultDataFolder(platform, env, isRoot)).toBe(expected);
});

test('a folder is made to be passed through, its password once, for its owner alone', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'data-folder-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const root = path.join(parent, 'new');
  const folder = openDataFolder(root);
  expect(statSync(root).mode & 0o777).toBe(0o711);
  const password = databasePassword(folder);
  expect(password).toMatch(/^[\w-]{32}$/);
  expect(databasePassword(openDataFolder(root))).toBe(password);
  expect(statSync(path.join(root, 'database-password')).mode & 0o777).toBe(0o600);
});
