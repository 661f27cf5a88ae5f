import { randomBytes, randomInt } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import { DEVICE } from '../allowances/allowance.ts';
import { clientNetwork } from '../allowances/client-network.ts';
import { spend } from '../allowances/spend.ts';
import { json, oauthError, tooMany } from '../http/answer.ts';
import { count } from '../http/answer-fields.ts';
import { endpoint } from '../http/endpoint.ts';
import { findClient, grantedScope } from './client.ts';

const LASTS_S = 900;

/** No vowels, so that no word comes of it, and nothing that looks like something else (RFC 8628 §6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** `POST /oauth/device` (RFC 8628 §3.1): a device without a browser asks for a code to show. */
export const deviceEndpoint = endpoint({
  method: 'POST',
  path: '/oauth/device',
  access: { by: 'anybody' },
  summary: 'Begin to sign in a device without a browser',
  takes: 'form',
  input: v.object({ client_id: v.string(), scope: v.optional(v.string()) }),
  answers: {
    200: {
      means: 'Codes, one to show and one to ask with.',
      schema: v.object({
        device_code: v.string(),
        user_code: v.string(),
        verification_uri: v.string(),
        verification_uri_complete: v.string(),
        expires_in: count,
        interval: count,
      }),
    },
    401: { means: 'The program is not known.' },
    429: { means: 'Too many devices from this address.' },
  },
  handle: async ({ teamspace, input, address, userAgent }) => {
    const client = findClient(input.client_id);
    if (!client) return oauthError(401, 'invalid_client', 'The client is not known.');
    const { database, keyring, publicUrl, lifetimes } = teamspace;
    const [short] = await spend(database, { of: DEVICE, whose: clientNetwork(address) });
    if (short) return tooMany(short.waitS);
    const deviceCode = `skd_${randomBytes(32).toString('base64url')}`;
    const userCode = newUserCode();
    await database.system
      .insertInto('device_grants')
      .values({
        device_hash: keyring.hashes('device', deviceCode)[0],
        user_code_hash: keyring.hashes('user code', userCode)[0],
        client_id: client.id,
        scope: grantedScope(client, input.scope),
        user_agent: userAgent.slice(0, 200),
        interval_s: lifetimes.deviceInterval,
        state: 'pending',
        expires_at: sql<Date>`now() + make_interval(secs => ${LASTS_S})`,
      })
      .execute();
    return json(200, {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${publicUrl}/device`,
      verification_uri_complete: `${publicUrl}/device?code=${userCode}`,
      expires_in: LASTS_S,
      interval: lifetimes.deviceInterval,
    });
  },
});

function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** A code as it was shown, however it was typed. */
export function typedUserCode(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z]/g, '');
}
