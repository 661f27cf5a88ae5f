import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../build.mjs';
import { ROOT } from '../repository-root.mjs';
import { installPacked } from './install-packed.mjs';

const MAX_BYTES = 3 * 2 ** 20;
const run = promisify(execFile);

let world;
let packed;
let installed;

beforeAll(async () => {
  await build();
  world = await installPacked(['packages/cli']);
  [packed] = world.packed;
  installed = world.moduleFolder('spec-kitty');
});
afterAll(() => world?.close());

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
      env: world.env,
    });
    expect(stdout.trim()).toBe('object');
  }
});

test('development dependencies are not installed', () => {
  expect(existsSync(path.join(installed, 'node_modules', '@stricli'))).toBe(false);
});

test('the installed command tells its version', async () => {
  const { stdout } = await world.specKitty(['--version'], world.folder);
  expect(stdout).toBe(`${packed.manifest.version}\n`);
});

test('the installed command initializes a project', async () => {
  const project = path.join(world.folder, 'project');
  mkdirSync(project);
  await run('git', ['init', '--quiet', project], { env: world.env });
  await world.specKitty(['init', '--ai', 'claude'], project);
  expect(existsSync(path.join(project, '.kittify', 'config.yaml'))).toBe(true);
  expect(readdirSync(path.join(project, '.claude', 'commands'))).toHaveLength(12);
});

test('the installed command runs the demo', { timeout: 180_000 }, async () => {
  const { stdout } = await world.specKitty(['demo'], world.folder);
  expect(stdout).not.toBe('');
});
