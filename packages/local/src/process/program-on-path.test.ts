import { expect, test } from 'vitest';
import { type Machine, namedProgram, programOnPath } from './program-on-path.ts';

/** A machine with these files; a value that begins with `->` is a link. */
function machine(platform: NodeJS.Platform, files: Readonly<Record<string, string>>): Machine {
  return {
    platform,
    isFile: (file) => file in files,
    text: (file) => files[file] ?? '',
    realpath: (file) =>
      files[file]?.startsWith('->') ? files[file].slice(2) : file in files ? file : undefined,
  };
}

const OWN = '/opt/lib/node_modules/spec-kitty/bin/spec-kitty.cjs';
const NPM = `#!/bin/sh\nexec node  "$basedir/../lib/node_modules/spec-kitty/bin/spec-kitty.cjs" "$@"\n`;
const PIPX = '#!/home/ada/.local/pipx/venvs/spec-kitty-cli/bin/python\nimport sys\n';

test.each([
  ['linux', 'a link', { '/opt/bin/spec-kitty': `->${OWN}`, [OWN]: '' }, 'this'],
  ['linux', 'a script of a package manager', { '/opt/bin/spec-kitty': NPM, [OWN]: '' }, 'this'],
  ['linux', 'one of another installation', { '/home/bin/spec-kitty': NPM, [OWN]: '' }, 'other'],
  [
    'linux',
    'the predecessor',
    { '/home/bin/spec-kitty': PIPX, '/opt/bin/spec-kitty': `->${OWN}`, [OWN]: '' },
    'python',
  ],
  [
    'linux',
    'a script of somebody’s',
    { '/home/bin/spec-kitty': `#!/bin/sh\nexec "node" "${OWN}" "$@"\n`, [OWN]: '' },
    'this',
  ],
  [
    'linux',
    'one without quotes',
    { '/home/bin/spec-kitty': `#!/bin/sh\nexec node ${OWN} "$@"\n`, [OWN]: '' },
    'this',
  ],
  ['linux', 'nothing', { [OWN]: '' }, 'absent'],
  ['darwin', 'a link', { '/opt/bin/spec-kitty': `->${OWN}`, [OWN]: '' }, 'this'],
  ['darwin', 'the predecessor', { '/home/bin/spec-kitty': PIPX }, 'python'],
  ['darwin', 'a program', { '/home/bin/spec-kitty': '\u00cf\u00fa\u00ed\u00fe' }, 'other'],
] as const)('%s: %s on PATH', (platform, _, files, kind) => {
  const env = { PATH: 'relative:/home/bin:/opt/bin' };
  expect(namedProgram('spec-kitty', { own: OWN, env }, machine(platform, files))).toMatchObject({ kind });
});

const WINDOWS = 'C:\\npm\\node_modules\\spec-kitty\\bin\\spec-kitty.cjs';
const CMD =
  '@ECHO off\r\nSETLOCAL\r\n"%_prog%"  "%dp0%\\node_modules\\spec-kitty\\bin\\spec-kitty.cjs" %*\r\n';

test.each([
  ['the script of npm', { 'C:\\npm\\spec-kitty.cmd': CMD, [WINDOWS]: '' }, 'this'],
  ['the same beside it', { 'C:\\npm\\spec-kitty.cmd': CMD.replace('%dp0%', '%~dp0'), [WINDOWS]: '' }, 'this'],
  ['one elsewhere', { 'C:\\Py\\spec-kitty.cmd': CMD, [WINDOWS]: '' }, 'other'],
  ['the starter of pip', { 'C:\\Py\\spec-kitty.exe': 'MZ\n#!C:\\Py\\python.exe\n' }, 'python'],
  ['nothing', {}, 'absent'],
] as const)('win32: %s on PATH, whose name and letters are of any case', (_, files, kind) => {
  const env = { Path: '"C:\\Py";relative;C:\\npm' };
  const own = WINDOWS.toUpperCase();
  expect(namedProgram('spec-kitty', { own, env }, machine('win32', files))).toMatchObject({ kind });
});

test('on this machine it finds Node', () => {
  expect(programOnPath('node', process.env)).toBeDefined();
  expect(programOnPath('no-such-program', process.env)).toBeUndefined();
});
