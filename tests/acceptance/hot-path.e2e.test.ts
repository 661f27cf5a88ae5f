import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileSessionStore } from '@spec-kitty/local/session/file-session-store';
import { writeCurrentServer } from '@spec-kitty/local/session/current-server';
import { exampleSession } from '@spec-kitty/testkit/oauth/example-session';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/bin/spec-kitty.cjs', import.meta.url));
const ISSUER = 'https://teamspace.example';

/** Writes, at the end of a process, how often it called a function that stretches a password, and what it opened. */
const COUNTER = `
const crypto = require('node:crypto');
const fs = require('node:fs');
let stretched = 0;
const opened = [];
for (const name of ['scrypt', 'scryptSync', 'pbkdf2', 'pbkdf2Sync', 'argon2', 'argon2Sync']) {
  const original = crypto[name];
  if (original) crypto[name] = (...args) => { stretched += 1; return original(...args); };
}
for (const name of ['openSync', 'readFileSync', 'statSync', 'lstatSync', 'existsSync']) {
  const original = fs[name];
  fs[name] = (...args) => { if (String(args[0]).includes('auth')) opened.push(String(args[0])); return original(...args); };
}
require('node:module').syncBuiltinESMExports();
process.on('exit', () => fs.appendFileSync(process.env.COUNT_REPORT, JSON.stringify({ stretched, opened }) + '\\n'));
`;

let base = '';
let home = '';
const file = (name: string) => path.join(base, name);

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'hot-path-'));
  home = file('home');
  writeFileSync(file('count.cjs'), COUNTER);
  store().login(exampleSession(ISSUER, 'ada'));
  writeCurrentServer(path.join(home, 'auth'), ISSUER);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function store(): FileSessionStore {
  return new FileSessionStore(path.join(home, 'auth'), ISSUER, () => Date.now());
}

interface Count {
  readonly stretched: number;
  readonly opened: readonly string[];
}

/** Runs a program so often, and gives what each of the processes counted. */
function count(times: number, ...args: string[]): readonly Count[] {
  const env = {
    ...process.env,
    SPEC_KITTY_HOME: home,
    COUNT_REPORT: file('report'),
    NODE_OPTIONS: `--require=${JSON.stringify(file('count.cjs'))}`,
  };
  for (let turn = 0; turn < times; turn += 1) {
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: base, env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }
  const lines = readFileSync(file('report'), 'utf8').trim().split('\n');
  rmSync(file('report'));
  return lines.map((line) => JSON.parse(line) as Count);
}

const total = (counts: readonly Count[]) => counts.reduce((sum, { stretched }) => sum + stretched, 0);

test('H-01: 20 short processes that read the session stretch no password, where a store with a password did 20 times', () => {
  writeFileSync(
    file('baseline.cjs'),
    `require('node:crypto').scryptSync('host:0', 'sixteen bytes...', 32, { N: 16384, r: 8, p: 1 });`,
  );
  expect(total(count(20, file('baseline.cjs')))).toBe(20);
  const counts = count(20, PROGRAM, 'auth', 'status', '--json');
  expect([counts.length, total(counts)]).toEqual([20, 0]);
  // They have read it: a process that does not look at it would say nothing here.
  for (const { opened } of counts)
    expect(opened.filter((name) => name.endsWith('session.json')).length).toBeGreaterThan(0);
});

test.each([['--help'], ['--version']])('H-02: %s does not touch the session', (option) => {
  const [one] = count(1, PROGRAM, option);
  expect(one?.opened.filter((name) => name.startsWith(home))).toEqual([]);
});

test('H-04: a session that is ended, replaced or gone is so at once for the next process', () => {
  const status = () => {
    const env = { ...process.env, SPEC_KITTY_HOME: home };
    const options = { cwd: base, env, encoding: 'utf8' } as const;
    return JSON.parse(
      spawnSync(process.execPath, [PROGRAM, 'auth', 'status', '--json'], options).stdout,
    ) as object;
  };
  const told = (): string => JSON.stringify(status());
  expect(told()).toContain('ada@example.org');
  store().login(exampleSession(ISSUER, 'bob'));
  expect(told()).toContain('bob@example.org');
  store().logout('user_logout');
  expect(told()).not.toContain('bob@example.org');
  store().login(exampleSession(ISSUER, 'eve'));
  rmSync(path.join(store().folder, 'session.json'));
  expect(told()).not.toContain('eve@example.org');
});

test('H-07: there is nothing beside the session that a refresh or a replay could take for it', () => {
  execFileSync(process.execPath, [PROGRAM, 'auth', 'status', '--json'], {
    cwd: base,
    env: { ...process.env, SPEC_KITTY_HOME: home },
  });
  expect(readdirSync(store().folder).toSorted()).toEqual(['session.json', 'state.json']);
  expect(existsSync(path.join(home, 'cache'))).toBe(false);
});
