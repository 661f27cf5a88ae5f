import { diagnose } from '../diagnostics/diagnostic.ts';
import { symptomOfAnswer, symptomOfRefresh } from '../diagnostics/symptom.ts';
import type { RefreshResult } from '../refresh/refresh-machine.ts';
import type { HttpAnswer, NoAnswer } from '../session/http-answer.ts';
import { explainStoreFault } from '../session/store-fault.ts';
import { isJsonObject } from '../status/rows/json-value.ts';

/** What a server says of a login: that it holds or not, and never why (A§6.4). */
export interface ServerSession {
  readonly active: boolean;
  readonly session_id: string | null;
  /** What keeps it from being known, or `re-authenticate`. */
  readonly error: string | null;
  /** What helps against that, where it is known. */
  readonly next_action: string | null;
}

/** Only a new login helps. */
export const RE_AUTHENTICATE = 're-authenticate';
const OVER = failed(RE_AUTHENTICATE, 'Run `spec-kitty auth login --force`.');

/** Where there is no login to ask about. */
export function withoutLogin(isConfigured: boolean): ServerSession {
  return isConfigured
    ? OVER
    : failed('SaaS URL not configured', 'Set SPEC_KITTY_SAAS_URL, or log in with --server.');
}

/** Where this machine kept it from being asked. */
export function notAsked(why: string, hint: string | null): ServerSession {
  return failed(why, hint);
}

/** Where no fresh access token could be had. */
export function withoutToken(result: RefreshResult): ServerSession {
  const symptom = symptomOfRefresh(result);
  if (!symptom) throw new Error(`A refresh that gave a session is no failure: ${result.outcome}`);
  const { category, message, next_action: next } = diagnose(symptom);
  if (result.outcome === 'store_fault')
    return failed(`The session cannot be used, since ${explainStoreFault(result.fault)}`, next);
  if (result.outcome === 'unavailable') return failed(unavailable(result.why, message), next);
  const isOver = category === 'unauthenticated' && result.outcome !== 'answer_lost';
  return isOver ? OVER : failed(message, next);
}

/** What an answer to `GET /api/v1/session-status` means. */
export function statusAnswerOf(answer: HttpAnswer): ServerSession {
  if (answer.kind === 'answer' && answer.status === 401) return OVER;
  const { message, next_action: next } = diagnose(symptomOfAnswer('account', answer));
  if (answer.kind === 'failed') return failed(unavailable(answer.cause, message), next);
  const { status, session_id: id } = isJsonObject(answer.body) ? answer.body : {};
  if (answer.status === 200 && status === 'active' && typeof id === 'string')
    return { active: true, session_id: id, error: null, next_action: null };
  return failed(answer.status === 200 ? message : unavailable(`http_${answer.status}`, message), next);
}

function failed(error: string, next: string | null): ServerSession {
  return { active: false, session_id: null, error, next_action: next };
}

/** @param words for an answer that is none: nothing is wrong with the network then. */
function unavailable(why: NoAnswer, words: string): string {
  if (why === 'malformed') return words;
  const [, status] = /^http_(\d{3})$/.exec(why) ?? [];
  return status === undefined ? `Network error: ${why}` : `Server returned HTTP ${status}`;
}
