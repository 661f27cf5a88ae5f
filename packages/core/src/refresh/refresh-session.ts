import { Fault } from '../fault.ts';
import type { Clock } from '../ports/clock.ts';
import type { Lock } from '../ports/lock.ts';
import type { SessionStore } from '../ports/session/session-store.ts';
import type { TokenEndpoint } from '../ports/session/token-endpoint.ts';
import { REFRESH_LIMITS } from './refresh-limits.ts';
import {
  beginRefresh,
  continueRefresh,
  type RefreshEffect,
  type RefreshEvent,
  type RefreshResult,
  type RefreshStep,
} from './refresh-machine.ts';
import type { Secret } from '../session/secret.ts';
import type { Session } from '../session/session.ts';

/** What a refresh works with. */
export interface RefreshPorts {
  readonly store: SessionStore;
  readonly endpoint: TokenEndpoint;
  /** Gives up after a slice of the wait; it is then asked again. */
  readonly lock: Lock;
  /** How long to wait for the lock in all; as {@link REFRESH_LIMITS} says unless given. */
  readonly waitMs?: number;
  readonly clock: Clock;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** A name for an attempt that nobody can guess. */
  readonly newAttempt: () => string;
  /** One line for each refresh, without secrets. */
  readonly log: (line: string) => void;
}

/** Shorter than this, a request is not begun: its answer could come after the lock is due. */
const SHORTEST_REQUEST_MS = 1000;

/**
 * Gives the session with an access token that is good for so long, refreshed if need be: once, whatever number of
 * processes ask at the same moment (A§3.6).
 *
 * @param caller the session that the caller has had; another account's is not given in its place.
 * @param rejected an access token that the server has refused before its time.
 */
export async function refreshSession(
  ports: RefreshPorts,
  caller: Session | null,
  minValidityMs: number = REFRESH_LIMITS.minValidity,
  rejected: Secret | null = null,
): Promise<RefreshResult> {
  const { monotonicMs, waitMs = REFRESH_LIMITS.wait } = ports;
  const until = monotonicMs() + waitMs;
  let step = await run(ports, beginRefresh(caller, minValidityMs, rejected), Number.POSITIVE_INFINITY);
  while (!('outcome' in step)) step = await takeTurn(ports, step, until);
  return logged(ports, step);
}

/** Goes on to the end under the lock, or after a slice of waiting for it. @param until when waiting is over. */
async function takeTurn(
  ports: RefreshPorts,
  before: RefreshStep,
  until: number,
): Promise<RefreshStep | RefreshResult> {
  const { lock, monotonicMs } = ports;
  try {
    return await lock.hold('refresh', 'refresh the session', () => {
      const due = monotonicMs() + REFRESH_LIMITS.hold;
      return run(ports, resume(ports, before, { was: 'lock', held: true }), due);
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'LOCK_BUSY') throw error;
    const isOver = monotonicMs() >= until;
    return run(ports, resume(ports, before, { was: 'lock', held: false, isOver }), Number.POSITIVE_INFINITY);
  }
}

/** Performs effects up to the lock, or to the end. @param due when the lock has to be free again. */
async function run(
  ports: RefreshPorts,
  from: RefreshStep,
  due: number,
): Promise<RefreshStep | RefreshResult> {
  let step = from;
  for (;;) {
    const { effect } = step;
    if (effect.do === 'stop') return effect.result;
    if (effect.do === 'lock') return step;
    step = resume(ports, step, await perform(ports, effect, due));
  }
}

function resume({ clock }: RefreshPorts, { state }: RefreshStep, event: RefreshEvent): RefreshStep {
  return continueRefresh(state, event, clock.nowMicros() / 1000);
}

async function perform(
  { store, endpoint, monotonicMs, pause, newAttempt }: RefreshPorts,
  effect: Exclude<RefreshEffect, { readonly do: 'stop' | 'lock' }>,
  due: number,
): Promise<RefreshEvent> {
  const left = due - monotonicMs();
  switch (effect.do) {
    case 'read':
      return { was: 'read', stored: store.read() };
    case 'note':
      return noted(store, newAttempt, effect);
    case 'ask': {
      const within = Math.min(REFRESH_LIMITS.http, left - SHORTEST_REQUEST_MS);
      if (within < SHORTEST_REQUEST_MS)
        return {
          was: 'ask',
          answer: { kind: 'unavailable', sent: false, why: 'no_time' },
        };
      return { was: 'ask', answer: await endpoint.refresh(effect.session, effect.attempt, within) };
    }
    case 'wait':
      await pause(Math.min(effect.ms, Math.max(0, left - SHORTEST_REQUEST_MS)));
      return { was: 'wait' };
    case 'swap':
      return { was: 'swap', done: store.swap(effect.from, effect.epoch, effect.tokens) };
    case 'end':
      store.end(effect.session, effect.reason);
      return { was: 'end' };
    case 'revoke':
      await endpoint.revoke(effect.issuer, effect.tokens.refresh, Math.max(0, left));
      return { was: 'revoke' };
    case 'mark spent':
      store.markSpent(effect.session);
      return { was: 'mark spent' };
    case 'forget note':
      store.forgetNote();
      return { was: 'forget note' };
  }
}

/** A token that was sent before, without an answer, is sent again as the same attempt, unless it is known to be spent. */
function noted(
  store: SessionStore,
  newAttempt: () => string,
  { session, epoch }: Extract<RefreshEffect, { readonly do: 'note' }>,
): RefreshEvent {
  const before = store.unfinished();
  const again = before?.epoch === epoch && before.issuedAtMs === session.tokens.issuedAtMs;
  if (again && before.isSpent) return { was: 'found spent' };
  const attempt = (again ? before.attempt : null) ?? newAttempt();
  store.note(session, epoch, attempt);
  return { was: 'note', again, attempt };
}

function logged({ log }: RefreshPorts, result: RefreshResult): RefreshResult {
  log(`refresh_transaction outcome=${result.outcome} network_call=${result.network}`);
  return result;
}
