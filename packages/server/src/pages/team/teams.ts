import { Fault } from '@spec-kitty/core/fault';
import { html } from 'hono/html';
import * as v from 'valibot';
import { page, redirect } from '../../http/answer.ts';
import type { SignedIn } from '../../http/browser-session.ts';
import { type Asked, endpoint } from '../../http/endpoint.ts';
import { createTeam } from '../../teams/create-team.ts';
import { field, layout, problem, token } from '../frame/layout.ts';

/** `GET /teams`. */
export const teamsPage = endpoint({
  method: 'GET',
  path: '/teams',
  access: { by: 'browser' },
  summary: 'Page of the own teams',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' } },
  handle: async (asked) => page(200, await content(asked, asked.signedIn)),
});

/** `POST /teams`. */
export const newTeamForm = endpoint({
  method: 'POST',
  path: '/teams',
  access: { by: 'browser' },
  summary: 'Make a team',
  takes: 'form',
  input: v.object({ name: v.string() }),
  answers: { 303: { means: 'Made.' }, 400: { means: 'It has no name.' } },
  handle: async (asked) => {
    const { teamspace, signedIn, input } = asked;
    const { accountId } = signedIn;
    try {
      const team = await teamspace.database.whole((rows) =>
        createTeam(rows, `account:${accountId}`, input.name, accountId),
      );
      return redirect(`/teams/${team.slug}`);
    } catch (error) {
      if (error instanceof Fault) return page(400, await content(asked, signedIn, error.message));
      throw error;
    }
  },
});

async function content(
  { teamspace, csrf }: Asked<unknown>,
  signedIn: SignedIn,
  wrong?: string,
): Promise<string> {
  const { accountId, name } = signedIn;
  const teams = await teamspace.database.within({ account: accountId }, (rows) =>
    rows
      .selectFrom('memberships')
      .innerJoin('teams', 'teams.id', 'memberships.team_id')
      .select(['slug', 'teams.name', 'role', 'is_private'])
      .where('memberships.account_id', '=', accountId)
      .orderBy('is_private')
      .orderBy('slug')
      .execute(),
  );
  return layout(
    { title: 'Your teams', name, csrf },
    html`<table>
        <thead>
          <tr>
            <th scope="col">Team</th>
            <th scope="col">You are</th>
          </tr>
        </thead>
        <tbody>
          ${teams.map(
            (team) =>
              html`<tr>
                <th scope="row"><a href="/teams/${team.slug}">${team.name}</a></th>
                <td data-label="You are">${team.is_private ? 'its only member, always' : team.role}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <h2>Make a team</h2>
      ${problem(wrong)}
      <form method="post" action="/teams">
        ${token(csrf)} ${field({ label: 'Name', name: 'name', autocomplete: 'off' })}
        <p class="actions"><button>Make it</button></p>
      </form>`,
  );
}
