import { diagnose } from '../diagnostics/diagnostic.ts';
import { symptomOfAnswer, symptomOfRefresh } from '../diagnostics/symptom.ts';
import { REFRESH_WORDING } from '../hosted-wording.ts';
import type { RefreshResult } from '../refresh/refresh-machine.ts';
import type { HttpAnswer } from '../session/http-answer.ts';
import { isJsonObject } from '../status/rows/json-value.ts';

/** What a server says of a login: that it holds or not, and never why (A§6.4). */
export interface ServerSession {
  readonly active: boolean;
  readonly session_id: string | null;
  /** What keeps it from being known, or `re-authenticate`. */
  readonly error: string | null;
}

/** Only a new login helps. */
export const RE_AUTHENTICATE = 're-authenticate';

/** Where there is no login to ask about. */
export function withoutLogin(isConfigured: boolean): ServerSession {
  return failed(isConfigured ? RE_AUTHENTICATE : 'SaaS URL not configured');
}

/** Where this machine kept it from being asked. */
export function notAsked(why: string): ServerSession {
  return failed(why);
}

/** Where no fresh access token could be had. */
export function withoutToken(result: RefreshResult): ServerSession {
  const symptom = symptomOfRefresh(result);
  if (!symptom) throw new Error(`A refresh that gave a session is no failure: ${result.outcome}`);
  if (result.outcome === 'busy') return failed(REFRESH_WORDING.busy);
  if (result.outcome === 'unavailable') return failed(unavailable(result.why));
  const { category, message } = diagnose(symptom);
  const isOver = category === 'unauthenticated' && result.outcome !== 'store_fault';
  return failed(isOver ? RE_AUTHENTICATE : message);
}

/** What an answer to `GET /api/v1/session-status` means. */
export function statusAnswerOf(answer: HttpAnswer): ServerSession {
  if (answer.kind === 'failed') return failed(unavailable(answer.cause));
  if (answer.status === 401) return failed(RE_AUTHENTICATE);
  const body = isJsonObject(answer.body) ? answer.body : {};
  const { status, session_id: id } = body;
  if (answer.status === 200 && status === 'active' && typeof id === 'string')
    return { active: true, session_id: id, error: null };
  return failed(
    answer.status === 200
      ? diagnose(symptomOfAnswer('account', answer)).message
      : `Server returned HTTP ${answer.status}`,
  );
}

function failed(error: string): ServerSession {
  return { active: false, session_id: null, error };
}

/** @param why a cause of the network, or `http_` and a status. */
function unavailable(why: string): string {
  const [, status] = /^http_(\d{3})$/.exec(why) ?? [];
  return status === undefined ? `Network error: ${why}` : `Server returned HTTP ${status}`;
}
