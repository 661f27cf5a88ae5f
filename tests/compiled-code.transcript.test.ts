import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../packages/cli', import.meta.url));

let folder: string;
let dist: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-compiled-'));
  dist = path.join(folder, 'dist');
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(path.join(CLI, part), path.join(folder, part), { recursive: true });
  execFileSync('git', ['init', '--quiet', path.join(folder, 'project')]);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command, and tells of each module whether V8 took what it had compiled before. */
function taken(...argv: readonly string[]): Readonly<Record<string, boolean>> {
  const script = `
    const took = {};
    require('../bin/run-compiled.cjs').runCompiled(${JSON.stringify(dist)}, (script, file) => {
      took[require('path').basename(file, '.cjs.bin')] = script.cachedDataRejected === false;
    });
    process.on('exit', () => process.stderr.write(JSON.stringify(took)));
    require('../dist/main.cjs').main(process.argv.slice(1));`;
  const { stderr } = spawnSync(process.execPath, ['-e', script, ...argv], {
    cwd: path.join(folder, 'project'),
    encoding: 'utf8',
  });
  return JSON.parse(stderr) as Readonly<Record<string, boolean>>;
}

function overview(nodeArgs: readonly string[] = []): string {
  const program = path.join(folder, 'bin', 'spec-kitty.cjs');
  return execFileSync(process.execPath, [...nodeArgs, program, 'status', '--all', '--json'], {
    cwd: path.join(folder, 'project'),
    encoding: 'utf8',
  });
}

function compiled(): readonly string[] {
  const [name = ''] = readdirSync(path.join(dist, 'compiled'));
  return readdirSync(path.join(dist, 'compiled', name)).map((file) =>
    path.join(dist, 'compiled', name, file),
  );
}

const own = compiledHere() ? '' : ' (skipped: the build was made by another Node)';

function compiledHere(): boolean {
  const name = [process.platform, process.arch, process.versions.v8].join('-');
  return readdirSync(path.join(CLI, 'dist', 'compiled')).includes(name);
}

test.skipIf(!compiledHere())(`what a build keeps compiled is what V8 takes${own}`, () => {
  expect(taken('status', '--all', '--json')).toMatchObject({
    main: true,
    kernel: true,
    'status.command': true,
  });
});

test('a program is the same without what was compiled, with what is damaged, and under other flags', () => {
  const expected = overview();
  expect(JSON.parse(expected)).toEqual({ missions: [] });
  expect(overview(['--max-old-space-size=300'])).toBe(expected);
  for (const file of compiled()) writeFileSync(file, readFileSync(file).subarray(0, 100));
  expect(overview()).toBe(expected);
  for (const file of compiled()) writeFileSync(file, 'something else');
  expect(overview()).toBe(expected);
  rmSync(path.join(dist, 'compiled'), { recursive: true });
  expect(overview()).toBe(expected);
});

test('the help that is shown without loading anything is that of the program', () => {
  const shown = (...argv: string[]): string =>
    execFileSync(process.execPath, [path.join(folder, 'bin', 'spec-kitty.cjs'), ...argv], {
      encoding: 'utf8',
    });
  const texts = [shown(), shown('help'), shown('-h'), shown('--help')];
  rmSync(path.join(dist, 'help.txt'));
  expect(new Set([...texts, shown('--help')]).size).toBe(1);
});
