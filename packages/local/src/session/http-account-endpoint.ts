import type { AccountEndpoint } from '@spec-kitty/core/ports/session/account-endpoint';
import { type AccountAnswer, accountAnswerOf } from '@spec-kitty/core/session/account-answer';
import { REFRESH_LIMITS } from '@spec-kitty/core/refresh/refresh-limits';
import type { Secret } from '@spec-kitty/core/session/secret';
import { sendRequest } from './http-client.ts';

/** Who is signed in, over HTTP. */
export class HttpAccountEndpoint implements AccountEndpoint {
  async fetch(issuer: string, access: Secret, withinMs: number): Promise<AccountAnswer> {
    const answer = await sendRequest({
      method: 'GET',
      url: `${issuer}/api/v1/me`,
      headers: { authorization: `Bearer ${access.expose()}` },
      withinMs,
      connectMs: REFRESH_LIMITS.connect,
    });
    return accountAnswerOf(answer);
  }
}
