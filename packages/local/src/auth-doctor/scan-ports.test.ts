import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { listeningSockets, parseLsof, parsePs } from './listener-processes.ts';
import { scanPorts } from './scan-ports.ts';

let base: string;
let root: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'scan-ports-'));
  root = path.join(base, 'auth');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const scan = (port: number) => scanPorts({ root, env: process.env, ports: { from: port, before: port + 1 } });

async function listening(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A process that looks and answers as the predecessor's daemon does, except that it is Node's. */
async function aDaemon(...markers: readonly string[]): Promise<{ port: number; pid: number }> {
  const code = `
    const health = { protocol_version: 1, package_version: '3.1.0', daemon_family: 'sync', token: 'token-canary' };
    const server = require('node:http').createServer((request, response) => response.end(JSON.stringify(health)));
    server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));`;
  const child = spawn(
    process.execPath,
    ['-e', code, '--', '-c', 'run_sync_daemon(9400, "token-canary")', ...markers],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return { port: Number(String(said)), pid: child.pid ?? 0 };
}

const NO_PROC = process.platform === 'linux' ? '' : ' [skipped: Linux only]';

test('nobody there is nobody found', async () => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await scan(port)).toEqual({ orphans: [], recorded: null, isComplete: true });
});

test('O-08: fifty listeners that never answer are given up together, and are nobody’s daemons', async () => {
  const silent = Array.from({ length: 50 }, (_, at) => ({
    port: 9400 + at,
    server: createServer(() => undefined),
  }));
  // One that is taken has a listener already.
  const taken = (error: NodeJS.ErrnoException) => expect(error.code).toBe('EADDRINUSE');
  await Promise.all(silent.map(({ port, server }) => listening(server, port).catch(taken)));
  const begunMs = performance.now();
  const found = await scanPorts({ root, env: process.env });
  // Its own deadline is a second; one after the other, fifty answers would have been waited for for half a minute.
  expect(performance.now() - begunMs).toBeLessThan(3000);
  expect(found.orphans).toEqual([]);
});

test('another program that answers is not shown', async () => {
  const server = createHttpServer((_, response) => response.end('{"status":"ok"}'));
  expect((await scan(await listening(server))).orphans).toEqual([]);
});

test.skipIf(NO_PROC !== '')(
  `a daemon that nobody recorded is an orphan, by its process and words${NO_PROC}`,
  async () => {
    const { port, pid } = await aDaemon(`--spec-kitty-daemon-root=${base}`);
    const { orphans, isComplete } = await scan(port);
    expect(orphans).toMatchObject([
      {
        port,
        pid,
        package_version: '3.1.0',
        daemon_root: base,
        cleanup_class: 'safe_auto',
        spawn_shape_ok: true,
      },
    ]);
    expect(isComplete).toBe(true);
    expect(JSON.stringify(orphans)).not.toContain('canary');
  },
);

test.skipIf(NO_PROC !== '')(`the recorded one is none, and is found by its record${NO_PROC}`, async () => {
  const { port, pid } = await aDaemon();
  const record = path.join(base, 'sync-daemon');
  writeFileSync(record, `http://127.0.0.1:${port}\n${port}\ntoken-canary\n${pid}\n`);
  const found = await scan(port);
  expect(found).toMatchObject({ orphans: [], recorded: { port, pid, found: { package_version: '3.1.0' } } });
  expect(JSON.stringify(found)).not.toContain('canary');
  writeFileSync(record, `http://127.0.0.1:${port}\n${port}\ntoken-canary\n1\n`);
  expect(await scan(port)).toMatchObject({ orphans: [{ port }], recorded: { pid: 1, found: null } });
  writeFileSync(record, 'no record');
  expect(await scan(port)).toMatchObject({ recorded: null });
});

test('sockets that listen are read out of the tables of Linux', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:24B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
    '   1: 0100007F:24B9 00000000:0000 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1',
    '   2: 00000000000000000000000001000000:24BA 0:0 0A 0:0 00:0 0 1000 0 4713 1',
    '   3: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1',
  ].join('\n');
  expect(listeningSockets(table, new Set([9400, 9401, 9402]))).toEqual([
    ['socket:[4711]', 9400],
    ['socket:[4713]', 9402],
  ]);
});

test('what lsof and ps print is read', () => {
  const found = parseLsof(
    'p71\nf4\nn127.0.0.1:9400\nf5\nn[::1]:9401\np72\nf3\nn*:9402\nf4\nn127.0.0.1:9400\n',
  );
  expect([...found]).toEqual([
    [9400, 71],
    [9401, 71],
    [9402, 72],
  ]);
  const ps =
    '   71 /usr/bin/python3 -c import x; run_sync_daemon(9400) --spec-kitty-daemon-root=/home/ada\n  172 nginx\n';
  expect(parsePs(ps, 71)).toEqual([
    '/usr/bin/python3',
    '-c',
    'import x; run_sync_daemon(9400)',
    '--spec-kitty-daemon-root=/home/ada',
  ]);
  expect(parsePs(ps, 172)).toEqual(['nginx']);
  expect(parsePs(ps, 7)).toBeNull();
});
