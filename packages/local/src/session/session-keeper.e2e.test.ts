import { bundleSessionWorker, askAll, SessionWorld } from '@spec-kitty/testkit/oauth/session-world';
import type { BundledEntry } from '@spec-kitty/testkit/bundle-entry';
import type { WorkerResult } from '@spec-kitty/testkit/oauth/session-worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let program: BundledEntry;
let world: SessionWorld;

beforeAll(async () => {
  program = await bundleSessionWorker();
});
afterAll(() => program.dispose());

beforeEach(async () => {
  world = await SessionWorld.open(program);
});
afterEach(() => world.dispose());

/** Processes that are all let go on one session. */
async function together(count: number): Promise<readonly WorkerResult[]> {
  const answers = await askAll(await world.start(count), { do: 'fresh' });
  return answers.filter((one) => one !== 'killed');
}

/** One process that is on its way to the server. */
async function underWay() {
  const [holder] = await world.start(1);
  if (!holder) throw new Error('no process');
  const result = holder.ask({ do: 'fresh' });
  await world.asked(1);
  return { ...holder, result };
}

describe('L-07: processes that are let go at once on one expired session', () => {
  test.each([1, 8, 32])('%i of them refresh once, and all have what it gave', async (count) => {
    await world.login();
    world.proxy.fail('/oauth/token', { kind: 'delay', beforeMs: 300 });
    const got = await together(count);
    expect(world.server.calls('/oauth/token')).toHaveLength(1);
    expect(new Set(got.map(({ token }) => token))).toEqual(new Set([world.current()]));
    expect(got.filter(({ network }) => network)).toHaveLength(1);
    expect(got).toHaveLength(count);
    expect(await world.server.honours(world.current() ?? '')).toBe(true);
  });
});

test('L-08: fifty callers in one process ask once, and the next ones use what that gave', async () => {
  await world.login();
  const one = world.keeper();
  const got = await Promise.all(Array.from({ length: 50 }, () => one.fresh(null)));
  expect(new Set(got.map(({ outcome }) => outcome))).toEqual(new Set(['refreshed']));
  expect((await one.fresh(null)).outcome).toBe('fresh');
  expect(world.server.calls('/oauth/token')).toHaveLength(1);
});

test('L-21: a logout during a refresh stays one, and the tokens that came too late are given back', async () => {
  await world.login();
  world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: 400 });
  const { result } = await underWay();
  world.keeper().store.logout('user_logout');
  expect(await result).toMatchObject({ outcome: 'logged_out', token: null });
  expect(world.keeper().store.read()).toMatchObject({ kind: 'ended', reason: 'user_logout' });
  expect(world.server.calls('/oauth/revoke')).toHaveLength(1);
});

test('L-12: a holder that is killed after the server has rotated leaves a note, and the next one is told that the answer is lost', async () => {
  await world.login();
  world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: 60_000 });
  const holder = await underWay();
  holder.child.kill('SIGKILL');
  await holder.result;
  const started = Date.now();
  const result = await world.keeper().fresh(null);
  expect(result.outcome).toBe('answer_lost');
  expect(Date.now() - started).toBeLessThan(5000);
  // The spent token is not sent again within one refresh, and the login is not thrown away.
  expect(world.server.calls('/oauth/token')).toHaveLength(2);
  expect(world.keeper().store.unfinished()).toBeDefined();
  expect(world.keeper().store.read().kind).toBe('ok');
});

test('L-27: a login that was revoked is not called lost, whatever was noted of an earlier token', async () => {
  await world.login();
  const stored = world.keeper().store.read();
  if (stored.kind !== 'ok') throw new Error(stored.kind);
  const { session, epoch } = stored;
  const { tokens } = session;
  world
    .keeper()
    .store.note({ ...session, tokens: { ...tokens, issuedAtMs: tokens.issuedAtMs - 1 } }, epoch, 'attempt');
  await world.server.revokeAll();
  expect(await world.keeper().fresh(null)).toMatchObject({ reason: 'server_revoked' });
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
    const before = await world.login();
    world.proxy.fail('/oauth/token', fault);
    expect(await world.keeper().fresh(null)).toMatchObject({ outcome: 'unavailable', network: true });
    expect(world.proxy.paths.filter((one) => one === '/oauth/token')).toHaveLength(1);
    expect(world.current()).toBe(before.tokens.refresh.expose());
  });

  test('an access token that is still good is used meanwhile', async () => {
    await world.login(20);
    world.proxy.fail('/oauth/token', { kind: 'status', status: 500, body: '' });
    expect((await world.keeper().fresh(null)).outcome).toBe('kept_valid');
  });
});

test('L-03, T5.3, RG-5: a rejection of the login on disk ends it, with its cause', async () => {
  await world.login();
  await world.server.revokeAll();
  expect(await world.keeper().fresh(null)).toMatchObject({
    outcome: 'session_ended',
    reason: 'server_revoked',
  });
  expect(world.keeper().store.read()).toMatchObject({ kind: 'ended', reason: 'server_revoked' });
  expect((await world.keeper().fresh(null)).outcome).toBe('logged_out');
  expect(world.server.calls('/oauth/token')).toHaveLength(1);
});

test('L-22: another account that has logged in meanwhile is not given in the place of one’s own', async () => {
  const before = await world.login();
  world.keeper().store.login({ ...before, account: { ...before.account, userId: 'bob' } });
  expect((await world.keeper().fresh(before)).outcome).toBe('account_changed');
  expect(world.server.calls('/oauth/token')).toHaveLength(0);
});

describe('L-08: callers in one process that want different things of one refresh', () => {
  test('L-08: one who needs the session for longer gets one that is good for so long', async () => {
    await world.login(20);
    world.server.options.accessLifetimeS = 3600;
    const one = world.keeper();
    const [short, long] = await Promise.all([one.fresh(null, 5000), one.fresh(null, 60_000)]);
    expect([short.outcome, long.outcome]).toEqual(['fresh', 'refreshed']);
  });

  test('L-22: one of another account is told so, and the others are not told for that', async () => {
    const session = await world.login(3600);
    const other = { ...session, account: { ...session.account, userId: 'bob' } };
    const one = world.keeper();
    const got = await Promise.all([other, session, null, other].map((caller) => one.fresh(caller)));
    expect(got.map(({ outcome }) => outcome)).toEqual([
      'account_changed',
      'fresh',
      'fresh',
      'account_changed',
    ]);
  });

  test('L-08: a server that is down is asked once for all of them', async () => {
    await world.login();
    world.proxy.fail('/oauth/token', { kind: 'status', status: 503, body: '' }, 9);
    const one = world.keeper();
    const got = await Promise.all(Array.from({ length: 9 }, () => one.fresh(null)));
    expect(new Set(got.map(({ outcome }) => outcome))).toEqual(new Set(['unavailable']));
    expect(world.proxy.paths).toHaveLength(1);
  });
});
