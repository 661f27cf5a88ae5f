import { sql } from 'kysely';
import * as v from 'valibot';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { type Answer, json, oauthError } from '../http/answer.ts';
import { endpoint } from '../http/endpoint.ts';
import { lacksKeys } from '../keys/keyring.ts';

const nothing = v.object({});

/** `GET /health/`: this process answers. */
export const healthEndpoint = endpoint({
  method: 'GET',
  path: '/health/',
  access: { by: 'anybody' },
  summary: 'Tell whether the server runs',
  takes: 'query',
  input: nothing,
  answers: { 200: { means: 'It does.', schema: v.object({ status: v.literal('ok') }) } },
  handle: () => json(200, { status: 'ok' }),
});

/** `GET /health/ready/`: it can do its work. */
export const readyEndpoint = endpoint({
  method: 'GET',
  path: '/health/ready/',
  access: { by: 'anybody' },
  summary: 'Tell whether the server can do its work',
  takes: 'query',
  input: nothing,
  answers: {
    200: { means: 'It can.', schema: v.object({ status: v.literal('ok'), database: v.literal('ok') }) },
    503: {
      means:
        'Its database does not answer or has a schema of servers that are newer, or it lacks a key of the other servers.',
    },
  },
  handle: async ({ teamspace }): Promise<Answer> => {
    const { rows } = await sql<{ oldest: number }>`
      select coalesce(max(oldest_server), 0) as oldest from schema_migrations
    `.execute(teamspace.database.system);
    // A newer server has changed it since this one has started.
    if ((rows[0]?.oldest ?? 0) > MIGRATIONS.length)
      return oauthError(
        503,
        'temporarily_unavailable',
        'This server is too old for its database: upgrade it, too.',
      );
    const { missing } = teamspace.keyring;
    if (missing.length > 0) throw lacksKeys(missing);
    return json(200, { status: 'ok', database: 'ok' });
  },
});
