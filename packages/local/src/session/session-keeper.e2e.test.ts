import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import type { Session } from '@spec-kitty/core/session/session';
import { type BundledEntry, bundleEntry } from '@spec-kitty/testkit/bundle-entry';
import { FaultProxy } from '@spec-kitty/testkit/oauth/fault-proxy';
import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
import type { WorkerResult } from '@spec-kitty/testkit/oauth/session-worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SessionKeeper } from './session-keeper.ts';

let worker: BundledEntry;
let base = '';
let server: OAuthServer;
let proxy: FaultProxy;
let issuer = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  worker = await bundleEntry(
    `import { runSessionWorker } from '@spec-kitty/testkit/oauth/session-worker';
     await runSessionWorker(process.argv[2] ?? '', process.argv[3] ?? '');`,
  );
});
afterAll(() => worker.dispose());

beforeEach(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'keeper-'));
  server = new OAuthServer();
  await server.listen();
  proxy = new FaultProxy(() => server.origin);
  issuer = await proxy.listen();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await proxy.close();
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

function keeper(): SessionKeeper {
  return new SessionKeeper({
    root: path.join(base, 'auth'),
    issuer,
    clock: new SystemClock(),
    log: () => undefined,
  });
}

/** Logs in, with an access token that expires after so many seconds. */
function login(accessLifetimeS = -1): Session {
  const tokens = tokensOf({ ...server.grant(), expires_in: 3600 }, Date.now());
  if (!tokens) throw new Error('no tokens');
  const { userId, email, name } = server.account;
  const session: Session = {
    issuer,
    account: { userId, email, name, teams: [{ id: 't', name: 'Own', role: 'owner', isPrivate: true }] },
    tokens: { ...tokens, accessExpiresAtMs: Date.now() + accessLifetimeS * 1000 },
    method: 'device_code',
  };
  keeper().store.login(session);
  return session;
}

interface Worker {
  readonly child: ChildProcess;
  readonly result: Promise<WorkerResult | 'killed'>;
}

/** Starts processes that wait, and lets them go all at once. */
async function release(count: number): Promise<readonly Worker[]> {
  const workers = await Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, [worker.file, path.join(base, 'auth'), issuer]);
      children.push(child);
      let output = '';
      const ready = new Promise((resolve) => child.stdout.once('data', resolve));
      child.stdout.on('data', (part) => (output += String(part)));
      const result = new Promise<WorkerResult | 'killed'>((resolve) =>
        child.on('close', (code) =>
          resolve(code === 0 ? (JSON.parse(output.split('\n').at(-2) ?? '') as WorkerResult) : 'killed'),
        ),
      );
      await ready;
      return { child, result };
    }),
  );
  for (const { child } of workers) child.stdin?.write('go\n');
  return workers;
}

async function results(workers: readonly Worker[]): Promise<readonly WorkerResult[]> {
  const all = await Promise.all(workers.map(({ result }) => result));
  return all.filter((one) => one !== 'killed');
}

function current(): string | null {
  const stored = keeper().store.read();
  return stored.kind === 'ok' ? stored.session.tokens.refresh.expose() : null;
}

describe('L-07: processes that are let go at once on one expired session', () => {
  test.each([1, 8, 32])('%i of them refresh once, and all have what it gave', async (count) => {
    login();
    proxy.fail('/oauth/token', { kind: 'delay', beforeMs: 300 });
    const got = await results(await release(count));
    expect(server.calls('/oauth/token')).toHaveLength(1);
    expect(new Set(got.map(({ token }) => token))).toEqual(new Set([current()]));
    expect(got.filter(({ network }) => network)).toHaveLength(1);
    expect(got).toHaveLength(count);
    expect(server.honours(current() ?? '')).toBe(true);
  });
});

test('L-08: fifty callers in one process ask once, and the next ones use what that gave', async () => {
  login();
  const one = keeper();
  const got = await Promise.all(Array.from({ length: 50 }, () => one.fresh(null)));
  expect(new Set(got.map(({ outcome }) => outcome))).toEqual(new Set(['refreshed']));
  expect((await one.fresh(null)).outcome).toBe('fresh');
  expect(server.calls('/oauth/token')).toHaveLength(1);
});

test('L-21: a logout during a refresh stays one, and the tokens that came too late are given back', async () => {
  login();
  proxy.fail('/oauth/token', { kind: 'delay', afterMs: 400 });
  const workers = await release(1);
  await expect.poll(() => server.calls('/oauth/token').length, { interval: 5 }).toBe(1);
  keeper().store.logout('user_logout');
  const [got] = await results(workers);
  expect(got).toMatchObject({ outcome: 'logged_out', token: null });
  expect(keeper().store.read()).toMatchObject({ kind: 'ended', reason: 'user_logout' });
  expect(server.calls('/oauth/revoke')).toHaveLength(1);
});

test('L-12: a holder that is killed after the server has rotated leaves a note, and the next one is told to wait', async () => {
  login();
  proxy.fail('/oauth/token', { kind: 'delay', afterMs: 60_000 });
  const [holder] = await release(1);
  await expect.poll(() => server.calls('/oauth/token').length, { interval: 5 }).toBe(1);
  holder?.child.kill('SIGKILL');
  await holder?.result;
  const started = Date.now();
  const result = await keeper().fresh(null);
  expect(result.outcome).toBe('replay');
  expect(Date.now() - started).toBeLessThan(5000);
  // The spent token is not sent again within one refresh, and the login is not thrown away.
  expect(server.calls('/oauth/token')).toHaveLength(2);
  expect(keeper().store.unfinished()).toBeDefined();
  expect(keeper().store.read().kind).toBe('ok');
});

describe('L-26: what a server or a network does wrong never ends the login, and is asked once', () => {
  test.each([
    ['a failing server', { kind: 'status', status: 503, body: 'oops' }],
    ['a page', { kind: 'body', body: '<html>' }],
    ['a token response without tokens', { kind: 'body', body: '{"access_token":"x"}' }],
    [
      'another type of token',
      { kind: 'body', body: '{"access_token":"x","refresh_token":"y","token_type":"mac","expires_in":1}' },
    ],
    ['a dropped request', { kind: 'drop request' }],
    ['a redirect', { kind: 'status', status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }],
    [
      'a rejection that is none of the two',
      { kind: 'status', status: 400, body: '{"error":"invalid_client"}' },
    ],
  ] as const)('%s', async (_, fault) => {
    const before = login();
    proxy.fail('/oauth/token', fault);
    expect(await keeper().fresh(null)).toMatchObject({ outcome: 'unavailable', network: true });
    expect(proxy.paths.filter((one) => one === '/oauth/token')).toHaveLength(1);
    expect(current()).toBe(before.tokens.refresh.expose());
  });

  test('an access token that is still good is used meanwhile', async () => {
    login(20);
    proxy.fail('/oauth/token', { kind: 'status', status: 500, body: '' });
    expect((await keeper().fresh(null)).outcome).toBe('kept_valid');
  });
});

test('L-03: a rejection of the login on disk ends it, with its cause', async () => {
  login();
  server.revokeAll();
  expect(await keeper().fresh(null)).toMatchObject({ outcome: 'session_ended', reason: 'server_revoked' });
  expect(keeper().store.read()).toMatchObject({ kind: 'ended', reason: 'server_revoked' });
  expect((await keeper().fresh(null)).outcome).toBe('logged_out');
  expect(server.calls('/oauth/token')).toHaveLength(1);
});

test('L-22: another account that has logged in meanwhile is not given in the place of one’s own', async () => {
  const before = login();
  keeper().store.login({ ...before, account: { ...before.account, userId: 'bob' } });
  expect((await keeper().fresh(before)).outcome).toBe('account_changed');
  expect(server.calls('/oauth/token')).toHaveLength(0);
});
