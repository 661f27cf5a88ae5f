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
  if (!isToken(access) || !isToken(refresh) || !isToken(sessionId)) return undefined;
  if (!isLength(expiresIn)) return undefined;
  return {
    access: new Secret(access),
    refresh: new Secret(refresh),
    sessionId,
    scope: isToken(scope, SCOPE) ? scope : '',
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

const TOKEN = /^[\x21-\x7E]{1,8192}$/;
const SCOPE = /^[\x20-\x7E]{1,8192}$/;

/** Of the characters that a token may have (RFC 6749 appendix A), which all fit into a header. */
function isToken(value: unknown, form = TOKEN): value is string {
  return typeof value === 'string' && form.test(value);
}

/** More than any login lives; beyond, a time cannot be written down. */
const LONGEST_S = 100 * 365 * 86_400;

function isLength(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds > 0 && seconds <= LONGEST_S;
}

function isBearer({ token_type: type = 'Bearer' }: JsonObject): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'bearer';
}

/** The time itself goes before a length of time; `null`: only the server knows. */
function refreshEnd(body: JsonObject, nowMs: number): number | null {
  const at = timeOf(body['refresh_token_expires_at']);
  const seconds = body['refresh_token_expires_in'];
  return at ?? (isLength(seconds) ? nowMs + seconds * 1000 : null);
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
