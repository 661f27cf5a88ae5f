import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leaveToFolderOwner } from './leave-to-folder-owner.ts';
import { isPassing, writeAtomically } from './write-atomically.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'write-atomically-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const POSIX = process.platform !== 'win32';

test('creates and replaces, and leaves nothing else behind', () => {
  expect(writeAtomically(at('a.json'), 'one')).toBe(true);
  expect(writeAtomically(at('a.json'), new TextEncoder().encode('zwei ☃'))).toBe(true);
  expect(readFileSync(at('a.json'), 'utf8')).toBe('zwei ☃');
  expect(readdirSync(folder)).toEqual(['a.json']);
  writeAtomically(at('deep/er/b'), 'b');
  expect(readdirSync(at('deep/er'))).toEqual(['b']);
});

test.skipIf(!POSIX)(
  'keeps the mode of an existing file and sets the one of a file that is not there [POSIX only]',
  () => {
    writeFileSync(at('script'), '');
    chmodSync(at('script'), 0o750);
    writeAtomically(at('script'), 'x', { mode: 0o600 });
    expect(statSync(at('script')).mode & 0o7777).toBe(0o750);
    writeAtomically(at('secret'), 'x', { mode: 0o600 });
    expect(statSync(at('secret')).mode & 0o7777).toBe(0o600);
  },
);

test('skipEqual leaves an equal file with its times, and replaces one of the same length', () => {
  writeFileSync(at('a'), 'same');
  utimesSync(at('a'), 1, 1);
  expect(writeAtomically(at('a'), 'same', { skipEqual: true })).toBe(false);
  expect(statSync(at('a')).mtimeMs).toBe(1000);
  expect(writeAtomically(at('a'), 'sama', { skipEqual: true })).toBe(true);
  expect(readFileSync(at('a'), 'utf8')).toBe('sama');
});

test('refuses to write through a link or onto a folder', () => {
  writeFileSync(at('target'), 'old');
  symlinkSync('target', at('link'));
  mkdirSync(at('sub'));
  for (const name of ['link', 'sub']) {
    expect(() => writeAtomically(at(name), 'new')).toThrow(
      expect.objectContaining({ code: 'NOT_A_PLAIN_FILE' }),
    );
  }
  expect(readFileSync(at('target'), 'utf8')).toBe('old');
  expect(readdirSync(folder).toSorted()).toEqual(['link', 'sub', 'target']);
});

test('does not write through a link planted under the name of the temporary file', () => {
  writeFileSync(at('victim'), 'safe');
  // The counter is private, so a range of names around the next ones stands for a lucky guess.
  for (let guess = 0; guess < 200; guess += 1) symlinkSync('victim', at(`.a.${process.pid}-${guess}.tmp`));
  writeAtomically(at('a'), 'new');
  expect(readFileSync(at('victim'), 'utf8')).toBe('safe');
  expect(readFileSync(at('a'), 'utf8')).toBe('new');
});

test.skipIf(process.geteuid?.() !== 0)(
  'what the superuser writes into the folder of somebody else stays with that folder, if told so (run as root)',
  () => {
    chownSync(folder, 65_534, 65_534);
    writeAtomically(at('theirs'), '1', { mode: 0o600, staysWithFolder: true });
    writeAtomically(at('theirs'), '2', { mode: 0o600, staysWithFolder: true });
    writeAtomically(at('mine'), '1');
    const [theirs, mine] = [statSync(at('theirs')), statSync(at('mine'))];
    expect([theirs.uid, theirs.gid, theirs.mode & 0o777, mine.uid]).toEqual([65_534, 65_534, 0o600, 0]);
    const linked = openSync(at('mine'), 'r');
    linkSync(at('mine'), at('other'));
    leaveToFolderOwner(linked, at('mine'));
    closeSync(linked);
    expect(statSync(at('mine')).uid).toBe(0);
  },
);

test('uses the given folder for the temporary file, so that the own one never shows it', () => {
  mkdirSync(at('checkout'));
  expect(() => writeAtomically(at('checkout/a'), 'x', { tempFolder: at('absent') })).toThrow('ENOENT');
  mkdirSync(at('temp'));
  writeAtomically(at('checkout/a'), 'x', { tempFolder: at('temp') });
  expect(readdirSync(at('temp'))).toEqual([]);
  expect(readFileSync(at('checkout/a'), 'utf8')).toBe('x');
});

test.skipIf(!existsSync('/dev/shm'))(
  'falls back to the own folder across file systems [needs /dev/shm]',
  () => {
    const other = mkdtempSync('/dev/shm/write-atomically-');
    try {
      writeAtomically(at('a'), 'x', { tempFolder: other });
      expect(readFileSync(at('a'), 'utf8')).toBe('x');
      expect([...readdirSync(other), ...readdirSync(folder)]).toEqual(['a']);
    } finally {
      rmSync(other, { recursive: true });
    }
  },
);

test.skipIf(!existsSync('/dev/full'))(
  'a full disk is DISK_FULL and names the path [needs /dev/full]',
  async () => {
    const { diskFault } = await import('./disk-fault.ts');
    let failure: unknown;
    try {
      writeFileSync('/dev/full', 'x');
    } catch (error) {
      failure = diskFault(error, 'a/b.json');
    }
    expect(failure).toMatchObject({ kind: 'refused', code: 'DISK_FULL', details: { path: 'a/b.json' } });
  },
);

describe.skipIf(!POSIX || process.getuid?.() === 0)(
  'without permission [needs a user other than root]',
  () => {
    test('a folder that may not be written is READ_ONLY, and the old content stands', () => {
      writeFileSync(at('a'), 'old');
      chmodSync(folder, 0o500);
      expect(() => writeAtomically(at('a'), 'new')).toThrow(expect.objectContaining({ code: 'READ_ONLY' }));
      chmodSync(folder, 0o700);
      expect(readFileSync(at('a'), 'utf8')).toBe('old');
    });
  },
);

test('only Windows retries a refused rename', () => {
  expect(['EPERM', 'EACCES', 'EBUSY', 'ENOENT', undefined].map((code) => isPassing('win32', code))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(isPassing('linux', 'EPERM')).toBe(false);
});
