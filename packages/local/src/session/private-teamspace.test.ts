import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import type { RefreshResult } from '@spec-kitty/core/refresh/refresh-machine';
import { accountAnswerOf } from '@spec-kitty/core/session/account-answer';
import type { Session } from '@spec-kitty/core/session/session';
import { sessionDocument } from '@spec-kitty/core/session/session-document';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import { type MissingTeamWarning, PrivateTeamspace } from '@spec-kitty/core/teamspace/private-teamspace';
import { FaultProxy } from '@spec-kitty/testkit/oauth/fault-proxy';
import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLock } from '../lock/open-lock.ts';
import { HttpAccountEndpoint } from './http-account-endpoint.ts';
import { SessionKeeper } from './session-keeper.ts';

const ME = '/api/v1/me';
const BATCH = '/api/v1/events/batch/';
const SHARED = { id: 'team-shared', name: 'Shared', role: 'member' };
const OWN = { id: 'team-own', name: 'Own', role: 'owner', is_private_teamspace: true };
const ON = { SPEC_KITTY_ENABLE_SAAS_SYNC: '1' };

let base = '';
let server: OAuthServer;
let proxy: FaultProxy;
let issuer = '';
let keeper: SessionKeeper;
let warnings: MissingTeamWarning[] = [];

beforeEach(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'teamspace-'));
  warnings = [];
  server = new OAuthServer();
  await server.listen();
  server.account = { ...server.account, teams: [SHARED] };
  proxy = new FaultProxy(() => server.origin);
  issuer = await proxy.listen();
  keeper = new SessionKeeper({
    root: path.join(base, 'auth'),
    issuer,
    clock: new SystemClock(),
    log: () => undefined,
  });
});
afterEach(async () => {
  await proxy.close();
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

/** Logs in on disk, with the teams that the server has now. */
function login(expiresIn = 3600): Session {
  const tokens = tokensOf({ ...server.grant(), expires_in: 3600 }, Date.now() + (expiresIn - 3600) * 1000);
  const { userId, ...rest } = server.account;
  const body = { user_id: userId, ...rest };
  const answer = accountAnswerOf({ kind: 'answer', status: 200, body, retryAfter: null });
  if (!tokens || answer.kind !== 'account') throw new Error('no login');
  const session: Session = { issuer, account: answer.account, tokens, method: 'device_code' };
  keeper.store.login(session);
  return session;
}

function onDisk(): Session {
  const stored = keeper.store.read();
  if (stored.kind !== 'ok') throw new Error(`The session is ${stored.kind}`);
  return stored.session;
}

function lock(waitMs = 2000) {
  return openLock({ folder: keeper.store.folder, waitMs });
}

/** What one process has. */
function teamspace(env: Readonly<Record<string, string>> = ON): PrivateTeamspace {
  return new PrivateTeamspace({
    env,
    endpoint: new HttpAccountEndpoint(),
    store: keeper.store,
    lock: lock(),
    nowMs: Date.now,
    warn: (warning) => warnings.push(warning),
  });
}

const MISSING = {
  category: 'direct_ingress_missing_private_team',
  rehydrate_attempted: true,
  ingress_sent: false,
  endpoint: BATCH,
};

describe('without a Private Teamspace', () => {
  test('T-01 (function): the server is asked once, nothing else is sent, and one warning says so', async () => {
    const session = login();
    const one = teamspace();
    expect(await one.resolve(session, BATCH)).toBeUndefined();
    expect(await one.resolve(session, '/api/v1/ws-token')).toBeUndefined();
    expect(proxy.paths).toEqual([ME]);
    expect(warnings).toEqual([MISSING]);
    expect(Object.keys(warnings[0] ?? {})).toEqual(Object.keys(MISSING));
  });

  test('T-01 (function): with the rollout off there is no call, no team and no word', async () => {
    const one = teamspace({ SPEC_KITTY_ENABLE_SAAS_SYNC: '0' });
    server.account = { ...server.account, teams: [OWN] };
    expect(await one.resolve(login(), BATCH)).toBeUndefined();
    await one.afterRefresh({ outcome: 'refreshed', network: true, session: login() });
    expect([proxy.paths, warnings]).toEqual([[], []]);
  });

  test('T-01 (function): with a token that has run out the server is not asked, and the warning says that', async () => {
    expect(await teamspace().resolve(login(-1), BATCH)).toBeUndefined();
    expect(proxy.paths).toEqual([]);
    expect(warnings).toEqual([{ ...MISSING, rehydrate_attempted: false }]);
  });

  test('T-05 (function): the default team and the first one are never used', async () => {
    const session = login();
    expect(sessionDocument(session)['default_team_id']).toBe(SHARED.id);
    expect(await teamspace().resolve(session, BATCH)).toBeUndefined();
    server.account.teams = [SHARED, OWN];
    expect((await teamspace().resolve(session, BATCH))?.id).toBe(OWN.id);
  });
});

test('T-02: a private team that the server knows is used and kept; on disk, only the teams have changed', async () => {
  const session = login();
  const before = sessionDocument(onDisk());
  server.account.teams = [SHARED, OWN];
  expect(await teamspace().resolve(session, BATCH)).toEqual({
    id: OWN.id,
    name: 'Own',
    role: 'owner',
    isPrivate: true,
  });
  expect(sessionDocument(onDisk())).toEqual({
    ...before,
    teams: [{ ...SHARED, is_private_teamspace: false }, OWN],
    default_team_id: OWN.id,
  });
  expect(warnings).toEqual([]);
});

describe('how often the server is asked', () => {
  test('T-03 (function): twenty at once ask once, and so do those that come later', async () => {
    const session = login();
    proxy.fail(ME, { kind: 'delay', beforeMs: 100 });
    const one = teamspace();
    const teams = await Promise.all(Array.from({ length: 20 }, () => one.resolve(session, BATCH)));
    expect(teams.filter(Boolean)).toEqual([]);
    server.account.teams = [OWN];
    expect(await one.resolve(session, BATCH)).toBeUndefined();
    expect([proxy.paths, warnings]).toEqual([[ME], [MISSING]]);
  });

  test('T-03 (function): a team that was found is remembered, too, for a caller with the session of before', async () => {
    const session = login();
    server.account.teams = [OWN];
    const one = teamspace();
    for (const _ of [1, 2]) expect((await one.resolve(session, BATCH))?.id).toBe(OWN.id);
    expect(proxy.paths).toEqual([ME]);
  });

  test.each([
    { kind: 'status', status: 503, body: '' },
    { kind: 'status', status: 401, body: '{}' },
    { kind: 'status', status: 429, body: '{}' },
    { kind: 'body', body: '<html>' },
    { kind: 'drop answer' },
  ] as const)('T-03 (function): no answer is no “no”: %j', async (fault) => {
    const session = login();
    server.account.teams = [OWN];
    proxy.fail(ME, fault);
    const one = teamspace();
    expect(await one.resolve(session, BATCH)).toBeUndefined();
    expect((await one.resolve(session, BATCH))?.id).toBe(OWN.id);
    expect(proxy.paths).toEqual([ME, ME]);
  });

  test('T-03 (function): teams of somebody else are not taken', async () => {
    const session = login();
    server.account.teams = [OWN];
    const other = { ...session, account: { ...session.account, userId: 'user-eve' } };
    expect(await teamspace().resolve(other, BATCH)).toBeUndefined();
    expect(onDisk().account.teams.map(({ id }) => id)).toEqual([SHARED.id]);
  });
});

test('T-04 (function): a session with a private team costs no call, no word and no write', async () => {
  server.account = { ...server.account, teams: [SHARED, OWN] };
  const session = login();
  const before = sessionDocument(onDisk());
  const one = teamspace();
  expect((await one.resolve(session, BATCH))?.id).toBe(OWN.id);
  await one.afterRefresh({ outcome: 'refreshed', network: true, session });
  expect([proxy.paths, warnings, sessionDocument(onDisk())]).toEqual([[], [], before]);
});

describe('T-07: after a refresh', () => {
  test('T-07: the teams are asked for once more, though the server had said that there is none', async () => {
    const session = login(-1);
    const one = teamspace();
    await one.resolve(
      { ...session, tokens: { ...session.tokens, accessExpiresAtMs: Date.now() + 60_000 } },
      BATCH,
    );
    server.account.teams = [OWN];
    const result = await keeper.fresh(null);
    expect(result.outcome).toBe('refreshed');
    await one.afterRefresh(result);
    expect(proxy.paths).toEqual([ME, '/oauth/token', ME]);
    expect((await one.resolve(onDisk(), BATCH))?.id).toBe(OWN.id);
    expect(proxy.paths).toHaveLength(3);
  });

  test.each([
    ['refreshed', 1],
    ['adopted_newer', 1],
    ['lock_timeout_adopted', 1],
    ['stale_rejection_preserved', 1],
    ['fresh', 0],
    ['kept_valid', 0],
  ] as const)('T-07: %s asks so often: %i', async (outcome, count) => {
    await teamspace().afterRefresh({ outcome, network: true, session: login() });
    expect(proxy.paths).toHaveLength(count);
  });

  test.each<RefreshResult>([
    { outcome: 'busy', network: false },
    { outcome: 'replay', network: true },
    { outcome: 'answer_lost', network: true },
    { outcome: 'logged_out', network: false, reason: null },
    { outcome: 'session_ended', network: true, reason: 'server_revoked' },
    { outcome: 'account_changed', network: false },
    { outcome: 'unavailable', network: true, why: 'dns' },
    {
      outcome: 'store_fault',
      network: false,
      fault: { kind: 'wrong_key', why: 'missing', path: '/auth/key' },
    },
  ])('T-07: $outcome asks nobody', async (result) => {
    login();
    await teamspace().afterRefresh(result);
    expect(proxy.paths).toEqual([]);
  });

  test('T-07: a server that does not answer is no trouble, and what is on disk stays', async () => {
    const session = login();
    proxy.fail(ME, { kind: 'drop answer' });
    await teamspace().afterRefresh({ outcome: 'refreshed', network: true, session });
    expect(onDisk().tokens.refresh.equals(session.tokens.refresh)).toBe(true);
  });
});

describe('T-08: beside a rotation', () => {
  test('T-08: tokens that were rotated while the server was asked stay', async () => {
    const session = login(5);
    server.account.teams = [OWN];
    proxy.fail(ME, { kind: 'delay', afterMs: 300 });
    const asking = teamspace().resolve(session, BATCH);
    await vi.waitFor(() => expect(server.calls(ME)).toHaveLength(1));
    const result = await keeper.fresh(null);
    expect([result.outcome, (await asking)?.id]).toEqual(['refreshed', OWN.id]);
    const rotated = onDisk();
    expect(rotated.tokens.refresh.equals(session.tokens.refresh)).toBe(false);
    expect(server.honours(rotated.tokens.refresh.expose())).toBe(true);
    expect(rotated.account.teams.map(({ id }) => id)).toEqual([OWN.id]);
  });

  test('T-08: nothing is written while somebody holds the lock of a refresh', async () => {
    const session = login();
    server.account.teams = [OWN];
    proxy.fail(ME, { kind: 'delay', afterMs: 100 });
    const asking = teamspace().resolve(session, BATCH);
    await lock().hold('refresh', 'rotate', async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(proxy.paths).toEqual([ME]);
      expect(onDisk().account.teams.map(({ id }) => id)).toEqual([SHARED.id]);
    });
    await asking;
    expect(onDisk().account.teams.map(({ id }) => id)).toEqual([OWN.id]);
  });
});
