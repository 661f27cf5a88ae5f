import { html } from 'hono/html';
import { sql } from 'kysely';
import type { Rows } from '../../database/database.ts';
import { ROLES, type Role } from '../../database/schema.ts';
import type { SignedIn } from '../../http/browser-session.ts';
import type { AskedTeam } from '../../teams/asked-team.ts';
import { isStillGiven, openInvitations } from '../../teams/open-invitations.ts';
import { isAtLeast, mayGive, SCOPES } from '../../teams/roles.ts';
import { field, type Html, layout, moment, notice, problem, token } from '../frame/layout.ts';

/** What was just done on the page of a team, or could not be. */
export interface Said {
  readonly wrong?: string;
  readonly done?: string;
  /** A secret that is shown this once. */
  readonly secret?: string;
}

interface Member {
  readonly account_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled_at: Date | null;
}

interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly expires_at: Date;
}

interface Service {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date;
  readonly is_over: boolean;
  readonly last_used_at: Date | null;
  /** `null` for the operator at the machine. */
  readonly created_by: string | null;
  /** `null` for whoever is not in the team. */
  readonly maker: string | null;
}

/** Everything that the page of a team shows. */
export interface TeamFacts {
  readonly members: readonly Member[];
  readonly invitations: readonly OpenInvitation[];
  readonly services: readonly Service[];
}

export async function readTeam(rows: Rows, teamId: string): Promise<TeamFacts> {
  return {
    members: await rows
      .selectFrom('memberships')
      .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
      .select(['account_id', 'email', 'name', 'role', 'disabled_at'])
      .where('team_id', '=', teamId)
      .orderBy('email_key')
      .execute(),
    invitations: (
      await openInvitations(rows)
        .where('invitations.team_id', '=', teamId)
        .orderBy('invitations.created_at')
        .execute()
    ).filter(isStillGiven),
    services: await rows
      .selectFrom('service_tokens')
      .leftJoin('memberships', (join) =>
        join
          .onRef('memberships.team_id', '=', 'service_tokens.team_id')
          .onRef('memberships.account_id', '=', 'created_by'),
      )
      .leftJoin('accounts', 'accounts.id', 'memberships.account_id')
      .select(['service_tokens.id', 'service_tokens.name', 'scopes', 'expires_at', 'last_used_at'])
      .select(['created_by', 'accounts.name as maker', sql<boolean>`expires_at <= now()`.as('is_over')])
      .where('service_tokens.team_id', '=', teamId)
      .where('revoked_at', 'is', null)
      .orderBy('service_tokens.created_at')
      .execute(),
  };
}

/** Who reads the page of which team. */
interface Reader {
  readonly team: AskedTeam;
  readonly signedIn: SignedIn;
  readonly csrf: string;
}

/** The page of a team, with what its reader may change. */
export function teamContent({ team, signedIn, csrf }: Reader, facts: TeamFacts, said: Said = {}): string {
  const mayAdminister = isAtLeast(team.role, 'admin');
  return layout(
    { title: team.name, name: signedIn.name, csrf },
    html`${problem(said.wrong)}${notice(said.done)}
      ${
        said.secret === undefined
          ? ''
          : html`<p>It is shown this once:</p>
              <pre class="link"><code>${said.secret}</code></pre>`
      }
      <h2 id="members">Members</h2>
      <table aria-labelledby="members">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Address</th>
            <th scope="col">Role</th>
            ${mayAdminister ? html`<th scope="col">Change</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${facts.members.map((member) => memberRow(team, member, csrf, mayAdminister))}
        </tbody>
      </table>
      ${team.isPrivate ? html`<p>This is your Private Teamspace: nobody else can be let in.</p>` : ''}
      ${mayAdminister && !team.isPrivate ? invitations(team, facts.invitations, csrf) : ''}
      ${mayAdminister ? services(team, facts.services, csrf) : ''}`,
  );
}

function memberRow(team: AskedTeam, member: Member, csrf: string, mayAdminister: boolean): Html {
  const action = `/teams/${team.slug}/members`;
  const change =
    team.isPrivate || !mayGive(team.role, member.role)
      ? ''
      : html`<form method="post" action="${action}">
          ${token(csrf)}<input type="hidden" name="account" value="${member.account_id}" />
          <label for="role-${member.account_id}" class="hint">Role of ${member.name}</label>
          <select id="role-${member.account_id}" name="role">
            ${roleOptions(team.role, member.role)}
          </select>
          <button name="do" value="change" class="plain">Change</button>
          <button name="do" value="remove" class="plain">Remove</button>
        </form>`;
  return html`<tr>
    <th scope="row">${member.name}</th>
    <td data-label="Address">${member.email}</td>
    <td data-label="Role">${member.role}${member.disabled_at ? ', and cannot sign in' : ''}</td>
    ${mayAdminister ? html`<td>${change}</td>` : ''}
  </tr>`;
}

function roleOptions(mine: Role, chosen: Role): Html[] {
  return ROLES.filter((role) => mayGive(mine, role)).map((role) =>
    role === chosen
      ? html`<option value="${role}" selected>${role}</option>`
      : html`<option value="${role}">${role}</option>`,
  );
}

function invitations(team: AskedTeam, open: readonly OpenInvitation[], csrf: string): Html {
  const list = open.map(
    (one) =>
      html`<li>
        ${one.email}, as ${one.role}, until ${moment(one.expires_at)}
        <form method="post" action="/teams/${team.slug}/invitations/revoke">
          ${token(csrf)}<button
            name="invitation"
            value="${one.id}"
            class="plain"
            aria-label="Take back the invitation of ${one.email}"
          >
            Take back
          </button>
        </form>
      </li>`,
  );
  return html`<h2>Invite somebody</h2>
    <form method="post" action="/teams/${team.slug}/invitations">
      ${token(csrf)} ${field({ label: 'E-mail address', name: 'email', type: 'email', autocomplete: 'off' })}
      <p class="field">
        <label for="invite-role">Role</label
        ><select id="invite-role" name="role">
          ${roleOptions(team.role, 'member')}
        </select>
      </p>
      <p class="actions"><button>Make a link</button></p>
    </form>
    ${
      list.length > 0
        ? html`<h3>Open invitations</h3>
            <ul>
              ${list}
            </ul>`
        : ''
    }`;
}

/** Whoever has made a token may still have it. */
function makerOf({ created_by: by, maker }: Service): string {
  return by === null ? 'an operator' : (maker ?? 'somebody who is not in the team any more');
}

function services(team: AskedTeam, all: readonly Service[], csrf: string): Html {
  const list = all.map(
    (one) =>
      html`<li>
        <strong>${one.name}</strong> (${one.scopes.join(', ')}), made by ${makerOf(one)},
        ${one.is_over ? 'over since' : 'until'} ${moment(one.expires_at)},
        ${one.last_used_at ? html`last used ${moment(one.last_used_at)}` : 'never used'}
        <form method="post" action="/teams/${team.slug}/tokens/revoke">
          ${token(csrf)}<button
            name="token"
            value="${one.id}"
            class="plain"
            aria-label="Revoke the token ${one.name}"
          >
            Revoke
          </button>
        </form>
      </li>`,
  );
  return html`<h2>Tokens for programs</h2>
    <form method="post" action="/teams/${team.slug}/tokens">
      ${token(csrf)} ${field({ label: 'What is it for?', name: 'name', autocomplete: 'off' })}
      <p class="field">
        <label for="scope">It may</label
        ><select id="scope" name="scope">
          ${SCOPES.map((scope) => html`<option value="${scope}">${scope}</option>`)}
        </select>
      </p>
      <p class="field">
        <label for="days">For how many days</label
        ><input id="days" name="days" type="number" min="1" max="366" value="90" required />
      </p>
      <p class="actions"><button>Make a token</button></p>
    </form>
    ${
      list.length > 0
        ? html`<ul>
            ${list}
          </ul>`
        : ''
    }`;
}
