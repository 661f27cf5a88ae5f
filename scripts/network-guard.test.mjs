import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// Reserved for documentation (RFC 5737, RFC 3849, RFC 2606): nothing answers there, even without the guard.
const ADDRESS = '203.0.113.1';
const NAME = 'spec-kitty.invalid';

const guard = fileURLToPath(new URL('network-guard.cjs', import.meta.url));
let folder;
let reportFile;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'network guard '));
  reportFile = path.join(folder, 'report.txt');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a program under the guard and returns what it printed and what the guard recorded. */
async function guarded(program, { allow = '', args = [] } = {}) {
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require=${JSON.stringify(guard)}`,
    SPEC_KITTY_NETWORK_REPORT: reportFile,
    SPEC_KITTY_NETWORK_ALLOW: allow,
  };
  const printed = await run(['--input-type=module', '-e', program, ...args], env);
  return { printed, recorded: recorded() };
}

function run(args, env) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
  });
}

function recorded() {
  try {
    return readFileSync(reportFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' by ')[0]);
  } catch {
    return []; // The guard makes the file when it has something to say.
  }
}

const onError = `(error) => console.log(error.code, error.message)`;

test.each([
  [
    'net',
    `import net from 'node:net'; net.connect(80, '${ADDRESS}').on('error', ${onError});`,
    `connect ${ADDRESS}:80`,
  ],
  [
    'a named import of net',
    `import { createConnection } from 'node:net'; createConnection({ host: '${ADDRESS}', port: 80 }).on('error', ${onError});`,
    `connect ${ADDRESS}:80`,
  ],
  [
    'a socket',
    `import net from 'node:net'; new net.Socket().connect(80, '${NAME}').on('error', ${onError});`,
    `connect ${NAME}:80`,
  ],
  [
    'tls',
    `import tls from 'node:tls'; tls.connect(443, '${ADDRESS}').on('error', ${onError});`,
    `connect ${ADDRESS}:443`,
  ],
  [
    'http',
    `import http from 'node:http'; http.get('http://${ADDRESS}/').on('error', ${onError});`,
    `connect ${ADDRESS}:80`,
  ],
  [
    'fetch',
    `await fetch('http://${ADDRESS}/').catch((error) => (${onError})(error.cause));`,
    `connect ${ADDRESS}:80`,
  ],
  [
    'IPv6',
    `import net from 'node:net'; net.connect(80, '2001:db8::1').on('error', ${onError});`,
    'connect 2001:db8::1:80',
  ],
  [
    'a datagram',
    `import dgram from 'node:dgram'; const s = dgram.createSocket('udp4'); s.send('x', 9, '${ADDRESS}', (error) => { (${onError})(error); s.close(); });`,
    `send ${ADDRESS}`,
  ],
  ['dns.lookup', `import { lookup } from 'node:dns'; lookup('${NAME}', ${onError});`, `lookup ${NAME}`],
  [
    'dns.promises',
    `import { resolve4 } from 'node:dns/promises'; await resolve4('${NAME}').catch(${onError});`,
    `resolve4 ${NAME}`,
  ],
  [
    'a resolver',
    `import { Resolver } from 'node:dns'; new Resolver().resolveTxt('${NAME}', ${onError});`,
    `resolveTxt ${NAME}`,
  ],
])('refuses and records %s', async (_, program, attempt) => {
  const { printed, recorded: lines } = await guarded(program);
  expect(printed).toMatch(/^ENETUNREACH The network guard refused/);
  expect(lines).toEqual([attempt]);
});

describe('children', () => {
  const inner = `process.getBuiltinModule('net').connect(80, '${ADDRESS}').on('error', () => {})`;

  test.each(['spawnSync', 'execFileSync', 'execFile'])(
    'of %s stay guarded with an environment of their own',
    async (name) => {
      const { recorded: lines } = await guarded(
        `import childProcess from 'node:child_process';
       childProcess.${name}(process.execPath, ['-e', process.argv[1]], { env: { NODE_OPTIONS: '--no-warnings' } });`,
        { args: [inner] },
      );
      expect(lines).toEqual([`connect ${ADDRESS}:80`]);
    },
  );

  test('that are worker threads stay guarded', async () => {
    const { recorded: lines } = await guarded(
      `import { Worker } from 'node:worker_threads';
       const file = new URL('data:text/javascript,' + encodeURIComponent(process.argv[1]));
       new Worker(file);`,
      { args: [inner] },
    );
    expect(lines).toEqual([`connect ${ADDRESS}:80`]);
  });
});

test('lets loopback and pipes through', async () => {
  const { printed, recorded: lines } = await guarded(
    `import net from 'node:net';
     const pipe = process.platform === 'win32' ? String.raw\`\\\\.\\pipe\\guard-\${process.pid}\` : process.argv[1];
     const reach = (listenOn, host) => new Promise((resolve, reject) => {
       const server = net.createServer((socket) => socket.end()).listen(...listenOn, () => {
         const address = server.address();
         const socket = typeof address === 'string' ? net.connect(address) : net.connect({ port: address.port, host });
         socket.on('error', reject).on('connect', () => { socket.destroy(); server.close(resolve); });
       });
     });
     await reach([0, '127.0.0.1'], '127.0.0.1');
     await reach([0, '127.0.0.1'], 'localhost');
     await reach([0, '127.0.0.1']);
     await reach([pipe]);
     console.log('all reached');`,
    { args: [path.join(folder, 'socket')] },
  );
  expect(printed).toBe('all reached');
  expect(lines).toEqual([]);
});

test('a datagram socket without an address of its own may send to loopback', async () => {
  const program = `import dgram from 'node:dgram';
    const socket = dgram.createSocket('udp4');
    socket.on('error', ${onError});
    socket.send('x', 9, '127.0.0.1', () => socket.close());`;
  expect(await guarded(program)).toEqual({ printed: '', recorded: [] });
});

test('lets an allowed host through, and only that one', async () => {
  // Names below .invalid never resolve, so the answer shows whether the guard or the resolver gave it.
  const { printed, recorded: lines } = await guarded(
    `import { lookup } from 'node:dns/promises';
     for (const name of ['${NAME}', 'other.invalid']) await lookup(name).catch((error) => console.log(name, error.code !== 'ENETUNREACH'));`,
    { allow: NAME },
  );
  expect(printed.split('\n')).toEqual([`${NAME} true`, 'other.invalid false']);
  expect(lines).toEqual(['lookup other.invalid']);
});

test('does nothing without a report file', async () => {
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require=${JSON.stringify(guard)}`,
    SPEC_KITTY_NETWORK_REPORT: '',
  };
  const printed = await run(['-p', 'require("net").Socket.prototype.connect.name'], env);
  expect(printed).toBe('');
});
