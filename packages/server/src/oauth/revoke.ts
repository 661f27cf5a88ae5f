import * as v from 'valibot';
import { json } from '../http/answer.ts';
import { endpoint } from '../http/endpoint.ts';
import { revokeToken } from '../sessions/revoke-token.ts';

/** `POST /oauth/revoke` (RFC 7009): whoever has a token may end its login. */
export const revokeEndpoint = endpoint({
  method: 'POST',
  path: '/oauth/revoke',
  access: { by: 'anybody' },
  summary: 'End the login of a token',
  takes: 'form',
  input: v.object({ token: v.string(), token_type_hint: v.optional(v.string()) }),
  answers: {
    200: {
      means: 'The token is not good, whether it was before or not.',
      schema: v.object({ revoked: v.literal(true) }),
    },
  },
  handle: async ({ teamspace, input }) => {
    await revokeToken(teamspace, input.token);
    return json(200, { revoked: true });
  },
});
