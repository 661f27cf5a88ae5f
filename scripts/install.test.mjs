import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installWhenStale } from './install.mjs';

// The only dependency lies inside the project, so that nothing is fetched.
const PROJECT = { name: 'project', dependencies: { near: 'file:near' } };

let folder;

beforeEach(() => {
  vi.stubEnv('npm_config_loglevel', 'silent');
  folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-install-'));
  mkdirSync(path.join(folder, 'near'));
  write('near/package.json', { name: 'near', version: '1.0.0' });
  write('package.json', PROJECT);
  write('package-lock.json', {
    name: PROJECT.name,
    lockfileVersion: 3,
    packages: {
      '': PROJECT,
      near: { version: '1.0.0' },
      'node_modules/near': { resolved: 'near', link: true },
    },
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const write = (name, value) => writeFileSync(path.join(folder, name), JSON.stringify(value));
const isInstalled = () => existsSync(path.join(folder, 'node_modules', 'near'));
const remove = () => rmSync(path.join(folder, 'node_modules', 'near'), { recursive: true });

test('installs once per lock file', () => {
  installWhenStale(folder);
  expect(isInstalled()).toBe(true);

  remove();
  installWhenStale(folder);
  expect(isInstalled()).toBe(false);

  appendFileSync(path.join(folder, 'package-lock.json'), '\n');
  installWhenStale(folder);
  expect(isInstalled()).toBe(true);

  remove();
  installWhenStale(folder, { force: true });
  expect(isInstalled()).toBe(true);
});

test('a failed installation is an error and is tried again', () => {
  write('package.json', { ...PROJECT, scripts: { preinstall: 'exit 1' } });
  expect(() => installWhenStale(folder)).toThrow('npm ci');
  expect(() => installWhenStale(folder)).toThrow('npm ci');
});
