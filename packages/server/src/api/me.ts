import * as v from 'valibot';
import { ROLES } from '../database/schema.ts';
import { json } from '../http/answer.ts';
import { count, instant } from '../http/answer-fields.ts';
import { endpoint } from '../http/endpoint.ts';

const account = v.object({
  user_id: v.string(),
  email: v.string(),
  name: v.string(),
  teams: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      slug: v.string(),
      role: v.picklist(ROLES),
      is_private_teamspace: v.boolean(),
    }),
  ),
  session_id: v.string(),
  authenticated_at: instant,
  access_token_expires_at: instant,
  refresh_token_expires_at: instant,
  auth_flow: v.picklist(['authorization_code', 'device_code']),
});

/** `GET /api/v1/me` (A§1.1): who a login belongs to, and their teams. */
export const meEndpoint = endpoint({
  method: 'GET',
  path: '/api/v1/me',
  access: { by: 'session' },
  summary: 'Tell who is signed in',
  takes: 'query',
  input: v.object({}),
  answers: {
    200: { means: 'The account with its teams.', schema: account },
    401: { means: 'Not signed in.' },
  },
  handle: async ({ teamspace, session }) => {
    const { accountId } = session;
    const teams = await teamspace.database.within({ account: accountId }, (rows) =>
      rows
        .selectFrom('memberships')
        .innerJoin('teams', 'teams.id', 'memberships.team_id')
        .select(['teams.id', 'teams.name', 'teams.slug', 'role', 'is_private'])
        .where('memberships.account_id', '=', accountId)
        .orderBy('is_private', 'desc')
        .orderBy('slug')
        .execute(),
    );
    return json(200, {
      user_id: accountId,
      email: session.email,
      name: session.name,
      teams: teams.map(({ is_private: isPrivate, ...team }) => ({
        ...team,
        is_private_teamspace: isPrivate,
      })),
      session_id: session.id,
      authenticated_at: session.createdAt.toISOString(),
      access_token_expires_at: session.accessExpiresAt.toISOString(),
      refresh_token_expires_at: session.refreshExpiresAt.toISOString(),
      auth_flow: session.authFlow,
    });
  },
});

/** `GET /api/v1/session-status` (A§1.1). */
export const sessionStatusEndpoint = endpoint({
  method: 'GET',
  path: '/api/v1/session-status',
  access: { by: 'session' },
  summary: 'Tell whether a login goes on',
  takes: 'query',
  input: v.object({}),
  answers: {
    200: {
      means: 'It does.',
      schema: v.object({
        status: v.literal('active'),
        session_id: v.string(),
        current_generation: count,
      }),
    },
    401: { means: 'It does not; why is not said.' },
  },
  handle: ({ session }) =>
    json(200, { status: 'active', session_id: session.id, current_generation: session.generation }),
});
