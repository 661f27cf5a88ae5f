import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Fault } from '@spec-kitty/core/fault';
import { expect, onTestFinished, test } from 'vitest';
import { openKeyFile, saveKeys } from './key-file.ts';
import { newKey } from './keyring.ts';

const NOW = '2026-01-01T00:00:00.000Z';

function keyFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'key-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'keys.json');
}

test('the first key is made for its owner alone, and read again', () => {
  const file = keyFile();
  const made = openKeyFile(file, NOW);
  expect(made.current.createdAt).toBe(NOW);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(openKeyFile(file, '2027-01-01T00:00:00.000Z').keys).toEqual(made.keys);
  expect(readdirSync(path.dirname(file))).toEqual(['keys.json']);
});

test('several keys keep their order', () => {
  const file = keyFile();
  const keys = [newKey(NOW), newKey('2025-01-01T00:00:00Z')];
  saveKeys(file, keys);
  expect(openKeyFile(file, NOW).keys).toEqual(keys);
});

test.skipIf(process.platform === 'win32')(
  'keys that others may read are not used (Windows has no such modes)',
  () => {
    const file = keyFile();
    openKeyFile(file, NOW);
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file, mode);
      expect(() => openKeyFile(file, NOW)).toThrow(expect.objectContaining({ code: 'KEYS_EXPOSED' }));
    }
  },
);

test.skipIf(process.geteuid?.() !== 0)(
  'keys of another user are told as that, and nobody is told to end sessions for it (run as root)',
  () => {
    const file = keyFile();
    openKeyFile(file, NOW);
    chmodSync(path.dirname(file), 0o711);
    process.seteuid?.(65_534);
    try {
      openKeyFile(file, NOW);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'KEYS_OF_OTHERS', details: { file, owner: 0 } });
      expect((error as Fault).message).toContain('belongs to another user (0)');
      expect((error as Fault).hints.join()).not.toContain('--end-sessions');
    } finally {
      process.seteuid?.(0);
    }
  },
);

test('what is no file of keys is refused, and left as it is', () => {
  const file = keyFile();
  openKeyFile(file, NOW);
  const good = readFileSync(file, 'utf8');
  const wrong = [
    '',
    good.slice(0, -20),
    '{"schema_version":1,"keys":[]}',
    good.replace('"schema_version": 1', '"schema_version": 2'),
    good.replace(/"secret": "...../, '"secret": "'),
    good.replace(/"created_at": "[^"]*"/, '"created_at": "yesterday"'),
  ];
  for (const text of wrong) {
    expect(text).not.toBe(good);
    writeFileSync(file, text);
    expect(() => openKeyFile(file, NOW)).toThrow(expect.objectContaining({ code: 'KEYS_UNREADABLE' }));
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});
