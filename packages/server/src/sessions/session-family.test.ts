import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideRefresh, type SessionFamily } from './session-family.ts';

const NOW = 1_000_000_000;
const REPLAY_WINDOW_MS = 60_000;

const FAMILY: SessionFamily = {
  generation: 5,
  sameAttempt: false,
  rotatedAtMs: NOW - 10_000,
  refreshExpiresAtMs: NOW + 1,
  endReason: null,
};

test.each<[string, Partial<SessionFamily>, number, ReturnType<typeof decideRefresh>]>([
  ['the newest is rotated', {}, 5, { do: 'rotate' }],
  ['the one before is benign within the window', {}, 4, { do: 'wait' }],
  ['at the end of the window, too', { rotatedAtMs: NOW - REPLAY_WINDOW_MS }, 4, { do: 'wait' }],
  ['after the window it is theft', { rotatedAtMs: NOW - REPLAY_WINDOW_MS - 1 }, 4, { do: 'end family' }],
  ['a clock that was set back does no harm', { rotatedAtMs: NOW + 1e9 }, 4, { do: 'wait' }],
  ['an older one is theft at any time', {}, 3, { do: 'end family' }],
  ['the same attempt gets the same tokens again', { sameAttempt: true }, 4, { do: 'repeat' }],
  ['also long after', { sameAttempt: true, rotatedAtMs: 0 }, 4, { do: 'repeat' }],
  ['but not for an older token', { sameAttempt: true }, 3, { do: 'end family' }],
  ['one above is of a database that was put back', {}, 6, { do: 'catch up' }],
  ['far above, too, whatever was attempted', { sameAttempt: true }, 99, { do: 'catch up' }],
  ['but not after its time', { refreshExpiresAtMs: NOW }, 6, { do: 'reject', error: 'invalid_grant' }],
  ['nor after a theft', { endReason: 'reuse' }, 6, { do: 'reject', error: 'invalid_grant' }],
  ['nothing after its time', { refreshExpiresAtMs: NOW }, 5, { do: 'reject', error: 'invalid_grant' }],
  ['nothing after a theft', { endReason: 'reuse' }, 5, { do: 'reject', error: 'invalid_grant' }],
  ['nothing after a revocation', { endReason: 'revoked' }, 5, { do: 'reject', error: 'invalid_grant' }],
  [
    'an operator’s end is named',
    { endReason: 'ended_by_operator' },
    5,
    { do: 'reject', error: 'session_invalid' },
  ],
  ['a person’s, too', { endReason: 'signed_out' }, 5, { do: 'reject', error: 'session_invalid' }],
])('%s', (_rule, change, generation, decision) => {
  expect(decideRefresh({ ...FAMILY, ...change }, generation, NOW, REPLAY_WINDOW_MS)).toEqual(decision);
});

/** What a client, a thief and a network do, one after the other. */
type Step =
  | { readonly do: 'refresh'; readonly answerArrives: boolean }
  | { readonly do: 'thief' }
  /** The database is put back to what it was this many changes ago. */
  | { readonly do: 'restore'; readonly changes: number }
  | { readonly do: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('refresh' as const), answerArrives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('thief' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restore' as const), changes: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
  },
);

/** A server by the decisions alone, with a client that keeps to one attempt until it has an answer. */
class Model {
  generation = 1;
  attempt = '';
  rotatedAtMs = 0;
  ended = false;
  nowMs = 0;
  readonly #backups: [generation: number, attempt: string, rotatedAtMs: number][] = [];

  refresh(generation: number, attempt: string): number | 'wait' | 'rejected' {
    const decision = decideRefresh(
      {
        generation: this.generation,
        sameAttempt: attempt !== '' && attempt === this.attempt,
        rotatedAtMs: this.rotatedAtMs,
        refreshExpiresAtMs: Number.POSITIVE_INFINITY,
        endReason: this.ended ? 'reuse' : null,
      },
      generation,
      this.nowMs,
      REPLAY_WINDOW_MS,
    );
    if (decision.do === 'rotate' || decision.do === 'catch up') {
      this.#backups.push([this.generation, this.attempt, this.rotatedAtMs]);
      this.generation = generation + 1;
      this.attempt = attempt;
      this.rotatedAtMs = this.nowMs;
    }
    if (decision.do === 'end family') this.ended = true;
    if (decision.do === 'wait') return 'wait';
    return decision.do === 'end family' || decision.do === 'reject' ? 'rejected' : this.generation;
  }

  restore(changes: number): void {
    const [backup] = this.#backups.splice(-changes);
    if (backup) [this.generation, this.attempt, this.rotatedAtMs] = backup;
  }
}

test('without a thief no lost answer and no restored backup, however often and however late, ends a login', () => {
  fc.assert(
    fc.property(
      fc.array(
        step.filter(({ do: what }) => what !== 'thief'),
        { maxLength: 60 },
      ),
      (steps) => {
        const server = new Model();
        const client = { generation: 1, attempt: 'a0', attempts: 0 };
        for (const one of steps) {
          if (one.do === 'pass') server.nowMs += one.ms;
          if (one.do === 'restore') server.restore(one.changes);
          if (one.do !== 'refresh') continue;
          const answer = server.refresh(client.generation, client.attempt);
          expect(answer).toBe(server.generation);
          if (!one.answerArrives) continue;
          client.generation = Number(answer);
          client.attempts += 1;
          client.attempt = `a${client.attempts}`;
        }
        expect(server.ended).toBe(false);
      },
    ),
  );
});

test('once both a thief and the client have refreshed with a stolen token, the login is over within the next two', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.integer({ min: REPLAY_WINDOW_MS + 1, max: 1e9 }), (thiefIsFirst, later) => {
      const server = new Model();
      const [first, second] = thiefIsFirst ? ['thief', 'client'] : ['client', 'thief'];
      expect(server.refresh(1, first)).toBe(2);
      server.nowMs += later;
      expect(server.refresh(1, second)).toBe('rejected');
      expect(server.refresh(2, first)).toBe('rejected');
      expect(server.ended).toBe(true);
    }),
  );
});

test('that holds also where a backup is restored in between, one refresh later', () => {
  const past = fc.integer({ min: REPLAY_WINDOW_MS + 1, max: 1e9 });
  fc.assert(
    fc.property(fc.boolean(), fc.integer({ min: 1, max: 4 }), past, (thiefIsFirst, changes, later) => {
      const server = new Model();
      for (const generation of [1, 2, 3])
        expect(server.refresh(generation, `own ${generation}`)).toBe(generation + 1);
      const [first, second] = thiefIsFirst ? ['thief', 'client'] : ['client', 'thief'];
      expect(server.refresh(4, first)).toBe(5);
      server.restore(changes);
      expect(server.refresh(4, second)).toBe(5);
      server.nowMs += later;
      expect(server.refresh(5, `${first} 2`)).toBe(6);
      server.nowMs += later;
      expect(server.refresh(5, `${second} 2`)).toBe('rejected');
      expect(server.ended).toBe(true);
    }),
  );
});

test('what is not above the newest is judged as if no database were ever put back', () => {
  const family = fc.record({
    generation: fc.integer({ min: 1, max: 9 }),
    sameAttempt: fc.boolean(),
    rotatedAtMs: fc.integer({ min: 0, max: 300_000 }),
    refreshExpiresAtMs: fc.constant(1e9),
    endReason: fc.constant(null),
  });
  const nowMs = 200_000;
  fc.assert(
    fc.property(family, fc.integer({ min: 0, max: 12 }), (one, generation) => {
      const age = one.generation - generation;
      fc.pre(age >= 0);
      const decision = decideRefresh(one, generation, nowMs, REPLAY_WINDOW_MS).do;
      expect(decision).toBe(judgedByAge(age, one.sameAttempt, nowMs - one.rotatedAtMs));
    }),
  );
});

/** The rules of before, in other words. */
function judgedByAge(age: number, sameAttempt: boolean, sinceMs: number): string {
  if (age === 0) return 'rotate';
  if (age > 1) return 'end family';
  if (sameAttempt) return 'repeat';
  return sinceMs <= REPLAY_WINDOW_MS ? 'wait' : 'end family';
}

test('nothing but a good family is caught up with, and that by a generation above it alone', () => {
  const end = fc.constantFrom(null, 'reuse' as const, 'signed_out' as const);
  fc.assert(
    fc.property(end, fc.boolean(), fc.integer({ min: 0, max: 12 }), (endReason, isOver, generation) => {
      const refreshExpiresAtMs = isOver ? NOW : NOW + 1;
      const decision = decideRefresh({ ...FAMILY, endReason, refreshExpiresAtMs }, generation, NOW, 60_000);
      const isGood = endReason === null && !isOver;
      expect(decision.do === 'catch up').toBe(isGood && generation > FAMILY.generation);
      expect(decision.do === 'reject').toBe(!isGood);
    }),
  );
});

test('no generation is ever given to two attempts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('a', 'b', 'c', '')), {
        maxLength: 40,
      }),
      (asked) => {
        const server = new Model();
        const given = new Map<number, string>();
        for (const [generation, attempt] of asked) {
          if (generation > server.generation) continue;
          const answer = server.refresh(generation, attempt);
          if (typeof answer !== 'number') continue;
          expect(given.get(answer) ?? attempt).toBe(attempt);
          given.set(answer, attempt);
        }
        expect(given.size).toBe(server.generation - 1);
      },
    ),
  );
});
