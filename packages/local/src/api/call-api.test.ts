import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Session } from '@spec-kitty/core/session/session';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import { FaultProxy } from '@spec-kitty/testkit/oauth/fault-proxy';
import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SystemClock } from '../clock/system-clock.ts';
import { SessionKeeper } from '../session/session-keeper.ts';
import { callApi } from './call-api.ts';
import { requestWsTicket } from './request-ws-ticket.ts';

const TICKET = '/api/v1/ws-token';
const TEAM = { id: 'team-ada', name: 'Ada’s own', role: 'owner', isPrivate: true };

let base = '';
let server: OAuthServer;
let proxy: FaultProxy;
let keeper: SessionKeeper;

beforeEach(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'api-'));
  server = new OAuthServer();
  await server.listen();
  proxy = new FaultProxy(() => server.origin);
  const issuer = await proxy.listen();
  const root = path.join(base, 'auth');
  keeper = new SessionKeeper({ root, issuer, clock: new SystemClock(), log: () => undefined });
});
afterEach(async () => {
  await proxy.close();
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

function login(change: Partial<Session['tokens']> = {}): void {
  const tokens = tokensOf(server.grant(), Date.now());
  if (!tokens) throw new Error('no tokens');
  const account = { userId: 'user-ada', email: 'ada@example.org', name: 'Ada', teams: [TEAM] };
  const issuer = `http://127.0.0.1:${proxy.port}`;
  keeper.store.login({ issuer, account, tokens: { ...tokens, ...change }, method: 'device_code' });
}

const bodies = () => server.calls(TICKET).map(({ body }) => body);
const ask = () => callApi(keeper, { method: 'POST', path: TICKET, json: { team_id: 'ä' }, withinMs: 5000 });

test('A-24: a token that the server refuses before its time is refreshed once, and the body sent as it was', async () => {
  login();
  server.refuseAccess();
  expect(await ask()).toMatchObject({ kind: 'answered', answer: { status: 200 } });
  expect(server.calls('/oauth/token')).toHaveLength(1);
  expect(bodies()).toEqual(['{"team_id":"ä"}', '{"team_id":"ä"}']);
  const [first, second] = server.calls(TICKET).map(({ authorization }) => authorization);
  expect(first).not.toBe(second);
});

test('A-24: a second refusal is the answer', async () => {
  login();
  proxy.fail(TICKET, { kind: 'status', status: 401, body: '{}' }, 5);
  expect(await ask()).toMatchObject({ kind: 'answered', answer: { status: 401 } });
  expect(proxy.paths.filter((one) => one === TICKET)).toHaveLength(2);
  expect(server.calls('/oauth/token')).toHaveLength(1);
});

test('A-24: whoever has refreshed meanwhile is followed without another refresh', async () => {
  login();
  server.refuseAccess();
  await Promise.all(Array.from({ length: 8 }, ask));
  expect(server.calls('/oauth/token')).toHaveLength(1);
});

test('A-24: a login that is over is said to be', async () => {
  login();
  server.refuseAccess();
  server.revokeAll();
  expect(await ask()).toMatchObject({
    kind: 'no session',
    result: { outcome: 'session_ended', reason: 'server_revoked' },
  });
  expect(await ask()).toMatchObject({ kind: 'no session', result: { outcome: 'logged_out' } });
});

test('A-23 (function): a token that ends within five minutes is refreshed before a ticket is asked for', async () => {
  login({ accessExpiresAtMs: Date.now() + 299_000 });
  const { ticket } = await requestWsTicket(keeper, TEAM);
  expect(ticket).toMatchObject({ url: `${server.origin.replace('http', 'ws')}/ws`, expiresInMs: 60_000 });
  expect(server.calls('/oauth/token')).toHaveLength(1);
  expect(bodies()).toEqual(['{"team_id":"team-ada"}']);
  await requestWsTicket(keeper, TEAM);
  expect(server.calls('/oauth/token')).toHaveLength(1);
  const files = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(base, name))
    .filter((name) => statSync(name).isFile());
  const token = ticket?.token.expose() ?? '';
  expect(token).toMatch(/^ticket-/);
  expect(files.filter((name) => readFileSync(name, 'utf8').includes(token))).toEqual([]);
});

test.each([
  { ws_url: 'ws://team.example/ws' },
  { ws_url: 'https://team.example/ws' },
  { ws_url: 'wss://team.example/ws?token=t-1' },
  { ws_url: undefined },
  { ws_token: '' },
  { expires_in: '60' },
  { session_id: 7 },
])('A-23 (function): an answer with %j has no ticket', async (change) => {
  login();
  const body = {
    ws_token: 't-1',
    ws_url: 'wss://team.example/ws',
    expires_in: 60,
    session_id: 's',
    ...change,
  };
  proxy.fail(TICKET, { kind: 'body', body: JSON.stringify(body) });
  expect((await requestWsTicket(keeper, TEAM)).ticket).toBeUndefined();
});
