import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { LOGIN_LIMITS } from '@spec-kitty/core/login/login-limits';
import type { CallbackListener } from '@spec-kitty/core/ports/session/callback-listener';
import { Secret } from '@spec-kitty/core/session/secret';
import { afterEach, expect, test, vi } from 'vitest';
import { listenForCallback } from './callback-server.ts';
import { loginSecrets } from './login-secrets.ts';

const ISSUER = 'https://team.example';
const STATE = new Secret('s-1');

const servers: Server[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

function wait(listener: CallbackListener, withinMs = 10_000) {
  return listener.wait(STATE, ISSUER, withinMs);
}

/** Sends bytes as they are, as no client would. */
function send(uri: string, request: string): Promise<string> {
  const { port } = new URL(uri);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (part) => (answer += String(part)));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function get(uri: string, target: string, { method = 'GET', host = new URL(uri).host, more = '' } = {}) {
  const start = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`;
  return send(uri, `${start}${more}\r\n`);
}

function reaches(host: string, port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => resolve(true)).on('error', () => resolve(false));
    setTimeout(() => resolve(false), 2000).unref();
    socket.on('connect', () => socket.destroy());
  });
}

/** Addresses on which anybody listens at a port, as Linux writes them. */
function listening(port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '0A' && local.endsWith(`:${wanted}`))
      .map(([, local = '']) => local.slice(0, local.indexOf(':'))),
  );
}

async function occupy(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  const isMine = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, host, () => resolve(true));
  });
  if (isMine) servers.push(server);
  return isMine;
}

test('A-03: with the preferred ports taken it is any other, and on 127.0.0.1 alone', async () => {
  for (let port = 28_888; port <= 28_898; port += 1) await occupy(port);
  const listener = await listenForCallback();
  const { hostname, port } = new URL(listener.redirectUri);
  expect(hostname).toBe('127.0.0.1');
  expect(Number(port) < 28_888 || Number(port) > 28_898).toBe(true);
  expect(await reaches('127.0.0.1', port)).toBe(true);
  expect(await reaches('::1', port)).toBe(false);
  // What another machine would reach is looked up, not tried: tests connect to this one alone.
  if (process.platform === 'linux') expect(listening(Number(port))).toEqual(['0100007F']);
  await wait(listener, 1);
});

test('X-08: the port is held from before its address is told; who listens beside it at ::1 gets nothing', async () => {
  const listener = await listenForCallback();
  const { port } = new URL(listener.redirectUri);
  expect(await occupy(Number(port))).toBe(false);
  const seen: string[] = [];
  const squatter = createServer((request) => void seen.push(request.url ?? ''));
  servers.push(squatter);
  await new Promise<void>((resolve) =>
    squatter.once('error', () => resolve()).listen(Number(port), '::1', resolve),
  );
  const waiting = wait(listener);
  await get(listener.redirectUri, '/callback?code=c&state=s-1');
  expect((await waiting).kind).toBe('code');
  expect(seen).toEqual([]);
});

test('A-04: nobody answers for 300 seconds, and the port is closed', async () => {
  const listener = await listenForCallback();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let answer: unknown;
  const waiting = wait(listener, LOGIN_LIMITS.callback).then((value) => (answer = value));
  await vi.advanceTimersByTimeAsync(299_999);
  expect(answer).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  vi.useRealTimers();
  expect(await waiting).toEqual({ kind: 'none' });
  expect(await reaches('127.0.0.1', new URL(listener.redirectUri).port)).toBe(false);
});

test('A-06, X-04, X-05: what is not the answer gets a 4xx without a word of it, and the wait goes on', async () => {
  const listener = await listenForCallback();
  const waiting = wait(listener);
  const uri = listener.redirectUri;
  const evil = '%3Cscript%3Ealert(1)%3C/script%3E';
  for (const [target, options, status] of [
    [`/callback?code=${evil}&state=${evil}`, {}, 400],
    ['/callback', {}, 400],
    ['/callback?state=s-1', {}, 400],
    [`/${evil}`, {}, 404],
    ['/callback?code=c&state=s-1', { method: 'POST', more: 'Content-Length: 0\r\n' }, 405],
    ['/callback?code=c&state=s-1', { method: 'OPTIONS', more: 'Origin: https://evil.example\r\n' }, 405],
    ['/callback?code=c&state=s-1', { host: 'evil.example' }, 403],
    [`/callback?code=c&state=s-1&x=${'x'.repeat(20_000)}`, {}, 431],
  ] as const) {
    const answer = await get(uri, target, options);
    expect([target.slice(0, 40), answer.split(' ')[1]]).toEqual([target.slice(0, 40), String(status)]);
    expect(answer).not.toMatch(/script|evil/);
  }
  expect(await send(uri, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  await get(uri, '/callback?code=c-1&state=s-1');
  expect(await waiting).toMatchObject({ kind: 'code' });
});

test('X-06, X-07: no page may read an answer, keep it, or pass its address on', async () => {
  const listener = await listenForCallback();
  const waiting = wait(listener);
  const answer = await get(listener.redirectUri, '/callback?code=c-1&state=s-1', {
    more: 'Origin: https://evil.example\r\n',
  });
  await waiting;
  expect(answer).toMatch(/^HTTP\/1.1 200/);
  expect(answer).not.toMatch(/access-control|c-1|s-1/i);
  for (const header of [
    'cache-control: no-store',
    'referrer-policy: no-referrer',
    'x-content-type-options: nosniff',
    "content-security-policy: default-src 'none'",
  ])
    expect(answer).toContain(`${header}\r\n`);
});

test('A-07: the first answer counts, and the port is closed by the time that it is told', async () => {
  const listener = await listenForCallback();
  const waiting = wait(listener);
  const uri = listener.redirectUri;
  const answers = await Promise.allSettled([
    get(uri, '/callback?code=c-1&state=s-1'),
    get(uri, '/callback?code=c-2&state=s-1'),
  ]);
  const accepted = answers.filter((one) => one.status === 'fulfilled' && one.value.includes(' 200 '));
  expect(accepted).toHaveLength(1);
  expect((await waiting).kind).toBe('code');
  expect(await reaches('127.0.0.1', new URL(uri).port)).toBe(false);
});

test('X-10: states and verifiers are 256 bits, and new each time', () => {
  const made = Array.from({ length: 100 }, () => loginSecrets());
  const all = made.flatMap(({ state, verifier }) => [state.expose(), verifier.expose()]);
  expect(new Set(all).size).toBe(200);
  expect(all.filter((one) => Buffer.from(one, 'base64url').length !== 32)).toEqual([]);
  expect(new Secret('a').equals(new Secret('a'))).toBe(true);
  for (const other of ['', 'b', 'aa']) expect(new Secret('a').equals(new Secret(other))).toBe(false);
});
