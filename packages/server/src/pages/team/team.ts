import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import * as v from 'valibot';
import { audit } from '../../audit/audit.ts';
import type { Rows } from '../../database/database.ts';
import { ROLES } from '../../database/schema.ts';
import { type Answer, page, redirect } from '../../http/answer.ts';
import { type Asked, type Caller, endpoint } from '../../http/endpoint.ts';
import { teamOf } from '../../http/let-in.ts';
import type { AskedTeam } from '../../teams/asked-team.ts';
import { changeRole, removeMember } from '../../teams/change-membership.ts';
import { holdTeam } from '../../teams/hold-team.ts';
import { invite } from '../../teams/invite.ts';
import { isAtLeast, mayGive, SCOPES } from '../../teams/roles.ts';
import { createServiceToken, MOST_DAYS, revokeServiceToken } from '../../teams/service-token.ts';
import { readTeam, type Said, teamContent } from './team-content.ts';

const ADMIN = { by: 'team browser', role: 'admin' } as const;

const changed = {
  200: { means: 'Done; the page says so.' },
  303: { means: 'Who asked is not in the team any more; on to the teams that they are in.' },
  400: { means: 'It could not be done; the page says why.' },
  403: { means: 'The own role does not allow it.' },
} as const;

/** `GET /teams/{team}`. */
export const teamPage = endpoint({
  method: 'GET',
  path: '/teams/:team',
  access: { by: 'team browser', role: 'viewer' },
  summary: 'Page of a team',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' } },
  handle: (asked) => show(asked, 200),
});

/** `POST /teams/{team}/invitations`. */
export const inviteForm = endpoint({
  method: 'POST',
  path: '/teams/:team/invitations',
  access: ADMIN,
  summary: 'Invite somebody to a team',
  takes: 'form',
  input: v.object({ email: v.string(), role: v.picklist(ROLES) }),
  answers: changed,
  refuse: wrongField,
  handle: (asked) =>
    doing(asked, async (rows, team) => {
      const { teamspace, signedIn, input } = asked;
      requireGift(team.role, input.role);
      const secret = await invite(rows, teamspace, team, { ...input, by: signedIn.accountId });
      return { done: `Send this link to ${input.email.trim()}; it is good for a week.`, secret };
    }),
});

/** `POST /teams/{team}/invitations/revoke`. */
export const revokeInvitationForm = endpoint({
  method: 'POST',
  path: '/teams/:team/invitations/revoke',
  access: ADMIN,
  summary: 'Take an invitation back',
  takes: 'form',
  input: v.object({ invitation: v.pipe(v.string(), v.uuid()) }),
  answers: changed,
  refuse: wrongField,
  handle: (asked) =>
    doing(asked, async (rows, team) => {
      const { signedIn, input } = asked;
      const row = await rows
        .updateTable('invitations')
        .set({ revoked_at: sql<Date>`now()` })
        .where('team_id', '=', team.id)
        .where('id', '=', input.invitation)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .returning('email')
        .executeTakeFirst();
      if (!row) throw new Fault('refused', 'INVITATION_GONE', 'There is no such invitation any more.');
      const actor = `account:${signedIn.accountId}`;
      await audit(rows, { actor, teamId: team.id, action: 'invitation.revoked', target: row.email });
      return { done: `The invitation of ${row.email} is taken back.` };
    }),
});

/** `POST /teams/{team}/members`. */
export const memberForm = endpoint({
  method: 'POST',
  path: '/teams/:team/members',
  access: ADMIN,
  summary: 'Change the role of a member, or remove one',
  takes: 'form',
  input: v.object({
    account: v.pipe(v.string(), v.uuid()),
    role: v.picklist(ROLES),
    do: v.picklist(['change', 'remove']),
  }),
  answers: changed,
  refuse: wrongField,
  handle: (asked) =>
    doing(asked, async (rows, team) => {
      const { signedIn, input } = asked;
      const change = { teamId: team.id, accountId: input.account, actor: `account:${signedIn.accountId}` };
      const member = await rows
        .selectFrom('memberships')
        .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
        .select(['role', 'name'])
        .where('team_id', '=', team.id)
        .where('account_id', '=', input.account)
        .executeTakeFirst();
      if (team.isPrivate || !member)
        throw new Fault('refused', 'NOT_A_MEMBER', 'There is no such member to change.');
      requireGift(team.role, member.role);
      if (input.do === 'remove') {
        await removeMember(rows, change);
        return {
          done: `${member.name} is not a member any more. A token for programs that they have made goes on until you revoke it.`,
        };
      }
      requireGift(team.role, input.role);
      await changeRole(rows, change, input.role);
      return { done: `${member.name} is ${input.role} now.` };
    }),
});

/** `POST /teams/{team}/tokens`. */
export const newTokenForm = endpoint({
  method: 'POST',
  path: '/teams/:team/tokens',
  access: ADMIN,
  summary: 'Make a token for a program',
  takes: 'form',
  input: v.object({
    name: v.string(),
    scope: v.picklist(SCOPES),
    days: v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(MOST_DAYS)),
  }),
  answers: changed,
  refuse: wrongField,
  handle: (asked) =>
    doing(asked, async (rows, team) => {
      const { teamspace, signedIn, input } = asked;
      const { name, scope, days } = input;
      const by = signedIn.accountId;
      const token = { teamId: team.id, name, scopes: [scope], days, by };
      const secret = await createServiceToken(rows, teamspace.keyring, token);
      return { done: 'The token is made.', secret };
    }),
});

/** `POST /teams/{team}/tokens/revoke`. */
export const revokeTokenForm = endpoint({
  method: 'POST',
  path: '/teams/:team/tokens/revoke',
  access: ADMIN,
  summary: 'End a token of a program',
  takes: 'form',
  input: v.object({ token: v.pipe(v.string(), v.uuid()) }),
  answers: changed,
  refuse: wrongField,
  handle: (asked) =>
    doing(asked, async (rows, team) => {
      const { signedIn, input } = asked;
      const isEnded = await revokeServiceToken(rows, team.id, input.token, `account:${signedIn.accountId}`);
      if (!isEnded) throw new Fault('refused', 'TOKEN_GONE', 'There is no such token any more.');
      return { done: 'The token is revoked.' };
    }),
});

type AskedHere = Asked<unknown> & Caller<{ readonly by: 'team browser'; readonly role: 'viewer' }>;

function wrongField(asked: AskedHere, wrong: string): Promise<Answer> {
  return show(asked, 400, { wrong });
}

/**
 * Does what administrators may, and shows the page as it then is.
 *
 * @param work told the team with the role that its reader has at that moment; nobody changes it meanwhile.
 */
async function doing(
  asked: AskedHere,
  work: (rows: Rows, team: AskedTeam) => Promise<Said>,
): Promise<Answer> {
  const { teamspace, team, signedIn } = asked;
  const { accountId } = signedIn;
  try {
    const said = await teamspace.database.within({ account: accountId }, async (rows) => {
      await holdTeam(rows, team.id);
      const now = await teamOf(rows, team.id, accountId);
      if (!now || !isAtLeast(now.role, 'admin'))
        throw new Fault('refused', 'ROLE_TOO_LOW', 'Your role in this team does not allow this any more.');
      return work(rows, now);
    });
    return await show(asked, 200, said);
  } catch (error) {
    if (error instanceof Fault) return show(asked, 400, { wrong: error.message });
    throw error;
  }
}

/** As it is now, after what was done. */
async function show(asked: AskedHere, status: number, said?: Said): Promise<Answer> {
  const { teamspace, team, signedIn } = asked;
  const { accountId } = signedIn;
  return teamspace.database.within({ account: accountId }, async (rows) => {
    const now = await teamOf(rows, team.id, accountId);
    if (!now) return redirect('/teams');
    return page(status, teamContent({ ...asked, team: now }, await readTeam(rows, team.id), said));
  });
}

function requireGift(mine: (typeof ROLES)[number], role: (typeof ROLES)[number]): void {
  if (!mayGive(mine, role))
    throw new Fault('refused', 'ROLE_TOO_HIGH', 'Only an owner can do that to an owner.');
}
