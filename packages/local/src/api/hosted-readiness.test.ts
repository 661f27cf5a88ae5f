import dns from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { evaluateReadiness, type HostedReadiness } from '@spec-kitty/core/rollout/hosted-readiness';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FileSessionStore } from '../session/file-session-store.ts';
import { reachServer } from './reach-server.ts';

let base = '';
let server: Server;
let heard: string[] = [];
let answer: RequestListener = (_, response) => void response.end();

beforeEach(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'readiness-'));
  heard = [];
  server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'nobody'}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(base, { recursive: true, force: true });
});

function originOf(of: { address(): unknown } = server, host = '127.0.0.1'): string {
  return `http://${host}:${(of.address() as AddressInfo).port}`;
}

/** Readiness with a login at this server, on disk, and what has happened to it since. */
function evaluate(origin: string, meanwhile = (_file: string) => {}): Promise<HostedReadiness> {
  const tokens = tokensOf(
    { access_token: 'canary-access', refresh_token: 'canary-refresh', session_id: 's', expires_in: 60 },
    Date.now(),
  );
  if (!tokens) throw new Error('no tokens');
  const store = new FileSessionStore(path.join(base, 'auth'), origin, Date.now);
  const account = { userId: 'u', email: 'ada@example.org', name: 'Ada', teams: [] };
  store.login({ issuer: origin, account, tokens, method: 'device_code' });
  meanwhile(path.join(store.folder, 'session.json'));
  return evaluateReadiness(
    { session: async () => store.read(), reach: reachServer, isBound: async () => true },
    {
      env: { SPEC_KITTY_ENABLE_SAAS_SYNC: '1', SPEC_KITTY_SAAS_URL: origin },
      needs: { binding: true, reachability: true },
      mission: 'pay',
      nowMs: Date.now(),
    },
  );
}

test.each([200, 302, 404, 405, 500, 503])(
  'P-05: a server that answers %i is there, asked once, without a token',
  async (status) => {
    answer = (_, response) => void response.writeHead(status, { location: 'http://192.0.2.1/' }).end();
    expect(await evaluate(originOf())).toMatchObject({ state: 'ready' });
    expect(heard).toEqual(['HEAD / nobody']);
  },
);

test('P-05: one that does not answer within two seconds is not', async () => {
  answer = (_, response) => void setTimeout(() => response.end(), 3000).unref();
  const since = performance.now();
  expect(await evaluate(originOf())).toMatchObject({
    state: 'host_unreachable',
    next_action: `Check network connectivity to \`${originOf()}\` and retry.`,
    details: { probe: 'reachability', cause: 'timeout' },
  });
  const took = performance.now() - since;
  expect([took > 1900, took < 2900]).toEqual([true, true]);
  expect(heard).toEqual(['HEAD / nobody']);
});

test('P-05: neither is one that refuses, or hangs up', async () => {
  answer = (request) => void request.socket.destroy();
  expect((await evaluate(originOf())).details).toMatchObject({ cause: 'dropped' });
  const closed = createTcpServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const origin = originOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  expect((await evaluate(origin)).details).toMatchObject({ cause: 'refused' });
});

test('P-05: neither is one whose name nobody knows', async () => {
  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  // The resolver alone is replaced: asking a real one would leave this machine.
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((...args: readonly unknown[]) => {
    (args.at(-1) as (error: Error) => void)(unknown);
  });
  const readiness = await evaluate(originOf(server, 'localhost'));
  expect(readiness).toMatchObject({ state: 'host_unreachable', details: { cause: 'dns' } });
  expect([lookup.mock.calls.length, heard]).toEqual([1, []]);
});

test('P-05: a login that is gone from the disk is missing, and so is one that somebody has changed', async () => {
  expect(await evaluate(originOf(), (file) => rmSync(file))).toMatchObject({ state: 'missing_auth' });
  const changed = await evaluate(originOf(), (file) => writeFileSync(file, '{"schema_version":3'));
  expect(changed).toMatchObject({ state: 'missing_auth', details: { store_fault: 'corrupt', why: 'json' } });
  expect(heard).toEqual([]);
});
