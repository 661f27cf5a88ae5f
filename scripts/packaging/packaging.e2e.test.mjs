import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../build.mjs';
import { serveRegistry } from './local-registry.mjs';
import { npmCommand } from '../npm-command.mjs';
import { ROOT } from '../repository-root.mjs';
import { manifestOf, runtimePackages } from './runtime-packages.mjs';

const CLI = 'packages/cli';
const MAX_BYTES = 3 * 2 ** 20;
const windows = process.platform === 'win32';

const run = promisify(execFile);
const temporary = mkdtempSync(path.join(tmpdir(), 'spec-kitty-packaging-'));
const prefix = path.join(temporary, 'prefix');
const installed = path.join(prefix, ...(windows ? [] : ['lib']), 'node_modules', 'spec-kitty');

/** A machine of somebody who never saw this repository: own home, no npm settings, no proxy. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|_proxy$/i.test(name))),
  HOME: temporary,
  USERPROFILE: temporary,
  GIT_CONFIG_GLOBAL: path.join(temporary, 'gitconfig'),
  GIT_CONFIG_NOSYSTEM: '1',
  npm_config_cache: path.join(temporary, 'cache'),
  npm_config_update_notifier: 'false',
};

const npm = (...args) => {
  const [program, ...first] = npmCommand();
  return run(program, [...first, ...args], {
    cwd: temporary,
    env,
    maxBuffer: 2 ** 26,
    shell: windows && first.length === 0,
  });
};

/** Runs the installed command as its user would, found by its name. */
const specKitty = (args, cwd) =>
  windows
    ? run(process.execPath, [path.join(installed, 'bin', 'spec-kitty.cjs'), ...args], { cwd, env })
    : run(path.join(prefix, 'bin', 'spec-kitty'), args, { cwd, env });

let packed;
let registry;

beforeAll(async () => {
  await build();
  const folders = [CLI, ...runtimePackages()];
  const { stdout } = await npm(
    'pack',
    '--json',
    '--ignore-scripts',
    `--pack-destination=${temporary}`,
    ...folders.map((folder) => path.join(ROOT, folder)),
  );
  const archives = JSON.parse(stdout);
  const packages = folders.map((folder) => {
    const manifest = manifestOf(folder);
    const { filename, files } = archives.find(({ name }) => name === manifest.name);
    return { manifest, tarball: path.join(temporary, filename), files: files.map((file) => file.path) };
  });
  packed = packages[0];
  registry = await serveRegistry(packages.slice(1));
  await npm(
    'install',
    '--global',
    `--prefix=${prefix}`,
    `--registry=${registry.url}`,
    '--ignore-scripts',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    packed.tarball,
  );
});

afterAll(async () => {
  await registry?.close();
  rmSync(temporary, { recursive: true, force: true });
});

test('the package is at most 3 MB and holds nothing but the program and its papers', () => {
  expect(statSync(packed.tarball).size).toBeLessThanOrEqual(MAX_BYTES);
  const folders = [...new Set(packed.files.map((file) => file.split('/')[0]))].filter(
    (name) => name !== 'README.md',
  );
  expect(folders.toSorted()).toEqual([
    'LICENSE',
    'THIRD_PARTY_NOTICES.md',
    'bin',
    'dist',
    'package.json',
    'prompts',
  ]);
  expect(packed.files).toContain('dist/main.cjs');
});

test('the package carries the licence of the repository', () => {
  const [own, root] = [path.join(installed, 'LICENSE'), path.join(ROOT, 'LICENSE')];
  expect(readFileSync(own, 'utf8')).toBe(readFileSync(root, 'utf8'));
});

test('it has at most three run-time dependencies, and they load without install scripts', async () => {
  const dependencies = Object.keys(
    JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')).dependencies,
  );
  expect(dependencies.length).toBeLessThanOrEqual(3);
  for (const name of dependencies) {
    const { stdout } = await run(process.execPath, ['-p', `typeof require(${JSON.stringify(name)})`], {
      cwd: installed,
      env,
    });
    expect(stdout.trim()).toBe('object');
  }
});

test('development dependencies are not installed', () => {
  expect(existsSync(path.join(installed, 'node_modules', '@stricli'))).toBe(false);
});

test('the installed command tells its version', async () => {
  const { stdout } = await specKitty(['--version'], temporary);
  expect(stdout).toBe(`${packed.manifest.version}\n`);
});

test('the installed command initializes a project', async () => {
  const project = path.join(temporary, 'project');
  mkdirSync(project);
  await run('git', ['init', '--quiet', project], { env });
  await specKitty(['init', '--ai', 'claude'], project);
  expect(existsSync(path.join(project, '.kittify', 'config.yaml'))).toBe(true);
  expect(readdirSync(path.join(project, '.claude', 'commands'))).toHaveLength(12);
});

test('the installed command runs the demo', { timeout: 180_000 }, async () => {
  const { stdout } = await specKitty(['demo'], temporary);
  expect(stdout).not.toBe('');
});
