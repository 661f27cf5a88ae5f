import * as v from 'valibot';
import { ROLES } from '../database/schema.ts';
import { json } from '../http/answer.ts';
import { instant } from '../http/answer-fields.ts';
import { endpoint } from '../http/endpoint.ts';

/** `GET /api/v1/teams/{team}`. */
export const teamEndpoint = endpoint({
  method: 'GET',
  path: '/api/v1/teams/:team',
  access: { by: 'team', role: 'viewer', scope: 'team.read' },
  summary: 'Tell about a team',
  takes: 'query',
  input: v.object({}),
  answers: {
    200: {
      means: 'The team.',
      schema: v.object({
        id: v.string(),
        slug: v.string(),
        name: v.string(),
        is_private_teamspace: v.boolean(),
      }),
    },
  },
  handle: ({ team }) =>
    json(200, { id: team.id, slug: team.slug, name: team.name, is_private_teamspace: team.isPrivate }),
});

/** `GET /api/v1/teams/{team}/members`. */
export const membersEndpoint = endpoint({
  method: 'GET',
  path: '/api/v1/teams/:team/members',
  access: { by: 'team', role: 'viewer', scope: 'team.read' },
  summary: 'List the members of a team',
  takes: 'query',
  input: v.object({}),
  answers: {
    200: {
      means: 'Members with their roles.',
      schema: v.object({
        members: v.array(
          v.object({ user_id: v.string(), email: v.string(), name: v.string(), role: v.picklist(ROLES) }),
        ),
      }),
    },
  },
  handle: async ({ teamspace, team }) => {
    const members = await teamspace.database.within({ team: team.id }, (rows) =>
      rows
        .selectFrom('memberships')
        .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
        .select(['accounts.id as user_id', 'email', 'name', 'role'])
        .where('team_id', '=', team.id)
        .orderBy('email_key')
        .execute(),
    );
    return json(200, { members });
  },
});

const MOST = 200;

/** `GET /api/v1/teams/{team}/audit`, the newest first. */
export const auditEndpoint = endpoint({
  method: 'GET',
  path: '/api/v1/teams/:team/audit',
  access: { by: 'team', role: 'admin', scope: 'audit.read' },
  summary: 'Tell what was done in a team',
  takes: 'query',
  input: v.object({ before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,18}$/))) }),
  answers: {
    200: {
      means: `At most ${MOST} entries; the id of the last one as \`before\` gives the next.`,
      schema: v.object({
        entries: v.array(
          v.object({
            id: v.string(),
            at: instant,
            actor: v.string(),
            action: v.string(),
            target: v.nullable(v.string()),
            details: v.record(v.string(), v.unknown()),
          }),
        ),
      }),
    },
  },
  handle: async ({ teamspace, team, input }) => {
    const entries = await teamspace.database.within({ team: team.id }, (rows) => {
      const listed = rows
        .selectFrom('audit_log')
        .select(['id', 'at', 'actor', 'action', 'target', 'details'])
        .where('team_id', '=', team.id)
        .orderBy('id', 'desc')
        .limit(MOST);
      return (input.before === undefined ? listed : listed.where('id', '<', input.before)).execute();
    });
    return json(200, { entries });
  },
});
