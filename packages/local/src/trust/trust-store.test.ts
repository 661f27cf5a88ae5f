import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../clock/system-clock.ts';
import { openLock } from '../lock/open-lock.ts';
import { notPrivate } from './private-file.ts';
import { TrustStore, trustDigest } from './trust-store.ts';

let base: string;
let one: string;
let two: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'trust-')));
  one = path.join(base, 'one', '.git');
  two = path.join(base, 'two', '.git');
  mkdirSync(one, { recursive: true });
  mkdirSync(two, { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const open = () =>
  new TrustStore({
    folder: path.join(base, 'state'),
    clock: new SystemClock(() => 1_767_607_200_000),
    lock: async () => openLock({ folder: path.join(base, 'state', 'locks') }),
  });
const command = { kind: 'validation.command', value: ['npm', 'test'] };

test('nothing is trusted at first, and asking writes nothing', () => {
  expect(open().isTrusted(one, command)).toBe(false);
  expect(open().list()).toEqual([]);
  expect(() => statSync(path.join(base, 'state'))).toThrow('ENOENT');
});

test('trusts exactly what was allowed, in that repository, also from another process', async () => {
  await open().allow(one, [command]);
  expect(open().isTrusted(one, { value: ['npm', 'test'], kind: 'validation.command' })).toBe(true);
  expect(open().isTrusted(two, command)).toBe(false);
  for (const value of [['npm', 'test', '--x'], ['npm  test'], 'npm test', ['test', 'npm']]) {
    expect(open().isTrusted(one, { ...command, value })).toBe(false);
  }
  expect(open().isTrusted(one, { ...command, kind: 'workspace.setup' })).toBe(false);
});

test('knows a repository by its real path', async () => {
  symlinkSync('one', path.join(base, 'alias'));
  await open().allow(path.join(base, 'alias', '.git'), [command]);
  expect(open().list(one)).toEqual([
    {
      repository: one,
      kind: 'validation.command',
      sha256: trustDigest(command),
      trusted_at: '2026-01-05T10:00:00.000000+00:00',
    },
  ]);
});

test('takes back one item, or all of one repository', async () => {
  const setup = { kind: 'workspace.setup', value: ['npm', 'ci'] };
  await open().allow(one, [command, setup]);
  await open().allow(two, [command]);
  await open().allow(one, [command]);
  expect(open().list()).toHaveLength(3);
  await open().revoke(one, [command]);
  expect([
    open().isTrusted(one, command),
    open().isTrusted(one, setup),
    open().isTrusted(two, command),
  ]).toEqual([false, true, true]);
  await open().revoke(one);
  expect(open().list()).toMatchObject([{ repository: two }]);
});

test('simultaneous changes all count', async () => {
  const items = Array.from({ length: 10 }, (_, at) => ({ kind: 'workspace.copy', value: `file-${at}` }));
  await Promise.all(items.map((item) => open().allow(one, [item])));
  expect(items.every((item) => open().isTrusted(one, item))).toBe(true);
});

test.each([
  '',
  'no json',
  '[]',
  '{"schema_version":2,"entries":[]}',
  '{"schema_version":1,"entries":[{"sha256":1}]}',
])('a corrupt file is a fault for every method, and stays as it is: %s', async (text) => {
  await open().allow(one, [command]);
  writeFileSync(open().file, text);
  const corrupt = expect.objectContaining({ kind: 'refused', code: 'TRUST_STORE_CORRUPT' });
  expect(() => open().isTrusted(one, command)).toThrow(corrupt);
  await expect(open().allow(one, [command])).rejects.toEqual(corrupt);
  await expect(open().revoke(one)).rejects.toEqual(corrupt);
  expect(readFileSync(open().file, 'utf8')).toBe(text);
});

describe.skipIf(process.platform === 'win32')('who may have written the file [POSIX only]', () => {
  const unsafe = expect.objectContaining({ kind: 'refused', code: 'TRUST_STORE_UNSAFE' });

  test('it is created for the user alone', async () => {
    await open().allow(one, [command]);
    expect(statSync(open().file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(base, 'state')).mode & 0o777).toBe(0o700);
  });

  test.each([0o602, 0o620])('mode %o is not relied on', async (mode) => {
    await open().allow(one, [command]);
    chmodSync(open().file, mode);
    expect(() => open().isTrusted(one, command)).toThrow(unsafe);
    await expect(open().allow(one, [command])).rejects.toEqual(unsafe);
  });

  test('nor is a file in a folder that others may write to, nor a link', async () => {
    await open().allow(one, [command]);
    chmodSync(path.join(base, 'state'), 0o777);
    expect(() => open().isTrusted(one, command)).toThrow(unsafe);
    chmodSync(path.join(base, 'state'), 0o700);
    rmSync(open().file);
    symlinkSync('/dev/null', open().file);
    expect(() => open().isTrusted(one, command)).toThrow(unsafe);
  });

  test('nor is a file of another user', () => {
    expect(notPrivate({ plain: true, owner: 1000, mode: 0o600 }, 1001)).toBe('it belongs to another user');
    expect(notPrivate({ plain: true, owner: 0, mode: 0o600 }, 1001)).toBe('it belongs to another user');
    expect(notPrivate({ plain: true, owner: 1000, mode: 0o644 }, 1000)).toBeUndefined();
    expect(notPrivate({ plain: true, owner: 0, mode: 0o777 }, undefined)).toBeUndefined();
  });
});
