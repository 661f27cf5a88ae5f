import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { knownAbsent } from './known-absent.ts';

function folderWith(...files: readonly string[]): string {
  const root = mkdtempSync(path.join(tmpdir(), 'known-absent-'));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
  return root;
}

/** Asked for so much in each folder that each is listed. */
function absentIn(root: string): (file: string) => boolean {
  const isAbsent = knownAbsent(root);
  for (const folder of ['', 'src/', 'src/deep/', 'other/', 'shut/', 'file/'])
    for (let at = 1; at < 8; at += 1) expect(isAbsent(`${folder}no-${at}`)).toBe(false);
  return isAbsent;
}

test('what a folder does not list is absent, at the top, below, and below a folder that is not there', () => {
  const isAbsent = absentIn(folderWith('one.txt', 'src/two.txt', 'src/deep/three.txt'));
  expect(
    ['new', 'src/new', 'src/deep/.new', 'other/new', 'src/one.txt'].filter((file) => !isAbsent(file)),
  ).toEqual([]);
  expect(['one.txt', 'src', 'src/two.txt', 'src/deep'].filter(isAbsent)).toEqual([]);
});

test.each([
  ['in other letters of the same name', ['Read.Me'], 'read.me'],
  ['a name that Windows shortens', ['a long name.txt'], 'ALONGN~1.TXT'],
  ['a name whose last dot Windows drops', ['file'], 'file.'],
  ['beside a name that other letters may stand for', ['\u212Aelvin'], 'kelvin'],
  ['a name that other letters may stand for', ['cafe\u0301'], 'caf\u00E9'],
])('nothing is said of %s', (_, there, asked) => {
  expect(absentIn(folderWith(...there))(asked)).toBe(false);
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'nothing is said of a folder that cannot be listed (skipped for root and on Windows)',
  () => {
    const root = folderWith('shut/one.txt');
    chmodSync(path.join(root, 'shut'), 0o300);
    expect(absentIn(root)('shut/new')).toBe(false);
  },
);

test('nothing is said where a file is in the place of the folder', () => {
  expect(absentIn(folderWith('file'))('file/new')).toBe(false);
});
