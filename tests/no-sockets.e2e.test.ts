import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BAD_INPUT_ROWS, type BadInputRow } from '../packages/cli/src/testing/bad-input-rows.ts';
import { argvOf } from '../packages/cli/src/testing/bad-input-suite.ts';
import { BadInputWorld } from '../packages/cli/src/testing/bad-input-world.ts';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));
const RECORDER = fileURLToPath(new URL('socket-recorder.cjs', import.meta.url));

const INITIALIZE = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
};

const worlds = {} as Record<BadInputRow['stage'], BadInputWorld>;
/** Beside the worlds, which are put back only where a command has changed something. */
const folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-sockets-'));

beforeAll(async () => {
  worlds.open = await BadInputWorld.at('open');
  worlds.approved = await BadInputWorld.at('approved');
});
afterAll(() => {
  for (const { mission } of Object.values(worlds)) mission.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the built program in the prepared repository, and its children with it, and returns what they tried. */
function attemptsOf(row: BadInputRow, { misdeed = '', input = '' } = {}) {
  const world = worlds[row.stage];
  world.prepare('nothing', () => undefined);
  const { root, env } = world.mission.repository;
  const report = path.join(folder, 'sockets.txt');
  const preload = path.join(folder, 'preload.cjs');
  rmSync(report, { force: true });
  writeFileSync(preload, misdeed);
  const NODE_OPTIONS = [RECORDER, preload].map((file) => `--require=${JSON.stringify(file)}`).join(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argvOf(row, 'pay')], {
    cwd: root,
    env: { ...env, NODE_OPTIONS, SOCKET_REPORT: report },
    encoding: 'utf8',
    input,
  });
  const attempts = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [];
  return { exitCode: status, stdout, stderr, attempts };
}

/** Looks who listens on the ports of daemons; its sockets have a test of their own. */
const SCANS: ReadonlySet<string> = new Set(['auth doctor']);

test.for<BadInputRow>(BAD_INPUT_ROWS.filter(({ name }) => !SCANS.has(name)))(
  '$name opens no socket',
  (row) => {
    const exitCode = row.usual === undefined || row.usual === 'ok' ? 0 : 1;
    expect(attemptsOf(row)).toMatchObject({ exitCode, attempts: [] });
  },
);

test('R-04: auth doctor tries the ports of daemons on this machine, each once, and nothing else', () => {
  const row = BAD_INPUT_ROWS.find(({ name }) => name === 'auth doctor');
  if (!row) throw new Error('There is no row for it.');
  const { exitCode, attempts } = attemptsOf(row);
  expect(exitCode).toBe(1);
  const tried = attempts.map((line) => line.split(' by ')[0]);
  const ports = Array.from({ length: 50 }, (_, at) => `net.connect 127.0.0.1:${9400 + at}`);
  expect(new Set(tried)).toEqual(new Set(ports));
  expect(tried).toHaveLength(ports.length);
});

test('mcp opens no socket while it answers a call', () => {
  const row = { name: 'mcp', line: 'mcp', stage: 'open', reads: true } as const;
  const repository = worlds.open.mission.repository.root;
  const messages = [
    { id: 1, method: 'initialize', params: INITIALIZE },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'next', arguments: { repository, agent: 'ada' } } },
  ];
  const input = messages.map((one) => `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`).join('');
  const run = attemptsOf(row, { input });
  expect(run).toMatchObject({ exitCode: 0, attempts: [] });
  expect(run.stdout).toContain('WP01');
});

test.each([
  ['net.connect', `require('node:net').connect(9, '127.0.0.1').on('error', () => undefined)`],
  ['net.listen', `require('node:net').createServer().listen(0, '127.0.0.1').unref()`],
  ['net.connect', `fetch('http://127.0.0.1:65000/').catch(() => undefined)`],
  ['net.connect', `require('node:tls').connect(9, '127.0.0.1').on('error', () => undefined)`],
  ['dgram.send', `require('node:dgram').createSocket('udp4').unref().send('x', 9, '127.0.0.1')`],
  ['dns.lookup', `require('node:dns').lookup('localhost', () => undefined)`],
])('a command that does is noticed: %s', (what, statement) => {
  const row = BAD_INPUT_ROWS.find(({ name }) => name === 'status');
  const misdeed = `process.once('beforeExit', () => { ${statement}; });`;
  expect(row && attemptsOf(row, { misdeed }).attempts.join('\n')).toContain(what);
});
