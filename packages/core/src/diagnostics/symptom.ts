import type { RefreshResult } from '../refresh/refresh-machine.ts';
import type { HttpAnswer, NetworkCause, NoAnswer } from '../session/http-answer.ts';
import type { EndReason } from '../session/stored-session.ts';
import { isJsonObject } from '../status/rows/json-value.ts';

/** What was being done. */
export type Phase = 'login' | 'refresh' | 'account' | 'ingress' | 'tracker' | 'final_sync';

/** Why there is no answer of a server to judge by. */
export type CauseCode =
  | 'no_session'
  | 'session_expired'
  | 'session_invalidated'
  | 'rotation_lost'
  | 'account_changed'
  | 'store_fault'
  | 'missing_private_team'
  | 'refresh_busy'
  | 'refresh_replay'
  | 'answer_lost'
  | NetworkCause;

/** All that a diagnostic is made from: values with a meaning, and no texts. */
export interface Symptom {
  readonly phase: Phase;
  readonly http_status: number | null;
  /** OAuth’s `error`, for the token endpoint. */
  readonly oauth_error: string | null;
  readonly server_code: string | null;
  readonly cause_code: CauseCode | null;
  readonly retry_after_s?: number;
}

const NONE = { http_status: null, oauth_error: null, server_code: null, cause_code: null };

/** The symptom of something that was found out without a server. */
export function symptomOfCause(phase: Phase, cause: CauseCode): Symptom {
  return { ...NONE, phase, cause_code: cause };
}

/** Keys under which servers give a code (the first that is there counts); what is in them is compared, never searched. */
const CODE_KEYS = ['error_category', 'category', 'error_code', 'code', 'error'];

/** The symptom of an answer that its caller cannot use. */
export function symptomOfAnswer(phase: Phase, answer: HttpAnswer): Symptom {
  if (answer.kind === 'failed') return symptomOfCause(phase, answer.cause);
  const body = isJsonObject(answer.body) ? answer.body : {};
  const code = CODE_KEYS.map((key) => body[key]).find((value) => typeof value === 'string');
  const isToken = phase === 'login' || phase === 'refresh';
  return {
    ...NONE,
    phase,
    http_status: answer.status,
    oauth_error: isToken && typeof body['error'] === 'string' ? body['error'] : null,
    server_code: code ?? null,
    ...(answer.retryAfter === null ? {} : { retry_after_s: answer.retryAfter }),
  };
}

/** The symptom of a refresh; `undefined` for one that has given a session. */
export function symptomOfRefresh(result: RefreshResult): Symptom | undefined {
  if ('session' in result) return undefined;
  switch (result.outcome) {
    case 'session_ended':
      return symptomOfCause('refresh', causeOfEnd(result.reason));
    case 'logged_out':
      return symptomOfCause('refresh', causeOfEnd(result.reason ?? 'user_logout'));
    case 'account_changed':
    case 'answer_lost':
    case 'store_fault':
      return symptomOfCause('refresh', result.outcome);
    case 'busy':
      return symptomOfCause('refresh', 'refresh_busy');
    case 'replay':
      return symptomOfCause('refresh', 'refresh_replay');
    case 'unavailable':
      return symptomOfWhy('refresh', result.why);
  }
}

function causeOfEnd(reason: EndReason): CauseCode {
  switch (reason) {
    case 'user_logout':
      return 'no_session';
    case 'absolute_lifetime':
      return 'session_expired';
    case 'server_revoked':
    case 'invalid':
      return 'session_invalidated';
    case 'rotation_lost':
    case 'store_fault':
      return reason;
  }
}

/** The symptom of what an endpoint calls unavailable: a cause, or `http_` and a status. */
function symptomOfWhy(phase: Phase, why: NoAnswer): Symptom {
  if (!isNetworkCause(why)) return { ...NONE, phase, http_status: Number(why.slice('http_'.length)) };
  return symptomOfCause(phase, why === 'no_time' ? 'timeout' : why);
}

function isNetworkCause(why: NoAnswer): why is NetworkCause | 'no_time' {
  return !why.startsWith('http_');
}
