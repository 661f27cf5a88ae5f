import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));

/** Prints the base name of every file and built-in that a program requires, in order, when it ends. */
const LIST = `
const Module = require('node:module');
const path = require('node:path');
const load = Module._load;
const seen = new Set();
Module._load = function (request, parent, isMain) {
  const name = Module._resolveFilename(request, parent, isMain);
  seen.add(path.isAbsolute(name) ? path.basename(name) : name.replace(/^node:/, ''));
  return load.apply(this, arguments);
};
process.on('exit', () => process.stderr.write(JSON.stringify([...seen])));
`;

let root = '';

beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'spec-kitty-modules-'));
  writeFileSync(path.join(root, 'list.cjs'), LIST);
  execFileSync('git', ['init', '--quiet', root]);
  const mission = path.join(root, 'kitty-specs', 'pay-01KE6Z2V');
  mkdirSync(mission, { recursive: true });
  const meta = {
    mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
    mission_slug: 'pay-01KE6Z2V',
    target_branch: 'main',
  };
  writeFileSync(path.join(mission, 'meta.json'), JSON.stringify(meta));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function loadedBy(...args: string[]): readonly string[] {
  const list = path.join(root, 'list.cjs');
  const script = `const { spawnSync } = require('node:child_process');
    const run = spawnSync(process.execPath, ['--require', ${JSON.stringify(list)}, ...process.argv.slice(1)], { encoding: 'utf8' });
    process.stdout.write(run.stderr);`;
  const env = { ...process.env, NODE_OPTIONS: '' };
  const options = { cwd: root, env, encoding: 'utf8' } as const;
  const names: readonly string[] = JSON.parse(
    execFileSync(process.execPath, ['-e', script, program, ...args], options),
  );
  // Only Node 20 is given a flag.
  return names.filter((name) => name !== 'v8');
}

// These lists may shrink. Whatever makes one longer makes every start slower.
test('--version loads nothing of the product', () => {
  expect(loadedBy('--version')).toEqual(['spec-kitty.cjs', 'fs', 'path', 'package.json']);
});

test('--help loads the command tree and no command', () => {
  expect(loadedBy('--help')).toMatchInlineSnapshot(`
    [
      "spec-kitty.cjs",
      "fs",
      "path",
    ]
  `);
});

test('status of an empty mission loads the kernel, and neither Git nor locks', () => {
  expect(loadedBy('status')).toMatchInlineSnapshot(`
    [
      "spec-kitty.cjs",
      "fs",
      "path",
      "run-compiled.cjs",
      "module",
      "vm",
      "main.cjs",
      "rolldown-runtime.cjs",
      "start.cjs",
      "build.cjs",
      "load-routes.cjs",
      "status.command.cjs",
      "flags.cjs",
      "status.cjs",
      "mission-board.cjs",
      "kernel.cjs",
      "buffer",
      "held-too-long.cjs",
      "work.cjs",
      "table.cjs",
      "all-missions.cjs",
      "planning.cjs",
      "open-resolutions.cjs",
    ]
  `);
});

test('review guard loads TypeScript where there is something to examine, and nothing else does', () => {
  // That is refused, on stdout.
  const nothing = loadedBy('review', 'guard', '--json');
  expect(nothing).toContain('guard.cjs');
  expect(nothing).not.toContain('typescript.js');
  for (const file of ['src/auth/sign-in.ts', 'node_modules/typescript/package.json']) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), file.endsWith('.json') ? '{"main": "typescript.js"}' : '');
  }
  const stub = 'exports.version = "1";';
  writeFileSync(path.join(root, 'node_modules/typescript/typescript.js'), stub);
  // So is that.
  expect(loadedBy('review', 'guard', '--json')).toContain('typescript.js');
  for (const others of [['--help'], ['status'], ['review', '--help'], ['review', 'guard', '--help']])
    expect(loadedBy(...others)).not.toContain('guard.cjs');
});
