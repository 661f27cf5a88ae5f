import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Lock } from '@spec-kitty/core/ports/lock';
import type { RefreshResult } from '@spec-kitty/core/refresh/refresh-machine';
import { refreshSession } from '@spec-kitty/core/refresh/refresh-session';
import type { BundledEntry } from '@spec-kitty/testkit/bundle-entry';
import { askAll, bundleSessionWorker, SessionWorld } from '@spec-kitty/testkit/oauth/session-world';
import type { WorkerResult } from '@spec-kitty/testkit/oauth/session-worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../clock/system-clock.ts';
import { linkMethod } from '../lock/link-lock.ts';
import type { LockMethod } from '../lock/lock-method.ts';
import { firstWorking } from '../lock/open-lock.ts';
import { WaitingLock } from '../lock/waiting-lock.ts';

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

/** A refresh of this process, with a lock of the caller's choice. */
function refreshWith(lock: Lock): Promise<RefreshResult> {
  const { store, endpoint } = world.keeper();
  return refreshSession(
    {
      store,
      endpoint,
      lock,
      clock: new SystemClock(),
      monotonicMs: () => performance.now(),
      pause: (ms) => pause(ms),
      newAttempt: () => randomBytes(16).toString('base64url'),
      log: (line) => void world.log.push(line),
    },
    null,
  );
}

/** Runs something while somebody else has the lock. */
async function whileHeld<T>(body: () => Promise<T>): Promise<T> {
  let free = (): void => undefined;
  const held = new Promise<void>((resolve) => (free = resolve));
  let taken = (): void => undefined;
  const isTaken = new Promise<void>((resolve) => (taken = resolve));
  const holding = world
    .keeper()
    .lock()
    .hold('refresh', 'somebody else', () => {
      taken();
      return held;
    });
  await isTaken;
  try {
    return await body();
  } finally {
    free();
    await holding;
  }
}

const REPLAYED = { kind: 'status', status: 409, body: '{"error":"refresh_replay_benign_retry"}' } as const;
const DOWN = { kind: 'status', status: 503, body: '' } as const;

/** How each outcome comes about. */
const OUTCOMES: Readonly<Record<RefreshResult['outcome'], () => Promise<RefreshResult>>> = {
  fresh: async () => {
    await world.login(3600);
    return world.keeper().fresh(null);
  },
  refreshed: async () => {
    await world.login();
    return world.keeper().fresh(null);
  },
  adopted_newer: async () => {
    await world.login();
    const { asking } = await whileHeld(async () => {
      const asked = world.keeper().fresh(null);
      await pause(50);
      await world.login(3600);
      return { asking: asked };
    });
    return asking;
  },
  stale_rejection_preserved: async () => {
    await world.login();
    const body = '{"error":"invalid_grant"}';
    const until = world.sentOff(1).then(() => world.login(3600));
    world.proxy.fail('/oauth/token', { kind: 'status', status: 400, body, until });
    return world.keeper().fresh(null);
  },
  lock_timeout_adopted: async () => {
    await world.login(20);
    return whileHeld(() => refreshWith(world.keeper().lock(50)));
  },
  busy: async () => {
    await world.login();
    return whileHeld(() => refreshWith(world.keeper().lock(50)));
  },
  kept_valid: async () => {
    await world.login(20);
    world.proxy.fail('/oauth/token', DOWN);
    return world.keeper().fresh(null);
  },
  unavailable: async () => {
    await world.login();
    world.proxy.fail('/oauth/token', DOWN);
    return world.keeper().fresh(null);
  },
  replay: async () => {
    await world.login();
    world.proxy.fail('/oauth/token', REPLAYED);
    return world.keeper().fresh(null);
  },
  answer_lost: async () => {
    await world.login();
    world.proxy.fail('/oauth/token', { kind: 'drop answer' });
    await world.keeper().fresh(null);
    return world.keeper().fresh(null);
  },
  session_ended: async () => {
    await world.login();
    await world.server.revokeAll();
    return world.keeper().fresh(null);
  },
  logged_out: async () => {
    await world.login();
    world.keeper().store.logout('user_logout');
    return world.keeper().fresh(null);
  },
  account_changed: async () => {
    const session = await world.login();
    return world.keeper().fresh({ ...session, account: { ...session.account, userId: 'bob' } });
  },
  store_fault: async () => {
    await world.login();
    writeFileSync(path.join(world.keeper().store.folder, 'session.json'), '{', { mode: 0o600 });
    return world.keeper().fresh(null);
  },
};

test.each(Object.entries(OUTCOMES))(
  'L-29: %s is logged in one line, without a secret',
  async (outcome, come) => {
    const result = await come();
    expect(result.outcome).toBe(outcome);
    expect(world.log.at(-1)).toBe(
      `refresh_transaction outcome=${outcome} network_call=${String(result.network)}`,
    );
    // Nothing that came from a server, or went to it.
    expect(world.log.join('\n')).not.toMatch(/(?:access|refresh|session)-[\w-]{16,}/);
    expect(world.log).toHaveLength(outcome === 'answer_lost' ? 2 : 1);
  },
);

describe('L-24: a clock that is wrong', () => {
  test.each([-3600, -60, -30, 30, 60, 3600])('L-24: by %i s never ends the login', async (seconds) => {
    for (const left of [-1, 20, 1800]) {
      await world.login(left);
      const clock = { nowMicros: () => (Date.now() + seconds * 1000) * 1000 };
      const { outcome } = await world.keeper({ clock }).fresh(null);
      expect(['fresh', 'refreshed']).toContain(outcome);
      expect(await world.server.honours(world.current() ?? '')).toBe(true);
    }
    expect(await world.server.thefts()).toBe(0);
  });

  test('L-24: and is set back while the lock is held does not hold it for longer', async () => {
    await world.login();
    world.proxy.fail('/oauth/token', { kind: 'delay', afterMs: 200 });
    const clock = {
      nowMicros: () => (Date.now() - (world.proxy.paths.length > 0 ? 3_600_000 : 0)) * 1000,
    };
    const started = performance.now();
    expect((await world.keeper({ clock }).fresh(null)).outcome).toBe('refreshed');
    await world
      .keeper()
      .lock(0)
      .hold('refresh', 'test', () => Promise.resolve());
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await world.server.honours(world.current() ?? '')).toBe(true);
  });
});

describe('L-25: a disk without locks', () => {
  const refusing = (code: string): LockMethod => ({
    tryTake: () => {
      throw Object.assign(new Error(code), { code });
    },
    readHolder: () => undefined,
  });
  const locksOf = (method: LockMethod) =>
    new WaitingLock({ folder: world.keeper().store.folder, waitMs: 10_000, mode: 0o600 }, method);

  test.each(['ENOLCK', 'ENOSYS', 'EOPNOTSUPP'])(
    'L-25: that says %s is locked by links, and 8 callers ask once',
    async (code) => {
      await world.login();
      const callers = Array.from({ length: 8 }, () =>
        refreshWith(locksOf(firstWorking(refusing(code), linkMethod(0o600)))),
      );
      const outcomes = new Set((await Promise.all(callers)).map(({ outcome }) => outcome));
      expect(outcomes).toEqual(new Set(['refreshed', 'adopted_newer']));
      expect(world.sent()).toHaveLength(1);
    },
  );

  test.each(['ENOLCK', 'ENOSYS'])(
    'L-25: that says %s is warned of once, and the login is refreshed',
    async (code) => {
      await world.login();
      const native = {
        tryLock: () => {
          throw Object.assign(new Error(code), { code });
        },
        unlock: () => undefined,
      };
      const warnings: string[] = [];
      const keeper = world.keeper({ native, warn: (line) => void warnings.push(line) });
      expect((await keeper.fresh(null)).outcome).toBe('refreshed');
      expect(warnings).toEqual([
        `Warning: the file system has no locks (${code}), so a file stands for one that other machines may not see; set SPEC_KITTY_HOME to a folder on a disk of this machine: ${keeper.store.folder}\n`,
      ]);
    },
  );

  test('L-25: that knows no links either is told by its own error, and nothing is sent or ended', async () => {
    const before = (await world.login()).tokens.refresh.expose();
    const lock = locksOf(firstWorking(refusing('ENOSYS'), refusing('ENOSYS')));
    await expect(refreshWith(lock)).rejects.toMatchObject({ code: 'ENOSYS' });
    expect([world.sent(), world.current()]).toEqual([[], before]);
  });
});

describe('L-30: nothing but this machine is reached', () => {
  test.each([
    ['set', 'https://spec-kitty.invalid'],
    ['not set', ''],
  ])('L-30: by 8 processes with the hosted address %s, and nobody asks for teams', async (_, url) => {
    const session = await world.login();
    // Without a team of one’s own, as that is what made the predecessor ask.
    world.keeper().store.patchAccount(session, { teams: [] });
    const got = await askAll(await world.start(8, { SPEC_KITTY_SAAS_URL: url }), { do: 'fresh' });
    expect(new Set(got.map((one) => (one === 'killed' ? one : one.token)))).toEqual(
      new Set([world.current()]),
    );
    expect([world.sent().length, world.server.calls('/api/v1/me')]).toEqual([1, []]);
  });

  test('L-30: an attempt within a catch-all fails the test all the same, in its teardown', async () => {
    const other = await SessionWorld.open(program);
    // Reserved for documentation (RFC 5737): nothing answers there, even without the guard.
    await new Promise<void>((resolve) => net.connect(80, '203.0.113.1').on('error', () => resolve()));
    await expect(other.dispose()).rejects.toThrow('connect 203.0.113.1:80');
  });
});

test('L-32 (function): child processes and worker threads that are let go at once refresh once', async () => {
  await world.login();
  world.proxy.fail('/oauth/token', { kind: 'delay', beforeMs: 300 });
  const processes = await world.start(4);
  const threads = await Promise.all(Array.from({ length: 4 }, thread));
  const [of, on] = await Promise.all([
    askAll(processes, { do: 'fresh' }),
    Promise.all(threads.map((ask) => ask())),
  ]);
  const tokens = [...of, ...on].map((one) => (one === 'killed' ? one : one.token));
  expect(tokens).toEqual(Array(8).fill(world.current()));
  expect(world.sent()).toHaveLength(1);
});

/** The program of the processes in a thread of this one. */
async function thread(): Promise<() => Promise<WorkerResult>> {
  const worker = new Worker(program.file, { argv: [world.root, world.issuer], stdin: true, stdout: true });
  const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return async () => {
    worker.stdin?.write('{"do":"fresh"}\n');
    const line = await lines.next();
    await worker.terminate();
    return JSON.parse(String(line.value)) as WorkerResult;
  };
}
