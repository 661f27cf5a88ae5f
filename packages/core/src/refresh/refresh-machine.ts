import type { NoAnswer } from '../session/http-answer.ts';
import type { RefreshAnswer } from '../session/refresh-answer.ts';
import { REFRESH_LIMITS } from './refresh-limits.ts';
import type { Secret } from '../session/secret.ts';
import {
  isFresh,
  sameAccount,
  sameGrant,
  type Session,
  type Tokens,
  withTokens,
} from '../session/session.ts';
import type { EndReason, StoredSession, StoreFault } from '../session/stored-session.ts';

/** What has to be done next; each gives one {@link RefreshEvent}. */
export type RefreshEffect =
  | { readonly do: 'read' }
  /** Waits for the lock, for a slice of the time that there is. */
  | { readonly do: 'lock' }
  /** Notes, before anything is sent, that a rotation may be under way. */
  | { readonly do: 'note'; readonly session: Session; readonly epoch: number }
  | { readonly do: 'ask'; readonly session: Session; readonly attempt: string }
  | { readonly do: 'wait'; readonly ms: number }
  /** Stores what a refresh gave, if the login is still the one that was refreshed. */
  | { readonly do: 'swap'; readonly from: Session; readonly epoch: number; readonly tokens: Tokens }
  /** Ends the login, if it is still the one that was rejected. */
  | { readonly do: 'end'; readonly session: Session; readonly reason: EndReason }
  /** Notes that the server has rotated a token, so that nobody sends it again; what it was rotated into is not here. */
  | { readonly do: 'mark spent'; readonly session: Session }
  | { readonly do: 'revoke'; readonly issuer: string; readonly tokens: Tokens }
  | { readonly do: 'forget note' }
  | { readonly do: 'stop'; readonly result: RefreshResult };

/** What came of an effect. */
export type RefreshEvent =
  | { readonly was: 'read'; readonly stored: StoredSession }
  | { readonly was: 'lock'; readonly held: true }
  /** `isOver`: there is no more time to wait. */
  | { readonly was: 'lock'; readonly held: false; readonly isOver: boolean }
  | { readonly was: 'ask'; readonly answer: RefreshAnswer }
  | { readonly was: 'swap'; readonly done: boolean }
  /** `again`: the same token was sent before, and nobody has seen what came of it; `attempt` then is the same, too. */
  | { readonly was: 'note'; readonly again: boolean; readonly attempt: string }
  /** The server has said before that it has rotated this token. */
  | { readonly was: 'found spent' }
  | { readonly was: 'wait' | 'end' | 'mark spent' | 'revoke' | 'forget note' };

/** How a refresh ends; `network`: whether a token was sent. */
export type RefreshResult = { readonly network: boolean } & (
  | {
      readonly outcome:
        | 'fresh'
        | 'adopted_newer'
        | 'refreshed'
        | 'stale_rejection_preserved'
        | 'lock_timeout_adopted'
        | 'kept_valid';
      readonly session: Session;
    }
  | { readonly outcome: 'session_ended'; readonly reason: EndReason }
  | { readonly outcome: 'logged_out'; readonly reason: EndReason | null }
  | { readonly outcome: 'account_changed' }
  | { readonly outcome: 'store_fault'; readonly fault: StoreFault }
  /** `answer_lost`: the token was rotated, and whoever asked for that has not stored what it got. */
  | { readonly outcome: 'busy' | 'replay' | 'answer_lost' }
  | { readonly outcome: 'unavailable'; readonly why: NoAnswer }
);

interface Common {
  readonly minValidityMs: number;
  /** Whose session the caller had before; `null`: anybody's will do. */
  readonly caller: Session | null;
  readonly network: boolean;
  /** An access token that the server has refused although it is not over: it is good for nothing any more. */
  readonly rejected: Secret | null;
  /** Grants that were sent and must not be sent again. */
  readonly spent: readonly Session[];
}

/** The login that is being refreshed, and the epoch that it belongs to. */
interface Held {
  readonly session: Session;
  readonly epoch: number;
}

interface Places {
  readonly looking: object;
  readonly locking: object;
  readonly 'in between': object;
  readonly 'locked out': object;
  readonly 'looking again': object;
  readonly noting: Held;
  readonly asking: Held & { readonly again: boolean };
  readonly waiting: Held & { readonly again: boolean };
  readonly replayed: Held & { readonly again: boolean };
  readonly rejected: Held & { readonly reason: EndReason };
  readonly storing: Held & { readonly tokens: Tokens };
  readonly discarding: object;
  readonly overtaken: object;
  readonly ending: { readonly result: RefreshResult };
  readonly stopped: object;
}

type At<A extends keyof Places> = Common & Places[A] & { readonly at: A };

/** Where a refresh stands. */
export type RefreshState = { readonly [A in keyof Places]: At<A> }[keyof Places];

/** One step: the state after an event, and the one effect that it asks for. */
export interface RefreshStep {
  readonly state: RefreshState;
  readonly effect: RefreshEffect;
}

/** Begins a refresh with a look at the disk: what somebody else has stored is used before anything is asked (A§3.6). */
export function beginRefresh(
  caller: Session | null,
  minValidityMs: number = REFRESH_LIMITS.minValidity,
  rejected: Secret | null = null,
): RefreshStep {
  return {
    state: { at: 'looking', minValidityMs, caller, rejected, network: false, spent: [] },
    effect: { do: 'read' },
  };
}

type Handlers = {
  readonly [A in keyof Places]: (state: At<A>, event: RefreshEvent, nowMs: number) => RefreshStep;
};

const HANDLERS: Handlers = {
  looking: (state, event, nowMs) => beforeLock(state, storedOf(event), nowMs, 'fresh'),
  locking: (state, event) => ({ state: { ...common(state), at: afterWait(event) }, effect: { do: 'read' } }),
  'in between': (state, event, nowMs) => beforeLock(state, storedOf(event), nowMs, 'adopted_newer'),
  'locked out': (state, event, nowMs) => afterLockedOut(state, storedOf(event), nowMs),
  'looking again': (state, event, nowMs) => underLock(state, storedOf(event), nowMs, 'adopted_newer'),
  noting: (state, event, nowMs) => {
    if (event.was === 'found spent') return stop(state, withoutAnswer(state, nowMs));
    if (event.was !== 'note') throw new Error(`Expected a note, not ${event.was}`);
    const { again, attempt } = event;
    return {
      state: { ...state, at: 'asking', again },
      effect: { do: 'ask', session: state.session, attempt },
    };
  },
  asking: (state, event, nowMs) => afterAnswer({ ...state, network: true }, answerOf(event), nowMs),
  waiting: (state) => ({ state: { ...state, at: 'replayed' }, effect: { do: 'read' } }),
  // Somebody else has rotated it: theirs is used once it is there, and the spent one is not sent again.
  replayed: (state, event, nowMs) => afterReplay(state, storedOf(event), nowMs),
  rejected: (state, event, nowMs) => afterRejection(state, storedOf(event), nowMs),
  storing: (state, event) => afterStoring(state, event.was === 'swap' && event.done),
  discarding: (state) => ({ state: { ...common(state), at: 'overtaken' }, effect: { do: 'read' } }),
  overtaken: (state, event, nowMs) => afterOvertaken(state, storedOf(event), nowMs),
  ending: (state) => stop(state, state.result),
  stopped: () => {
    throw new Error('A refresh that has stopped does not go on');
  },
};

/** Goes on with a refresh. Pure: every race between processes is one between the effects that it asks for. */
export function continueRefresh(state: RefreshState, event: RefreshEvent, nowMs: number): RefreshStep {
  // Each handler takes the state of its own name.
  const handle = HANDLERS[state.at] as (
    state: RefreshState,
    event: RefreshEvent,
    nowMs: number,
  ) => RefreshStep;
  return handle(state, event, nowMs);
}

function common({ minValidityMs, caller, rejected, network, spent }: Common): Common {
  return { minValidityMs, caller, rejected, network, spent };
}

/** Whether an access token is good for so long, and is not the one that the server has refused. */
function isGood({ rejected }: Common, session: Session, nowMs: number, forMs: number): boolean {
  return isFresh(session, nowMs, forMs) && rejected?.equals(session.tokens.access) !== true;
}

function storedOf(event: RefreshEvent): StoredSession {
  if (event.was !== 'read') throw new Error(`Expected what the store has, not ${event.was}`);
  return event.stored;
}

function answerOf(event: RefreshEvent): RefreshAnswer {
  if (event.was !== 'ask') throw new Error(`Expected an answer, not ${event.was}`);
  return event.answer;
}

/** A result before it is said whether a token was sent. */
type Ending = WithoutNetwork<RefreshResult>;
type WithoutNetwork<R> = R extends unknown ? Omit<R, 'network'> : never;

function stop(state: Common, result: Ending): RefreshStep {
  const done = { ...result, network: state.network } as RefreshResult;
  return { state: { ...common(state), at: 'stopped' }, effect: { do: 'stop', result: done } };
}

/** Stops once the note is gone: nothing is under way any more. */
function forget(state: Common, result: Ending): RefreshStep {
  const done = { ...result, network: state.network } as RefreshResult;
  return { state: { ...common(state), at: 'ending', result: done }, effect: { do: 'forget note' } };
}

/** What is over whatever else holds, or the session that can be worked with. */
function settled(
  { caller }: Common,
  stored: StoredSession,
): { readonly end: Ending } | { readonly session: Session; readonly epoch: number } {
  switch (stored.kind) {
    case 'absent':
      return { end: { outcome: 'logged_out', reason: null } };
    case 'ended':
      return { end: { outcome: 'logged_out', reason: stored.reason } };
    case 'ok':
      return caller !== null && !sameAccount(caller, stored.session)
        ? { end: { outcome: 'account_changed' } }
        : stored;
    default:
      return { end: { outcome: 'store_fault', fault: stored } };
  }
}

/** What is on the disk is used without the lock if it is good: at first, and after each slice of waiting. */
function beforeLock(
  state: Common,
  stored: StoredSession,
  nowMs: number,
  outcome: 'fresh' | 'adopted_newer',
): RefreshStep {
  const found = settled(state, stored);
  if ('end' in found) return stop(state, found.end);
  if (isGood(state, found.session, nowMs, state.minValidityMs))
    return stop(state, { outcome, session: found.session });
  return { state: { ...common(state), at: 'locking' }, effect: { do: 'lock' } };
}

function afterWait(event: RefreshEvent): 'looking again' | 'in between' | 'locked out' {
  if (event.was !== 'lock') throw new Error(`Expected the lock, not ${event.was}`);
  if (event.held) return 'looking again';
  return event.isOver ? 'locked out' : 'in between';
}

/** Somebody else holds the lock: what they leave is used, and never is their waiting taken for a logout. */
function afterLockedOut(state: At<'locked out'>, stored: StoredSession, nowMs: number): RefreshStep {
  const found = settled(state, stored);
  if ('end' in found) return stop(state, found.end);
  const enoughMs = Math.min(state.minValidityMs, REFRESH_LIMITS.adoptable);
  const isUsable = isGood(state, found.session, nowMs, enoughMs);
  return stop(
    state,
    isUsable ? { outcome: 'lock_timeout_adopted', session: found.session } : { outcome: 'busy' },
  );
}

/** Uses what is on the disk, or asks for more; a token is sent at most once, and of two rotations only one is followed. */
function underLock(
  state: Common,
  stored: StoredSession,
  nowMs: number,
  adopted: 'adopted_newer' | 'stale_rejection_preserved',
): RefreshStep {
  const found = settled(state, stored);
  if ('end' in found) return forget(state, found.end);
  const { session, epoch } = found;
  if (isGood(state, session, nowMs, state.minValidityMs)) return forget(state, { outcome: adopted, session });
  // The note stays: what the server rotated may never have been stored.
  if (state.spent.length > 1 || state.spent.some((sent) => sameGrant(sent, session)))
    return stop(state, { outcome: 'replay' });
  const spent = [...state.spent, session];
  return {
    state: { ...common(state), spent, at: 'noting', session, epoch },
    effect: { do: 'note', session, epoch },
  };
}

function afterAnswer(state: At<'asking'>, answer: RefreshAnswer, nowMs: number): RefreshStep {
  const { session, epoch, again } = state;
  const rest = { ...common(state), session, epoch };
  switch (answer.kind) {
    case 'tokens': {
      const { tokens } = answer;
      return {
        state: { ...rest, at: 'storing', tokens },
        effect: { do: 'swap', from: session, epoch, tokens },
      };
    }
    case 'replay': {
      const ms = Math.min(Math.max(answer.retryAfterMs, 0), REFRESH_LIMITS.replayWait);
      return { state: { ...rest, at: 'waiting', again }, effect: { do: 'wait', ms } };
    }
    case 'rejected':
      return {
        state: { ...rest, at: 'rejected', reason: reasonOf(answer, state, nowMs) },
        effect: { do: 'read' },
      };
    case 'unavailable': {
      const result: Ending = isGood(state, session, nowMs, 0)
        ? { outcome: 'kept_valid', session }
        : { outcome: 'unavailable', why: answer.why };
      // A token that may have been rotated stays noted, so that a later rejection can be told for what it is.
      return answer.sent || again ? stop(state, result) : forget(state, result);
    }
  }
}

/** Under the lock nobody else stores anything: what nobody has stored by now is lost if it was asked for before. */
function afterReplay(state: At<'replayed'>, stored: StoredSession, nowMs: number): RefreshStep {
  const { session, again } = state;
  if (stored.kind !== 'ok' || !sameGrant(stored.session, session))
    return underLock(state, stored, nowMs, 'adopted_newer');
  const ending: Ending = again ? withoutAnswer(state, nowMs) : { outcome: 'replay' };
  const result = { ...ending, network: true } as RefreshResult;
  return { state: { ...common(state), at: 'ending', result }, effect: { do: 'mark spent', session } };
}

/** The access token is good to its end; a spent token is not sent again, as that would look stolen. */
function withoutAnswer(state: Common & Held, nowMs: number): Ending {
  const { session } = state;
  return isGood(state, session, nowMs, 0) ? { outcome: 'kept_valid', session } : { outcome: 'answer_lost' };
}

function reasonOf(
  { cause }: Extract<RefreshAnswer, { readonly kind: 'rejected' }>,
  { session, again }: At<'asking'>,
  nowMs: number,
): EndReason {
  if (cause === 'session_invalid') return 'invalid';
  const ends = session.tokens.refreshExpiresAtMs;
  if (ends !== null && ends <= nowMs) return 'absolute_lifetime';
  // Most likely the server has rotated it the first time, and takes it for stolen or spent now.
  return again ? 'rotation_lost' : 'server_revoked';
}

/** Tokens that nobody stored are given back. */
function afterStoring(state: At<'storing'>, done: boolean): RefreshStep {
  const { session, tokens } = state;
  if (done) return forget(state, { outcome: 'refreshed', session: withTokens(session, tokens) });
  return {
    state: { ...common(state), at: 'discarding' },
    effect: { do: 'revoke', issuer: session.issuer, tokens },
  };
}

/** Only the login that was rejected is ended; one that came meanwhile is another. */
function afterRejection(state: At<'rejected'>, stored: StoredSession, nowMs: number): RefreshStep {
  const { session, reason } = state;
  if (stored.kind === 'ok' && sameGrant(stored.session, session)) {
    const result: RefreshResult = { outcome: 'session_ended', reason, network: true };
    return {
      state: { ...common(state), at: 'ending', result },
      effect: { do: 'end', session, reason },
    };
  }
  return underLock(state, stored, nowMs, 'stale_rejection_preserved');
}

/** A logout or another login came first: what the disk says holds, and the tokens that nobody stored are given back. */
function afterOvertaken(state: At<'overtaken'>, stored: StoredSession, nowMs: number): RefreshStep {
  const found = settled(state, stored);
  if ('end' in found) return forget(state, found.end);
  return forget(
    state,
    isGood(state, found.session, nowMs, 0)
      ? { outcome: 'adopted_newer', session: found.session }
      : { outcome: 'replay' },
  );
}
