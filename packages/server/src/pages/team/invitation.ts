import { Fault } from '@spec-kitty/core/fault';
import { html } from 'hono/html';
import { type Kysely, sql } from 'kysely';
import * as v from 'valibot';
import { createAccount } from '../../accounts/create-account.ts';
import { emailKey } from '../../accounts/email.ts';
import { hashPassword, passwordProblem } from '../../accounts/password.ts';
import { audit } from '../../audit/audit.ts';
import type { Rows } from '../../database/database.ts';
import type { Role, Schema } from '../../database/schema.ts';
import { page, redirect } from '../../http/answer.ts';
import { type SignedIn, signIn } from '../../http/browser-session.ts';
import { type Asked, endpoint } from '../../http/endpoint.ts';
import { knowBrowser } from '../../http/known-browser.ts';
import { holdTeam } from '../../teams/hold-team.ts';
import { isStillGiven, openInvitations } from '../../teams/open-invitations.ts';
import { field, layout, problem, token } from '../frame/layout.ts';
import { LINK_GONE } from '../links.ts';
import { passwordField } from '../frame/password-field.ts';

/** `GET /invitations/{token}`. */
export const invitationPage = endpoint({
  method: 'GET',
  path: '/invitations/:token',
  access: { by: 'visitor' },
  summary: 'Page to accept an invitation',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' }, 404: { means: 'The link is not good.' } },
  handle: async (asked) => {
    const invitation = await findInvitation(asked.teamspace.database.system, asked);
    return invitation ? page(200, content(asked, asked.signedIn, invitation)) : LINK_GONE;
  },
});

/** `POST /invitations/{token}`: by whoever is signed in, or with a new account for the invited address. */
export const acceptForm = endpoint({
  method: 'POST',
  path: '/invitations/:token',
  access: { by: 'visitor' },
  summary: 'Accept an invitation',
  takes: 'form',
  input: v.object({ name: v.optional(v.string()), password: v.optional(v.string()) }),
  answers: {
    303: { means: 'A member now.' },
    400: { means: 'Something in the form is wrong.' },
    404: { means: 'The link is not good.' },
  },
  handle: async (asked) => {
    const { teamspace, input, signedIn, userAgent } = asked;
    const invitation = await findInvitation(teamspace.database.system, asked);
    if (!invitation) return LINK_GONE;
    const again = (wrong: string) => page(400, content(asked, signedIn, invitation, wrong));
    if (signedIn) {
      const isDone = await teamspace.database.whole((rows) =>
        accept(rows, asked, invitation, signedIn.accountId),
      );
      return isDone ? redirect(`/teams/${invitation.slug}`) : LINK_GONE;
    }
    if (invitation.has_account)
      return again('There is an account with this address: sign in, then open the link again.');
    const { name = '', password = '' } = input;
    const wrong = passwordProblem(password, [name, invitation.email]);
    if (wrong !== undefined) return again(wrong);
    const passwordHash = await hashPassword(password);
    try {
      const cookies = await teamspace.database.whole(async (rows) => {
        const id = await createAccount(rows, 'server', { email: invitation.email, name, passwordHash });
        if (!(await accept(rows, asked, invitation, id))) throw GONE;
        return [await signIn(rows, teamspace, id, userAgent), knowBrowser(teamspace, { id, passwordHash })];
      });
      return redirect(`/teams/${invitation.slug}`, { cookies });
    } catch (error) {
      if (error === GONE) return LINK_GONE;
      if (error instanceof Fault) return again(error.message);
      throw error;
    }
  },
});

/** Takes the account back, too, that was made for an invitation which somebody else used first. */
const GONE = new Fault('refused', 'INVITATION_GONE', 'There is no such invitation any more.');

interface OpenInvitation {
  readonly id: string;
  readonly team_id: string;
  readonly slug: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly has_account: boolean;
}

async function findInvitation(
  rows: Kysely<Schema>,
  { teamspace: { keyring }, params }: Asked<unknown>,
): Promise<OpenInvitation | undefined> {
  const row = await openInvitations(rows)
    .innerJoin('teams', 'teams.id', 'invitations.team_id')
    .select(['invitations.team_id', 'slug', 'teams.name'])
    .where('token_hash', 'in', [...keyring.hashes('invitation', params['token'] ?? '')])
    .executeTakeFirst();
  if (!row || !isStillGiven(row)) return undefined;
  const account = await rows
    .selectFrom('accounts')
    .select('id')
    .where('email_key', '=', emailKey(row.email))
    .executeTakeFirst();
  return { ...row, has_account: account !== undefined };
}

/** A member who looks where a link leads leaves it to whom it is for. @returns whether it was still open. */
async function accept(
  rows: Rows,
  asked: Asked<unknown>,
  { id, team_id: teamId, role, email }: OpenInvitation,
  accountId: string,
): Promise<boolean> {
  // Whoever invites may be losing their role at this moment.
  await holdTeam(rows, teamId);
  if (!(await findInvitation(rows, asked))) return false;
  const joined = await rows
    .insertInto('memberships')
    .values({ team_id: teamId, account_id: accountId, role })
    .onConflict((conflict) => conflict.columns(['team_id', 'account_id']).doNothing())
    .returning('role')
    .executeTakeFirst();
  if (!joined) return true;
  await rows
    .updateTable('invitations')
    .set({ accepted_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  const actor = `account:${accountId}`;
  await audit(rows, {
    actor,
    accountId,
    teamId,
    action: 'invitation.accepted',
    target: email,
    details: { role },
  });
  return true;
}

function content(
  { params, csrf, here }: Asked<unknown>,
  signedIn: SignedIn | undefined,
  { name, email, role, has_account: hasAccount }: OpenInvitation,
  wrong?: string,
): string {
  const action = `/invitations/${params['token'] ?? ''}`;
  const about = html`<p>You are invited to <strong>${name}</strong>, as ${role}.</p>
    ${problem(wrong)}`;
  if (!signedIn && hasAccount)
    return layout(
      { title: `Join ${name}` },
      html`${about}
        <p>
          <a href="/sign-in?${new URLSearchParams({ next: here }).toString()}">Sign in as ${email}</a> to
          accept.
        </p>`,
    );
  const frame = { title: `Join ${name}`, ...(signedIn && { name: signedIn.name, csrf }) };
  const fields = signedIn
    ? html`<p>You are signed in as ${signedIn.email}.</p>`
    : html`${field({ label: 'Your name', name: 'name', autocomplete: 'name' })}
        <input type="hidden" name="username" value="${email}" autocomplete="username" />
        ${passwordField(`Password for ${email}`)}`;
  return layout(
    frame,
    html`${about}
      <form method="post" action="${action}">
        ${token(csrf)} ${fields}
        <p class="actions"><button>Join</button></p>
      </form>`,
  );
}
