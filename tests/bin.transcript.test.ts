import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../packages/cli', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-bin-'));
  cpSync(path.join(CLI, 'bin'), path.join(folder, 'bin'), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "version": "1.2.3", "type": "module" }');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a build beside the program, which is the body of `main(argv)`. */
function withBuild(body: string): void {
  mkdirSync(path.join(folder, 'dist'));
  writeFileSync(path.join(folder, 'dist', 'main.cjs'), `exports.main = async (argv) => { ${body} };`);
}

function specKitty(args: readonly string[], nodeArgs: readonly string[] = []): string {
  const bin = path.join(folder, 'bin', 'spec-kitty.cjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [...nodeArgs, bin, ...args], {
    encoding: 'utf8',
  });
  const lines = [...shown('', stdout), ...shown('stderr: ', stderr)];
  return [['$ spec-kitty', ...args].join(' '), ...lines, `[exit ${status}]`].join('\n');
}

function shown(prefix: string, text: string): string[] {
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => `${prefix}${line}`);
}

/** Makes Node call itself by another version. */
function pretending(version: string): string[] {
  const file = path.join(folder, 'pretend.cjs');
  writeFileSync(file, `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`);
  return ['--require', file];
}

test('tells its version without loading the program', () => {
  withBuild('console.log("loaded")');
  expect(specKitty(['--version'])).toMatchInlineSnapshot(`
    "$ spec-kitty --version
    1.2.3
    [exit 0]"
  `);
  expect(specKitty(['-V'])).toMatchInlineSnapshot(`
    "$ spec-kitty -V
    1.2.3
    [exit 0]"
  `);
});

test('tells its version as a document where that is asked for', () => {
  withBuild('console.log("loaded")');
  for (const line of [
    ['--version', '--json'],
    ['--json', '-V'],
  ])
    expect(specKitty(line)).toMatch(/\n\{\n {2}"version": "1\.2\.3"\n\}\n\[exit 0\]$/);
});

test('tells its version on any Node and in any checkout', () => {
  expect(specKitty(['--version'], pretending('16.0.0'))).toMatchInlineSnapshot(`
    "$ spec-kitty --version
    1.2.3
    [exit 0]"
  `);
});

test('hands everything else to the program', () => {
  withBuild('console.log(argv); process.exitCode = 3;');
  expect(specKitty(['status', '--version'])).toMatchInlineSnapshot(`
    "$ spec-kitty status --version
    [ 'status', '--version' ]
    [exit 3]"
  `);
  expect(specKitty([])).toMatchInlineSnapshot(`
    "$ spec-kitty
    []
    [exit 3]"
  `);
});

test('says what is missing in a checkout without a build', () => {
  expect(specKitty(['status'])).toMatchInlineSnapshot(`
    "$ spec-kitty status
    stderr: This is a checkout without a build: run \`npm run build\` first.
    [exit 70]"
  `);
});

test.each(['18.20.4', '20.18.9'])('refuses Node %s', (version) => {
  withBuild('console.log("loaded")');
  expect(specKitty(['status'], pretending(version)).replace(version, 'OLD')).toMatchInlineSnapshot(`
    "$ spec-kitty status
    stderr: spec-kitty needs Node 20.19 or newer; this is OLD.
    [exit 1]"
  `);
});

test.each(['20.19.0', '22.0.0'])('accepts Node %s', (version) => {
  withBuild('console.log("loaded")');
  expect(specKitty(['status'], pretending(version))).toContain('loaded');
});

test('a program that fails by a bug ends with 70', () => {
  withBuild('const bug = new Error("bug"); bug.stack = "Error: bug"; throw bug;');
  expect(specKitty(['status'])).toMatchInlineSnapshot(`
    "$ spec-kitty status
    stderr: Error: bug
    [exit 70]"
  `);
});
