import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { RefreshAnswer } from './refresh-answer.ts';
import { Secret } from './secret.ts';
import type { Tokens } from './session.ts';
import { timeOf } from './session-document.ts';

const DEFAULT_LIFETIME_S = 3600;

/**
 * Tokens of a token response (A§1.1); `undefined` where a part is missing or of the wrong kind.
 *
 * @param before what a refresh may leave out: the session's id and scope.
 */
export function tokensOf(body: unknown, nowMs: number, before?: Tokens): Tokens | undefined {
  if (!isJsonObject(body) || !isBearer(body)) return undefined;
  const { access_token: access, refresh_token: refresh } = body;
  const known = { ...(before && knownOf(before)), ...body };
  const { expires_in: expiresIn, session_id: sessionId, scope, generation } = known;
  if (!isText(access) || !isText(refresh) || !isText(sessionId)) return undefined;
  if (typeof expiresIn !== 'number' || !(expiresIn > 0)) return undefined;
  return {
    access: new Secret(access),
    refresh: new Secret(refresh),
    sessionId,
    scope: isText(scope) ? scope : '',
    issuedAtMs: nowMs,
    accessExpiresAtMs: nowMs + expiresIn * 1000,
    refreshExpiresAtMs: refreshEnd(body, nowMs),
    generation: typeof generation === 'number' ? generation : null,
  };
}

/** What a refresh may leave out. */
function knownOf({ sessionId, scope, generation }: Tokens): JsonObject {
  return { expires_in: DEFAULT_LIFETIME_S, session_id: sessionId, scope, generation };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isBearer({ token_type: type = 'Bearer' }: JsonObject): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'bearer';
}

/** The time itself goes before a length of time; `null`: only the server knows. */
function refreshEnd(body: JsonObject, nowMs: number): number | null {
  const at = timeOf(body['refresh_token_expires_at']);
  const seconds = body['refresh_token_expires_in'];
  return at ?? (typeof seconds === 'number' && seconds > 0 ? nowMs + seconds * 1000 : null);
}

/** What an answer to a refresh means, by its status and code alone, never by its words (A§1.5). */
export function refreshAnswerOf(answer: HttpAnswer, nowMs: number, before: Tokens): RefreshAnswer {
  if (answer.kind === 'failed') return { kind: 'unavailable', sent: answer.sent, why: answer.cause };
  const { status } = answer;
  const body = isJsonObject(answer.body) ? answer.body : {};
  if (status === 200) {
    const tokens = tokensOf(body, nowMs, before);
    return tokens ? { kind: 'tokens', tokens } : { kind: 'unavailable', sent: true, why: 'malformed' };
  }
  const { error, retry_after: after } = body;
  if (status === 409 && error === 'refresh_replay_benign_retry')
    return { kind: 'replay', retryAfterMs: typeof after === 'number' ? after * 1000 : 0 };
  const cause = REJECTIONS.find((one) => one === error);
  if (cause && (status === 400 || status === 401)) return { kind: 'rejected', cause };
  // A server that fails may have rotated before it did.
  return { kind: 'unavailable', sent: status >= 500, why: `http_${status}` };
}

const REJECTIONS = ['invalid_grant', 'session_invalid'] as const;
