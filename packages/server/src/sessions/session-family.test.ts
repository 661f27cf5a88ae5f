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
  | { readonly do: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('refresh' as const), answerArrives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('thief' as const) }) },
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
    if (decision.do === 'rotate') {
      this.generation += 1;
      this.attempt = attempt;
      this.rotatedAtMs = this.nowMs;
    }
    if (decision.do === 'end family') this.ended = true;
    if (decision.do === 'rotate' || decision.do === 'repeat') return this.generation;
    return decision.do === 'wait' ? 'wait' : 'rejected';
  }
}

test('without a thief no lost answer, however often and however late, ends a login', () => {
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
