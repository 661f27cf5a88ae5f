import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import { json, oauthError } from '../http/answer.ts';
import { count } from '../http/answer-fields.ts';
import { endpoint } from '../http/endpoint.ts';
import { teamOf } from '../http/let-in.ts';

const LASTS_S = 60;

/**
 * `POST /api/v1/ws-token` (A§1.8): a ticket to open one connection with, for one team.
 *
 * Nothing answers at `ws_url` yet: live connections come with the intake of events.
 */
export const wsTokenEndpoint = endpoint({
  method: 'POST',
  path: '/api/v1/ws-token',
  access: { by: 'session' },
  summary: 'Get a ticket for a live connection',
  takes: 'json',
  input: v.object({ team_id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)) }),
  answers: {
    200: {
      means: 'A ticket that is good once; connections themselves are not taken yet.',
      schema: v.object({
        ws_token: v.string(),
        ws_url: v.string(),
        expires_in: count,
        session_id: v.string(),
      }),
    },
    401: { means: 'Not signed in.' },
    403: { means: 'Not a member of the team.' },
  },
  handle: async ({ teamspace, session, input }) => {
    const { database, keyring, publicUrl } = teamspace;
    const ticket = `skw_${randomBytes(32).toString('base64url')}`;
    const isIssued = await database.within({ account: session.accountId }, async (rows) => {
      const team = await teamOf(rows, input.team_id, session.accountId);
      if (!team) return false;
      await rows
        .insertInto('ws_tickets')
        .values({
          ticket_hash: keyring.hashes('ticket', ticket)[0],
          session_id: session.id,
          team_id: team.id,
          expires_at: sql<Date>`now() + make_interval(secs => ${LASTS_S})`,
        })
        .execute();
      return true;
    });
    if (!isIssued) return oauthError(403, 'not_a_team_member', 'You are not a member of such a team.');
    return json(200, {
      ws_token: ticket,
      ws_url: `${publicUrl.replace(/^http/, 'ws')}/ws/v1/events`,
      expires_in: LASTS_S,
      session_id: session.id,
    });
  },
});
