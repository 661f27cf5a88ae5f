import { isJsonObject } from '../status/rows/json-value.ts';
import type { HttpAnswer, NoAnswer } from './http-answer.ts';
import type { Tokens } from './session.ts';
import { timeOf } from './session-document.ts';
import { tokensOf } from './token-answer.ts';

/** What a token endpoint made of a code. */
export type LoginAnswer =
  | {
      readonly kind: 'tokens';
      readonly tokens: Tokens;
      /** Whether the server has said when the refresh token ends, and not only how long it lives. */
      readonly isEndExact: boolean;
    }
  /** `error`: a code of RFC 6749 §5.2 or RFC 8628 §3.5. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Nothing was decided; `why` is a cause of the network, `malformed`, or `http_` and a status. */
  | { readonly kind: 'unavailable'; readonly why: NoAnswer; readonly retryAfterMs: number };

/** What an answer to a code means, by its status and code alone, never by its words. */
export function loginAnswerOf(answer: HttpAnswer, nowMs: number): LoginAnswer {
  if (answer.kind === 'failed') return { kind: 'unavailable', why: answer.cause, retryAfterMs: 0 };
  const { status, body, retryAfter } = answer;
  if (status === 200) {
    const tokens = tokensOf(body, nowMs);
    const isEndExact = isJsonObject(body) && timeOf(body['refresh_token_expires_at']) !== undefined;
    return tokens
      ? { kind: 'tokens', tokens, isEndExact }
      : { kind: 'unavailable', why: 'malformed', retryAfterMs: 0 };
  }
  const error = isJsonObject(body) ? body['error'] : undefined;
  if ((status === 400 || status === 401) && typeof error === 'string') return { kind: 'refused', error };
  return { kind: 'unavailable', why: `http_${status}`, retryAfterMs: (retryAfter ?? 0) * 1000 };
}
