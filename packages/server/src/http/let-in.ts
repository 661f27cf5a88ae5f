import { sql } from 'kysely';
import type { Rows } from '../database/database.ts';
import type { Role } from '../database/schema.ts';
import { errorPage } from '../pages/frame/error-page.ts';
import { authenticateSession } from '../sessions/authenticate-session.ts';
import type { Teamspace } from '../teamspace.ts';
import type { AskedTeam } from '../teams/asked-team.ts';
import { authenticateService } from '../teams/authenticate-service.ts';
import { isAtLeast } from '../teams/roles.ts';
import { type Answer, json, oauthError, page } from './answer.ts';
import type { SignedIn } from './browser-session.ts';
import type { Access } from './endpoint.ts';

/** What somebody has to show for themselves. */
export interface Credentials {
  readonly bearer: string | undefined;
  readonly signedIn: SignedIn | undefined;
  /** Id or slug of the team that is asked about. */
  readonly team: string | undefined;
}

/** Whether somebody is let in, and as whom. */
export type Admission =
  | { readonly kind: 'in'; readonly caller: object }
  | { readonly kind: 'sign in' }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Decides who gets to an endpoint at all. Teams that somebody is not in look the same, whether they exist or not. */
export async function letIn(teamspace: Teamspace, access: Access, given: Credentials): Promise<Admission> {
  switch (access.by) {
    case 'anybody':
      return { kind: 'in', caller: {} };
    case 'visitor':
      return { kind: 'in', caller: { signedIn: given.signedIn } };
    case 'browser':
      return given.signedIn ? { kind: 'in', caller: { signedIn: given.signedIn } } : { kind: 'sign in' };
    case 'team browser':
      return letBrowserIn(teamspace, access.role, given);
    case 'session': {
      const session = await authenticateSession(teamspace, given.bearer ?? '');
      return session ? { kind: 'in', caller: { session } } : NO_TOKEN;
    }
    case 'team':
      return letProgramIn(teamspace, access, given);
  }
}

const NO_TOKEN: Admission = {
  kind: 'refused',
  answer: json(
    401,
    { error: 'invalid_token', error_description: 'The access token is missing, or not good any more.' },
    { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
  ),
};

const NO_MEMBER: Admission = {
  kind: 'refused',
  answer: oauthError(403, 'not_a_team_member', 'You are not a member of such a team.'),
};

const TOO_LITTLE: Admission = {
  kind: 'refused',
  answer: oauthError(403, 'insufficient_scope', 'Your role or your token does not allow this.'),
};

async function letBrowserIn(
  { database }: Teamspace,
  needed: Role,
  { signedIn, team: asked = '' }: Credentials,
): Promise<Admission> {
  if (!signedIn) return { kind: 'sign in' };
  const team = await database.within({ account: signedIn.accountId }, (rows) =>
    teamOf(rows, asked, signedIn.accountId),
  );
  const isAllowed = team && isAtLeast(team.role, needed);
  if (isAllowed) return { kind: 'in', caller: { signedIn, team } };
  const answer = team
    ? page(403, errorPage('You may not do that', `That needs the role ${needed}, and yours is ${team.role}.`))
    : page(404, errorPage('There is no such team', 'Or you are not a member of it.'));
  return { kind: 'refused', answer };
}

async function letProgramIn(
  teamspace: Teamspace,
  access: Extract<Access, { readonly by: 'team' }>,
  { bearer = '', team: asked = '' }: Credentials,
): Promise<Admission> {
  const service = await authenticateService(teamspace, bearer);
  if (service) {
    if (asked !== service.team.id && asked !== service.team.slug) return NO_MEMBER;
    return service.scopes.includes(access.scope)
      ? { kind: 'in', caller: { team: service.team } }
      : TOO_LITTLE;
  }
  const session = await authenticateSession(teamspace, bearer);
  if (!session) return NO_TOKEN;
  const { accountId } = session;
  const team = await teamspace.database.within({ account: accountId }, (rows) =>
    teamOf(rows, asked, accountId),
  );
  if (!team) return NO_MEMBER;
  return isAtLeast(team.role, access.role) ? { kind: 'in', caller: { team } } : TOO_LITTLE;
}

/** A team by its id or slug, as far as an account is a member of it. */
export async function teamOf(rows: Rows, asked: string, accountId: string): Promise<AskedTeam | undefined> {
  const row = await rows
    .selectFrom('teams')
    .innerJoin('memberships', 'memberships.team_id', 'teams.id')
    .select(['teams.id', 'slug', 'name', 'is_private', 'role'])
    .where('memberships.account_id', '=', accountId)
    .where((where) => where.or([where('slug', '=', asked), where(sql<string>`teams.id::text`, '=', asked)]))
    .executeTakeFirst();
  return row && { id: row.id, slug: row.slug, name: row.name, isPrivate: row.is_private, role: row.role };
}
