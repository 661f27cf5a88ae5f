import type { NoAnswer } from './http-answer.ts';
import type { Tokens } from './session.ts';

/** What a token endpoint made of a refresh token, as far as that matters (A§1.5). */
export type RefreshAnswer =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  /** 409: somebody else has just rotated it. It must not be sent again. */
  | { readonly kind: 'replay'; readonly retryAfterMs: number }
  | { readonly kind: 'rejected'; readonly cause: 'invalid_grant' | 'session_invalid' }
  /** Nothing was decided. `sent`: the server may have rotated the token nevertheless. */
  | { readonly kind: 'unavailable'; readonly sent: boolean; readonly why: NoAnswer };
