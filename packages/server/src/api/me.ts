import * as v from 'valibot';
import { json } from '../http/answer.ts';
import { endpoint } from '../http/endpoint.ts';

/** `GET /api/v1/me` (A§1.1): who a login belongs to, and their teams. */
export const meEndpoint = endpoint({
  method: 'GET',
  path: '/api/v1/me',
  access: { by: 'session' },
  summary: 'Tell who is signed in',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The account with its teams.' }, 401: { means: 'Not signed in.' } },
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
  answers: { 200: { means: 'It does.' }, 401: { means: 'It does not; why is not said.' } },
  handle: ({ session }) =>
    json(200, { status: 'active', session_id: session.id, current_generation: session.generation }),
});
