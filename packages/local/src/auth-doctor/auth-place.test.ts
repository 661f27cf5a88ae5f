import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authPlace, networkMount } from './auth-place.ts';
import { readRepositoryEnv } from './repository-env.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'auth-place-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const MOUNTS = [
  'overlay / overlay rw 0 0',
  'server:/home /home nfs4 rw 0 0',
  '/dev/sda1 /home/ada/local\\040disk ext4 rw 0 0',
  'ada@far: /mnt/far fuse.sshfs rw 0 0',
  'x /mnt/twice cifs rw 0 0',
  'tmpfs /mnt/twice tmpfs rw 0 0',
].join('\n');

test.each([
  ['/srv/.spec-kitty', null],
  ['/home/ada/.spec-kitty', 'nfs4'],
  ['/home', 'nfs4'],
  ['/homes/ada', null],
  ['/home/ada/local disk/x', null],
  ['/mnt/far/x', 'fuse.sshfs'],
  ['/mnt/twice/x', null],
])('R-01: F-015, %s is on %s', (file, kind) => {
  expect(networkMount(MOUNTS, file)).toBe(kind);
});

test('a folder that is not there yet is judged by where it would be made, and is not made', () => {
  const found = authPlace(path.join(base, 'a/b/c'));
  expect(found).toMatchObject({ path: base, isWritable: true, freeBytes: expect.any(Number) });
  expect(found.freeBytes).toBeGreaterThan(0);
});

test('F-018: the file of the repository around is read, up to its root or to the person’s own folder', () => {
  const shop = path.join(base, 'shop');
  mkdirSync(path.join(shop, 'src/deep'), { recursive: true });
  mkdirSync(path.join(shop, '.kittify'));
  mkdirSync(path.join(base, '.kittify'));
  const file = path.join(shop, '.kittify/.kitty.env');
  writeFileSync(path.join(base, '.kittify/.kitty.env'), 'HOME=/own\n');
  expect(readRepositoryEnv(path.join(shop, 'src/deep'), base)).toBeNull();
  writeFileSync(file, 'BROWSER=x\n');
  expect(readRepositoryEnv(path.join(shop, 'src/deep'), base)).toEqual({ path: file, blocked: ['BROWSER'] });
  mkdirSync(path.join(shop, 'src/.git'));
  expect(readRepositoryEnv(path.join(shop, 'src/deep'), undefined)).toBeNull();
  rmSync(file);
  mkdirSync(file);
  expect(readRepositoryEnv(shop, base)).toBeNull();
});
