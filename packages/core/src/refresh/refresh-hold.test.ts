import { describe, expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import type { Lock } from '../ports/lock.ts';
import type { SessionStore } from '../ports/session/session-store.ts';
import type { RefreshAnswer } from '../session/refresh-answer.ts';
import { Secret } from '../session/secret.ts';
import type { Session } from '../session/session.ts';
import type { StoredSession } from '../session/stored-session.ts';
import { REFRESH_LIMITS } from './refresh-limits.ts';
import { beginRefresh, continueRefresh, type RefreshEvent } from './refresh-machine.ts';
import { refreshSession } from './refresh-session.ts';

const NOW = 1_000_000_000;

function session(name: string): Session {
  return {
    issuer: 'https://a.example',
    account: { userId: 'ada', email: '', name: 'Ada', teams: [] },
    tokens: {
      access: new Secret(`access ${name}`),
      refresh: new Secret(`refresh ${name}`),
      sessionId: 's',
      scope: '',
      issuedAtMs: NOW,
      accessExpiresAtMs: NOW - 1,
      refreshExpiresAtMs: null,
      generation: null,
    },
    method: 'device_code',
  };
}

/** Every way in which a server can take its time, as the machine is told of it. */
const ANSWERS: readonly RefreshAnswer[] = [
  { kind: 'tokens', tokens: session('2').tokens },
  { kind: 'replay', retryAfterMs: 3_600_000 },
  { kind: 'replay', retryAfterMs: 0 },
  { kind: 'rejected', cause: 'invalid_grant' },
  { kind: 'unavailable', sent: true, why: 'timeout' },
];
/** What the disk says from one reading to the next. */
const DISKS: readonly StoredSession[] = [
  { kind: 'ok', session: session('1'), epoch: 1 },
  { kind: 'ok', session: session('3'), epoch: 1 },
  { kind: 'ended', reason: 'user_logout', atMs: NOW },
];

function storeOf(read: () => StoredSession, isSwapped = true): SessionStore {
  return {
    folder: '/auth',
    read,
    salvage: () => [],
    prepare: () => undefined,
    login: () => undefined,
    swap: () => isSwapped,
    patchAccount: () => true,
    end: () => true,
    logout: () => ({ removed: true, setAside: null }),
    note: () => undefined,
    markSpent: () => undefined,
    forgetNote: () => undefined,
    unfinished: () => undefined,
  };
}

/** A world in which everything that waits takes as long as it may, and time passes no other way. */
async function held(
  answers: readonly RefreshAnswer[],
  disks: readonly StoredSession[],
  isSwapped: boolean,
  stepMs = 0,
) {
  let now = 0;
  let heldMs = 0;
  let asked = 0;
  let looked = 0;
  const [first] = DISKS;
  if (!first) throw new Error('no disk');
  // Twice before anything is asked.
  const read = () => (looked++ < 2 ? first : (disks[Math.min(looked - 3, disks.length - 1)] ?? first));
  const store = storeOf(read, isSwapped);
  const lock: Lock = {
    hold: async (_, __, body) => {
      const since = now;
      const result = await body();
      heldMs = now - since;
      return result;
    },
  };
  const result = await refreshSession(
    {
      store,
      lock,
      endpoint: {
        refresh: async (_, __, withinMs) => {
          now += withinMs;
          return answers[Math.min(asked++, answers.length - 1)] ?? { kind: 'replay', retryAfterMs: 0 };
        },
        revoke: async (_, __, withinMs) => {
          now += Math.min(withinMs, REFRESH_LIMITS.http);
          return 'network_error';
        },
      },
      clock: { nowMicros: () => (NOW + now + (asked > 0 ? stepMs : 0)) * 1000 },
      monotonicMs: () => now,
      pause: async (ms) => void (now += ms),
      newAttempt: () => 'attempt',
      log: () => undefined,
    },
    null,
  );
  return { outcome: result.outcome, heldMs };
}

test('L-28: the lock is held for ten seconds at most, whatever server and disk do, each as slowly as it may', async () => {
  let longest = 0;
  const outcomes = new Set<string>();
  for (const one of ANSWERS)
    for (const next of ANSWERS)
      for (const disk of DISKS)
        for (const later of DISKS)
          for (const isSwapped of [true, false]) {
            const { outcome, heldMs } = await held([one, next], [disk, later], isSwapped);
            longest = Math.max(longest, heldMs);
            outcomes.add(outcome);
            expect(heldMs).toBeLessThanOrEqual(REFRESH_LIMITS.hold);
          }
  expect(longest).toBeGreaterThan(REFRESH_LIMITS.http);
  expect([...outcomes].toSorted()).toEqual([
    'logged_out',
    'refreshed',
    'replay',
    'session_ended',
    'unavailable',
  ]);
});

test.each([-3_600_000, 3_600_000])(
  'L-24: a clock that is set by %i ms while the lock is held does not hold it for longer',
  async (stepMs) => {
    for (const one of ANSWERS)
      for (const next of ANSWERS)
        for (const disk of DISKS) {
          const { heldMs } = await held([one, next], [disk], false, stepMs);
          expect(heldMs).toBeLessThanOrEqual(REFRESH_LIMITS.hold);
        }
  },
);

/** Waits for a lock that never becomes free, each slice as long as it may. @param disk what is on it after so long. */
async function waited(disk: (nowMs: number) => StoredSession) {
  let now = 0;
  const unused = () => Promise.reject(new Error('Nobody is asked without the lock'));
  const result = await refreshSession(
    {
      store: storeOf(() => disk(now)),
      lock: {
        hold: () => {
          now += REFRESH_LIMITS.slice;
          return Promise.reject(new Fault('busy', 'LOCK_BUSY', 'Somebody else refreshes'));
        },
      },
      endpoint: { refresh: unused, revoke: unused },
      clock: { nowMicros: () => (NOW + now) * 1000 },
      monotonicMs: () => now,
      pause: unused,
      newAttempt: () => 'attempt',
      log: () => undefined,
    },
    null,
  );
  return { outcome: result.outcome, waitedMs: now };
}

test('L-10: whoever waits for the lock goes on as soon as a good token is there, and gives up only when the time is over', async () => {
  const [expired] = DISKS;
  if (expired?.kind !== 'ok') throw new Error('no session');
  const { tokens } = expired.session;
  const renewed = { ...expired.session, tokens: { ...tokens, accessExpiresAtMs: NOW + 3_600_000 } };
  const good: StoredSession = { ...expired, session: renewed };
  expect(await waited((now) => (now > 1200 ? good : expired))).toEqual({
    outcome: 'adopted_newer',
    waitedMs: 3 * REFRESH_LIMITS.slice,
  });
  expect(await waited(() => expired)).toEqual({ outcome: 'busy', waitedMs: REFRESH_LIMITS.wait });
});

describe('waiting for the lock in slices', () => {
  const expired = session('1');
  const renewed = (leftMs: number): Session => ({
    ...expired,
    tokens: { ...session('2').tokens, accessExpiresAtMs: NOW + leftMs },
  });
  /** What is done after a slice in vain that ended with this on the disk. */
  function afterSlice(found: StoredSession, isLast: boolean, minValidityMs: number) {
    const events: readonly RefreshEvent[] = [
      { was: 'read', stored: { kind: 'ok', session: expired, epoch: 1 } },
      { was: 'lock', held: false, isOver: isLast },
      { was: 'read', stored: found },
    ];
    const started = beginRefresh(null, minValidityMs);
    const { effect } = events.reduce((step, event) => continueRefresh(step.state, event, NOW), started);
    return effect.do === 'stop' ? effect.result.outcome : effect.do;
  }

  test.each<readonly [left: number, minValidity: number, goesOn: string, isOver: string]>([
    [-1, 30_000, 'lock', 'busy'],
    // Somebody is getting a better one: it is waited for, and used as it is if they do not come to an end.
    [20_000, 30_000, 'lock', 'lock_timeout_adopted'],
    [4000, 30_000, 'lock', 'busy'],
    [40_000, 30_000, 'adopted_newer', 'lock_timeout_adopted'],
    // Tokens that live no longer than what counts as adoptable are good for whoever needs less.
    [2000, 200, 'adopted_newer', 'lock_timeout_adopted'],
    [100, 200, 'lock', 'busy'],
  ])('a token for %i ms, where %i are needed: %s, and %s at the end', (left, minValidity, goesOn, over) => {
    const found: StoredSession = { kind: 'ok', session: renewed(left), epoch: 1 };
    expect([afterSlice(found, false, minValidity), afterSlice(found, true, minValidity)]).toEqual([
      goesOn,
      over,
    ]);
  });

  test('a logout ends the waiting', () => {
    const found: StoredSession = { kind: 'ended', reason: 'user_logout', atMs: NOW };
    expect([afterSlice(found, false, 30_000), afterSlice(found, true, 30_000)]).toEqual([
      'logged_out',
      'logged_out',
    ]);
  });
});
