import * as v from 'valibot';
import { type Answer, json, oauthError } from '../http/answer.ts';
import { count, instant } from '../http/answer-fields.ts';
import { endpoint } from '../http/endpoint.ts';
import { refreshSession } from '../sessions/refresh-session.ts';
import type { TokenAnswer } from '../sessions/session-answer.ts';
import type { Teamspace } from '../teamspace.ts';
import { findClient } from './client.ts';
import { exchangeCode } from './exchange-code.ts';
import { pollDevice } from './poll-device.ts';

/** How long a process waits until the one that was faster has stored what it got. */
const RETRY_AFTER_S = 1;

const field = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));

const tokenRequest = v.variant('grant_type', [
  v.object({
    grant_type: v.literal('authorization_code'),
    client_id: field,
    code: field,
    redirect_uri: field,
    code_verifier: field,
  }),
  v.object({
    grant_type: v.literal('urn:ietf:params:oauth:grant-type:device_code'),
    client_id: field,
    device_code: field,
  }),
  v.object({
    grant_type: v.literal('refresh_token'),
    client_id: field,
    refresh_token: field,
    refresh_attempt: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/))),
  }),
]);

const tokens = v.object({
  access_token: v.string(),
  refresh_token: v.string(),
  token_type: v.literal('Bearer'),
  expires_in: count,
  session_id: v.string(),
  scope: v.string(),
  generation: count,
  refresh_token_expires_in: count,
  refresh_token_expires_at: instant,
}) satisfies v.GenericSchema<unknown, TokenAnswer>;

/** `POST /oauth/token` (A§1.1): a code, a device or a refresh token against new tokens. */
export const tokenEndpoint = endpoint({
  method: 'POST',
  path: '/oauth/token',
  access: { by: 'anybody' },
  summary: 'Exchange a grant for tokens',
  takes: 'form',
  input: tokenRequest,
  answers: {
    200: { means: 'Tokens.', schema: tokens },
    400: { means: 'The grant is not good, or a person has not decided yet.' },
    401: { means: 'The program is not known.' },
    409: { means: 'The refresh token was rotated by another process a moment ago.' },
  },
  refuse: ({ input }, problem) => {
    const type = (input as Readonly<Record<string, unknown>>)['grant_type'];
    const isKnown =
      typeof type !== 'string' || tokenRequest.options.some((one) => one.entries.grant_type.literal === type);
    return isKnown
      ? oauthError(400, 'invalid_request', problem)
      : oauthError(400, 'unsupported_grant_type', 'This grant_type is not supported.');
  },
  handle: (asked) => {
    const { teamspace, input } = asked;
    if (!findClient(input.client_id)) return oauthError(401, 'invalid_client', 'The client is not known.');
    switch (input.grant_type) {
      case 'authorization_code':
        return exchangeCode(asked, {
          code: input.code,
          redirectUri: input.redirect_uri,
          verifier: input.code_verifier,
          clientId: input.client_id,
        });
      case 'refresh_token':
        return refresh(teamspace, input.refresh_token, input.refresh_attempt);
      case 'urn:ietf:params:oauth:grant-type:device_code':
        return pollDevice(asked, input.device_code, input.client_id);
    }
  },
});

async function refresh(teamspace: Teamspace, token: string, attempt: string | undefined): Promise<Answer> {
  const done = await refreshSession(teamspace, token, attempt);
  switch (done.kind) {
    case 'tokens':
      return json(200, done.tokens);
    case 'wait':
      return oauthError(
        409,
        'refresh_replay_benign_retry',
        'This token was rotated a moment ago; use the one that took its place.',
        { retry_after: RETRY_AFTER_S },
      );
    case 'rejected':
      return oauthError(400, done.error, 'The refresh token is not good any more.');
  }
}
