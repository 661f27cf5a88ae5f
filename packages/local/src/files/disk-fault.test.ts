import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendDurably } from './append-durably.ts';
import { diskFault, errorCode } from './disk-fault.ts';
import { writeAtomically } from './write-atomically.ts';

const systemError = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['EROFS', 'READ_ONLY'],
  ['EACCES', 'READ_ONLY'],
  ['EPERM', 'READ_ONLY'],
])('%s is %s and names the path', (system, code) => {
  const cause = systemError(system);
  const fault = diskFault(cause, 'some/file');
  expect(fault).toMatchObject({ kind: 'refused', code, details: { path: 'some/file' }, cause });
  expect(String(fault)).toMatch(/some\/file$/);
});

test('anything else comes back untouched', () => {
  for (const error of [systemError('EIO'), new Error('plain'), 'text'])
    expect(diskFault(error, 'x')).toBe(error);
  expect(errorCode('text')).toBeUndefined();
});

let mounted: string;
const mount = (...args: string[]) => spawnSync('mount', args).status === 0;

/** Whether this user may mount a tmpfs, tried once and undone. */
function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(path.join(tmpdir(), 'mount-'));
  const can = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe);
  if (can) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return can;
}

describe.skipIf(!mayMount())('on a real disk [needs root on Linux with mount]', () => {
  beforeEach(() => {
    mounted = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mounted);
  });
  afterEach(() => {
    spawnSync('umount', [mounted]);
    rmSync(mounted, { recursive: true });
  });
  const at = (name: string) => path.join(mounted, name);

  test('a replacement that does not fit leaves the old content and no rest', () => {
    writeFileSync(at('a'), 'old');
    expect(() => writeAtomically(at('a'), 'x'.repeat(100_000))).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }),
    );
    expect(readdirSync(mounted)).toEqual(['a']);
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
  });

  test('lines that do not fit leave no part of themselves', () => {
    appendDurably(at('log'), 'first\n');
    expect(() => appendDurably(at('log'), 'x\n'.repeat(50_000))).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }),
    );
    expect(readFileSync(at('log'), 'utf8')).toBe('first\n');
    appendDurably(at('log'), 'second\n');
    expect(readFileSync(at('log'), 'utf8')).toBe('first\nsecond\n');
  });

  test('a disk mounted read-only is READ_ONLY', () => {
    writeFileSync(at('a'), 'old');
    mount('-o', 'remount,ro', mounted);
    const readOnly = expect.objectContaining({ code: 'READ_ONLY' });
    expect(() => writeAtomically(at('a'), 'new')).toThrow(readOnly);
    expect(() => writeAtomically(at('folder/in/folder/a'), 'new')).toThrow(readOnly);
    expect(() => appendDurably(at('a'), 'new\n')).toThrow(readOnly);
    expect(() => appendDurably(at('b'), 'new\n')).toThrow(readOnly);
  });

  test('an immutable file is READ_ONLY [where the file system knows the flag]', ({ skip }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'immutable-'));
    const file = path.join(folder, 'a');
    writeFileSync(file, 'old\n');
    try {
      if (spawnSync('chattr', ['+i', file]).status !== 0) skip('chattr +i does not work here');
      const readOnly = expect.objectContaining({ code: 'READ_ONLY' });
      expect(() => writeAtomically(file, 'new')).toThrow(readOnly);
      expect(() => appendDurably(file, 'new\n')).toThrow(readOnly);
      expect(readdirSync(folder)).toEqual(['a']);
    } finally {
      spawnSync('chattr', ['-i', file]);
      rmSync(folder, { recursive: true });
    }
  });
});
