import { CLIENT_ID } from '@spec-kitty/core/login/authorization-url';
import type { Revocation, TokenEndpoint } from '@spec-kitty/core/ports/session/token-endpoint';
import type { RefreshAnswer } from '@spec-kitty/core/session/refresh-answer';
import { REFRESH_LIMITS } from '@spec-kitty/core/refresh/refresh-limits';
import type { Secret } from '@spec-kitty/core/session/secret';
import type { Session } from '@spec-kitty/core/session/session';
import { refreshAnswerOf } from '@spec-kitty/core/session/token-answer';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { sendRequest } from './http-client.ts';

/** The token endpoint over HTTP. */
export class HttpTokenEndpoint implements TokenEndpoint {
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async refresh({ issuer, tokens }: Session, attempt: string, withinMs: number): Promise<RefreshAnswer> {
    const answer = await sendRequest({
      method: 'POST',
      url: `${issuer}/oauth/token`,
      form: {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh.expose(),
        client_id: CLIENT_ID,
        refresh_attempt: attempt,
      },
      withinMs,
      connectMs: REFRESH_LIMITS.connect,
    });
    return refreshAnswerOf(answer, this.#nowMs(), tokens);
  }

  async revoke(issuer: string, token: Secret, withinMs: number): Promise<Revocation> {
    if (withinMs <= 0) return 'network_error';
    const answer = await sendRequest({
      method: 'POST',
      url: `${issuer}/oauth/revoke`,
      form: { token: token.expose(), token_type_hint: 'refresh_token' },
      withinMs: Math.min(withinMs, REFRESH_LIMITS.http),
      connectMs: REFRESH_LIMITS.connect,
    });
    if (answer.kind === 'failed') return 'network_error';
    const isConfirmed = answer.status === 200 && isJsonObject(answer.body) && answer.body['revoked'] === true;
    return isConfirmed ? 'confirmed' : 'server_failure';
  }
}
