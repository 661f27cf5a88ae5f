import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { refreshSession } from '@spec-kitty/core/refresh/refresh-session';
import type { BundledEntry } from '@spec-kitty/testkit/bundle-entry';
import {
  bundleSessionWorker,
  type SessionProcess,
  SessionWorld,
} from '@spec-kitty/testkit/oauth/session-world';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '@spec-kitty/core/session/secret';
import { SystemClock } from '../clock/system-clock.ts';
import { HttpTokenEndpoint } from './http-token-endpoint.ts';

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

async function two(): Promise<readonly [SessionProcess, SessionProcess]> {
  const [one, other] = await world.start(2);
  if (!one || !other) throw new Error('no processes');
  return [one, other];
}

/** A lock that nobody else takes, as on a disk where locks of two machines do not meet. */
const unshared = (): string => path.join(world.base, 'elsewhere');

/** Opens when it is told to. */
function gated() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('two processes, of which one is late', () => {
  test('L-06: one that sends what the other has rotated is rejected with a real 400, and both go on with the other’s tokens', async () => {
    const started = Date.now();
    // Nothing to adopt when they begin, no grace for a spent token, and a rejection that ends no more than itself.
    await world.login(-1);
    Object.assign(world.server.options, { graceMs: -1, reuseEnds: false });
    const [first, late] = await two();
    await first.ask({ do: 'load' });
    await late.ask({ do: 'load' });
    const gate = gated();
    world.proxy.fail('/oauth/token', { kind: 'delay', until: gate.opened });
    const rejected = late.ask({ do: 'fresh' });
    await world.sentOff(1);
    const rotated = await first.ask({ do: 'fresh', lockFolder: unshared() });
    expect(rotated).toMatchObject({ outcome: 'refreshed', token: world.current() });
    gate.open();
    expect(await rejected).toEqual({
      outcome: 'stale_rejection_preserved',
      network: true,
      token: world.current(),
    });
    const [sent, again] = world.sent();
    expect([world.sent().length, sent === again]).toEqual([2, true]);
    // Teamspace always ends what a spent token comes back to, and tells a benign one by its window alone.
    expect(await world.server.honours(world.current() ?? '')).toBe(!world.server.options.reuseEnds);
    for (const one of [first, late])
      expect(await one.ask({ do: 'fresh' })).toMatchObject({ outcome: 'fresh', token: world.current() });
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  test('L-06: one that shares the lock never sends the spent token, though its own access and that of the other have expired', async () => {
    const before = await world.login(-1);
    Object.assign(world.server.options, { graceMs: -1, accessLifetimeS: 1 });
    const [first, late] = await two();
    await first.ask({ do: 'load' });
    await late.ask({ do: 'load' });
    expect(await first.ask({ do: 'fresh' })).toMatchObject({ outcome: 'refreshed' });
    expect(await late.ask({ do: 'fresh' })).toMatchObject({ outcome: 'refreshed', token: world.current() });
    expect(world.sent().filter((token) => token === before.tokens.refresh.expose())).toHaveLength(1);
    expect([await world.server.thefts(), await world.server.honours(world.current() ?? '')]).toEqual([
      0,
      true,
    ]);
  });

  test.each([
    [400, 'invalid_grant'],
    [401, 'session_invalid'],
  ])(
    'L-02, T5.2, RG-5: a rejection with %i %s that has been overtaken keeps the session and adopts the newer one',
    async (status, error) => {
      await world.login(-1);
      const [first, late] = await two();
      const body = JSON.stringify({ error });
      const gate = gated();
      world.proxy.fail('/oauth/token', { kind: 'status', status, body, until: gate.opened });
      const rejected = late.ask({ do: 'fresh' });
      await world.sentOff(1);
      await first.ask({ do: 'fresh', lockFolder: unshared() });
      gate.open();
      expect(await rejected).toEqual({
        outcome: 'stale_rejection_preserved',
        network: true,
        token: world.current(),
      });
      expect(world.proxy.paths).toHaveLength(2);
    },
  );

  test('L-09: one that finds newer and valid tokens uses them, before it has the lock and under it, and asks nobody', async () => {
    await world.login(-1);
    const [first, late] = await two();
    await late.ask({ do: 'load' });
    world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: 300 });
    const rotating = first.ask({ do: 'fresh' });
    await world.asked(1);
    expect(await late.ask({ do: 'fresh' })).toEqual({
      outcome: 'adopted_newer',
      network: false,
      token: world.current(),
    });
    await rotating;
    expect(await late.ask({ do: 'fresh' })).toMatchObject({ outcome: 'fresh', network: false });
    expect(world.sent()).toHaveLength(1);
  });

  test.each([
    ['is still good for some seconds', 20, 'lock_timeout_adopted'],
    ['has expired', -1, 'busy'],
  ])('L-10: one that waits in vain for the lock, while what is on disk %s', async (_, left, outcome) => {
    const before = (await world.login(left)).tokens.refresh.expose();
    const [first, late] = await two();
    world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: 1500 });
    const rotating = first.ask({ do: 'fresh' });
    await world.asked(1);
    expect(await late.ask({ do: 'fresh', waitMs: 200 })).toMatchObject({ outcome, network: false });
    expect(world.current()).toBe(before);
    expect(await rotating).toMatchObject({ outcome: 'refreshed', token: world.current() });
  });
});

test('L-10: one that waits for the lock goes on with what comes to the disk, although nobody lets go of the lock', async () => {
  await world.login(-1);
  const [holder] = await two();
  const gate = gated();
  world.proxy.fail('/oauth/token', { kind: 'delay', until: gate.opened });
  const holding = holder.ask({ do: 'fresh' });
  await world.sentOff(1);
  let later = '';
  const lock = world.keeper().lock(50);
  const inSlices: Lock = {
    hold: (name, purpose, body) =>
      lock.hold(name, purpose, body).catch(async (error: unknown) => {
        if (later === '') later = (await world.login(3600)).tokens.refresh.expose();
        throw error;
      }),
  };
  const { store, endpoint } = partsOf();
  const ports = { ...times, store, endpoint, lock: inSlices, waitMs: Number.POSITIVE_INFINITY };
  const result = await refreshSession(ports, null);
  expect(result).toMatchObject({ outcome: 'adopted_newer', network: false });
  expect([world.current(), world.sent()]).toEqual([later, []]);
  gate.open();
  expect(await holding).toMatchObject({ outcome: 'adopted_newer', token: later });
});

describe('the lock', () => {
  test('L-01, T5.1, RG-5: covers reading, asking and storing: a second one gets it only once the new tokens are there', async () => {
    const before = (await world.login(-1)).tokens.refresh.expose();
    const [first] = await two();
    const delay = 600;
    world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: delay });
    const started = performance.now();
    const rotating = first.ask({ do: 'fresh' });
    await world.asked(1);
    const impatient = world.keeper().lock(100);
    await expect(impatient.hold('refresh', 'test', () => Promise.resolve())).rejects.toMatchObject({
      code: 'LOCK_BUSY',
    });
    const seen = await world
      .keeper()
      .lock()
      .hold('refresh', 'test', () => Promise.resolve(world.current()));
    expect(performance.now() - started).toBeGreaterThan(delay);
    expect(seen).not.toBe(before);
    expect((await rotating).valueOf()).toMatchObject({ token: seen });
  });

  test('L-04, T5.4, RG-5: is taken once for a refresh, and what is stored takes no other', async () => {
    await world.login(-1);
    const { store, endpoint, lock } = partsOf();
    const taken: string[] = [];
    const counting: Lock = {
      hold: (name, purpose, body) => {
        taken.push(name);
        return lock.hold(name, purpose, body);
      },
    };
    const result = await refreshSession({ ...times, store, endpoint, lock: counting }, null);
    expect([result.outcome, taken]).toEqual(['refreshed', ['refresh']]);
    const locks = readdirSync(world.root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:lock|link)/.test(name),
    );
    expect(locks.filter((name) => path.basename(name) !== 'refresh.lock')).toEqual([]);
    // With the lock in somebody else's hands, everything that the store does is done at once.
    await lock.hold('refresh', 'somebody else', () => {
      const began = performance.now();
      const stored = store.read();
      if (stored.kind !== 'ok') throw new Error(stored.kind);
      store.note(stored.session, stored.epoch, 'attempt');
      expect(store.swap(stored.session, stored.epoch, stored.session.tokens)).toBe(true);
      store.forgetNote();
      store.logout('user_logout');
      expect(performance.now() - began).toBeLessThan(1000);
      return Promise.resolve();
    });
  });

  test.skipIf(process.platform === 'win32')(
    'L-13: is never taken from a holder that has stopped, and one that goes on does not overwrite a later login (0.3 s of waiting for 12, stopped for 1 s for 60) [needs signals]',
    async () => {
      await world.login(-1);
      const [holder, other] = await two();
      world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: 200 });
      const stopped = holder.ask({ do: 'fresh' });
      await world.asked(1);
      holder.child.kill('SIGSTOP');
      for (let turn = 0; turn < 3; turn += 1)
        expect(await other.ask({ do: 'fresh', waitMs: 300 })).toMatchObject({ outcome: 'busy' });
      expect(world.sent()).toHaveLength(1);
      // What `auth login` does once it has waited for the lock in vain.
      const later = (await world.login(3600)).tokens.refresh.expose();
      expect(await other.ask({ do: 'fresh', waitMs: 300 })).toMatchObject({ outcome: 'fresh', token: later });
      holder.child.kill('SIGCONT');
      expect(await stopped).toMatchObject({ outcome: 'adopted_newer', token: later });
      expect([world.current(), await world.server.honours(later)]).toEqual([later, true]);
      expect(world.server.calls('/oauth/revoke')).toHaveLength(1);
      expect(await other.ask({ do: 'fresh' })).toMatchObject({ outcome: 'fresh', token: later });
    },
  );
});

const times = {
  clock: new SystemClock(),
  monotonicMs: () => performance.now(),
  pause: () => Promise.resolve(),
  newAttempt: () => 'attempt',
  log: () => undefined,
};

function partsOf() {
  const keeper = world.keeper();
  return { store: keeper.store, endpoint: keeper.endpoint, lock: keeper.lock() };
}

describe('L-11: a spent token that somebody else has just rotated', () => {
  /** The other has rotated, and shares no lock, while this one's request was on its way. */
  async function overtaken(accessLifetimeS: number) {
    await world.login(-1);
    world.server.options.accessLifetimeS = accessLifetimeS;
    const [first, late] = await two();
    const gate = gated();
    world.proxy.fail('/oauth/token', { kind: 'delay', until: gate.opened });
    const asking = late.ask({ do: 'fresh' });
    await world.sentOff(1);
    const got = await first.ask({ do: 'fresh', lockFolder: unshared() });
    gate.open();
    return { asking, token: got === 'killed' ? null : got.token };
  }

  test('L-11: is not sent again where the newer one is good: that is adopted', async () => {
    const { asking, token } = await overtaken(3600);
    expect(await asking).toEqual({ outcome: 'adopted_newer', network: true, token });
    expect(world.sent()).toHaveLength(2);
  });

  test('L-11: where the newer one has expired, too, that one is sent, once', async () => {
    const { asking, token } = await overtaken(10);
    expect(await asking).toMatchObject({ outcome: 'refreshed', token: world.current() });
    expect(world.sent()).toHaveLength(3);
    expect(world.sent()[2]).toBe(token);
  });

  test('L-11: where that is too late as well, it ends there, and the session stays', async () => {
    const { asking } = await overtaken(10);
    // That comes a second later: the server has asked to wait so long.
    const body = '{"error":"refresh_replay_benign_retry","retry_after":0}';
    world.proxy.fail('/oauth/token', { kind: 'status', status: 409, body });
    expect(await asking).toMatchObject({ outcome: 'replay', network: true });
    expect(world.proxy.paths).toHaveLength(3);
    expect(await world.server.honours(world.current() ?? '')).toBe(true);
  });

  test('L-11: where nothing newer comes, the spent one is not sent again, now or later, and what comes later is used', async () => {
    const before = await world.login(-1);
    const spent = before.tokens.refresh.expose();
    world.proxy.fail('/oauth/token', {
      kind: 'status',
      status: 409,
      body: '{"error":"refresh_replay_benign_retry"}',
    });
    expect((await world.keeper().fresh(null)).outcome).toBe('replay');
    expect((await world.keeper().fresh(null)).outcome).toBe('answer_lost');
    expect([world.proxy.paths.length, world.current()]).toEqual([1, spent]);
    const { tokens } = before;
    const later = {
      ...tokens,
      refresh: new Secret('later'),
      issuedAtMs: Date.now(),
      accessExpiresAtMs: Date.now() + 10 ** 6,
    };
    expect(world.keeper().store.swap(before, 1, later)).toBe(true);
    expect(await world.keeper().fresh(null)).toMatchObject({ outcome: 'fresh', network: false });
  });

  test('L-11: where somebody has logged out meanwhile, that holds', async () => {
    await world.login(-1);
    world.proxy.fail('/oauth/token', { kind: 'drop answer' });
    await world.keeper().fresh(null);
    const waiting = world.keeper().fresh(null);
    await world.asked(2);
    world.keeper().store.logout('user_logout');
    expect((await waiting).outcome).toBe('logged_out');
  });
});

describe('L-12, L-27: a server that knows an attempt again', () => {
  test('gives the tokens once more whose answer was lost, and the login goes on', async () => {
    world.server.options.repeatsAttempts = true;
    world.server.options.graceMs = 0;
    const before = (await world.login(-1)).tokens.refresh.expose();
    world.proxy.fail('/oauth/token', { kind: 'drop answer' });
    expect((await world.keeper().fresh(null)).outcome).toBe('unavailable');
    expect((await world.keeper().fresh(null)).outcome).toBe('refreshed');
    expect(world.sent()).toEqual([before, before]);
    const attempts = world.server.calls('/oauth/token').map(({ form }) => form['refresh_attempt']);
    expect(attempts).toEqual([expect.stringMatching(/^[\w-]{22}$/), attempts[0]]);
    expect(await world.server.honours(world.current() ?? '')).toBe(true);
    expect(await world.server.thefts()).toBe(0);
  });

  test('each refresh is an attempt of its own, so that a copy of the session that somebody took is found out', async () => {
    world.server.options.repeatsAttempts = true;
    world.server.options.graceMs = 0;
    const stolen = (await world.login(-1)).tokens.refresh;
    expect((await world.keeper().fresh(null)).outcome).toBe('refreshed');
    const thief = new HttpTokenEndpoint(() => Date.now());
    const stored = world.keeper().store.read();
    if (stored.kind !== 'ok') throw new Error(stored.kind);
    const copy = { ...stored.session, tokens: { ...stored.session.tokens, refresh: stolen } };
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await thief.refresh(copy, 'an-attempt-of-the-thief', 5000)).toMatchObject({ kind: 'rejected' });
    expect(await world.server.thefts()).toBe(1);
  });
});

test('L-27: a connection that breaks after the rotation is noted, nothing is sent again at once, and what comes of it is told truly', async () => {
  await world.login(-1);
  world.proxy.fail('/oauth/token', { kind: 'drop answer' });
  expect(await world.keeper().fresh(null)).toMatchObject({ outcome: 'unavailable', why: 'dropped' });
  expect(world.proxy.paths).toEqual(['/oauth/token']);
  expect(world.keeper().store.unfinished()).toMatchObject({ epoch: 1 });
  expect((await world.keeper().fresh(null)).outcome).toBe('answer_lost');
  expect(world.keeper().store.read().kind).toBe('ok');
  // From now on it would be taken for stolen.
  world.server.options.graceMs = -1;
  expect(await world.keeper().fresh(null)).toMatchObject({ outcome: 'answer_lost', network: false });
  expect([world.proxy.paths.length, await world.server.thefts()]).toEqual([2, 0]);
});

test('L-27: a server that takes the next attempt for a spent token ends the login, and that is told as lost', async () => {
  await world.login(-1);
  world.server.options.graceMs = -1;
  world.proxy.fail('/oauth/token', { kind: 'drop answer' });
  await world.keeper().fresh(null);
  expect(await world.keeper().fresh(null)).toMatchObject({
    outcome: 'session_ended',
    reason: 'rotation_lost',
  });
});

test('L-23: whoever remembers a session whose end has passed gets the newer one from disk', async () => {
  const before = await world.login(3600);
  const over = { ...before, tokens: { ...before.tokens, refreshExpiresAtMs: Date.now() - 1000 } };
  world.keeper().store.login({ ...before, tokens: { ...before.tokens, sessionId: 'later' } });
  const result = await world.keeper().fresh(over);
  expect(result).toMatchObject({
    outcome: 'fresh',
    network: false,
    session: { tokens: { sessionId: 'later' } },
  });
  expect(world.proxy.paths).toEqual([]);
});
