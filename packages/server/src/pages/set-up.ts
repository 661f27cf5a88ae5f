import { Fault } from '@spec-kitty/core/fault';
import { html } from 'hono/html';
import { sql } from 'kysely';
import * as v from 'valibot';
import { createAccount } from '../accounts/create-account.ts';
import { useLink } from '../accounts/one-time-link.ts';
import { hashPassword, passwordProblem } from '../accounts/password.ts';
import { page, redirect } from '../http/answer.ts';
import { signIn } from '../http/browser-session.ts';
import { endpoint } from '../http/endpoint.ts';
import { knowBrowser } from '../http/known-browser.ts';
import { createTeam } from '../teams/create-team.ts';
import { field, layout, problem, token } from './frame/layout.ts';
import { findLink, LINK_GONE } from './links.ts';
import { passwordField } from './frame/password-field.ts';

/** `GET /set-up/{token}`: the first page of a server that nobody has an account on. */
export const setUpPage = endpoint({
  method: 'GET',
  path: '/set-up/:token',
  access: { by: 'visitor' },
  summary: 'Page to make the first account',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' }, 404: { means: 'The link is not good.' } },
  handle: async (asked) => {
    const link = await findLink(asked, 'set_up');
    return link ? page(200, form(asked.csrf, asked.params['token'] ?? '')) : LINK_GONE;
  },
});

/** `POST /set-up/{token}`. */
export const setUpForm = endpoint({
  method: 'POST',
  path: '/set-up/:token',
  access: { by: 'visitor' },
  summary: 'Make the first account and the first team',
  takes: 'form',
  input: v.object({ email: v.string(), name: v.string(), password: v.string(), team: v.string() }),
  answers: {
    303: { means: 'Done, and signed in.' },
    400: { means: 'Something in the form is wrong.' },
    404: { means: 'The link is not good.' },
  },
  handle: async (asked) => {
    const { teamspace, input, csrf, userAgent } = asked;
    const link = await findLink(asked, 'set_up');
    if (!link) return LINK_GONE;
    const again = (wrong: string) => page(400, form(csrf, asked.params['token'] ?? '', wrong, input));
    const wrong = passwordProblem(input.password, [input.name, input.email]);
    if (wrong !== undefined) return again(wrong);
    const passwordHash = await hashPassword(input.password);
    try {
      const cookies = await teamspace.database.whole(async (rows) => {
        // Whoever is second finds an account, and a link that is used.
        await sql`lock table accounts in share row exclusive mode`.execute(rows);
        const { count } = await rows
          .selectFrom('accounts')
          .select(sql<number>`count(*)::int`.as('count'))
          .executeTakeFirstOrThrow();
        if (count > 0 || !(await useLink(rows, link.token_hash))) return undefined;
        const { email, name } = input;
        const id = await createAccount(rows, 'server', { email, name, passwordHash });
        await createTeam(rows, `account:${id}`, input.team, id);
        return [await signIn(rows, teamspace, id, userAgent), knowBrowser(teamspace, { id, passwordHash })];
      });
      return cookies === undefined ? LINK_GONE : redirect('/teams', { cookies });
    } catch (error) {
      if (error instanceof Fault) return again(error.message);
      throw error;
    }
  },
});

interface Given {
  readonly email: string;
  readonly name: string;
  readonly team: string;
}

function form(csrf: string, link: string, wrong?: string, given?: Given): string {
  return layout(
    { title: 'Set up Teamspace' },
    html`<p>This is the first account of this server, and owns its first team. Others are invited later.</p>
      ${problem(wrong)}
      <form method="post" action="/set-up/${link}">
        ${token(csrf)}
        ${field({ label: 'Your name', name: 'name', value: given?.name ?? '', autocomplete: 'name' })}
        ${field({ label: 'E-mail address', name: 'email', type: 'email', value: given?.email ?? '', autocomplete: 'username' })}
        ${passwordField('Password')}
        ${field({ label: 'Name of your team', name: 'team', value: given?.team ?? '', autocomplete: 'organization' })}
        <p class="actions"><button>Set up</button></p>
      </form>`,
  );
}
