import { html } from 'hono/html';
import * as v from 'valibot';
import { setPassword } from '../accounts/set-password.ts';
import { useLink } from '../accounts/one-time-link.ts';
import { hashPassword, passwordProblem } from '../accounts/password.ts';
import { page, redirect } from '../http/answer.ts';
import { endpoint } from '../http/endpoint.ts';
import { knowBrowser } from '../http/known-browser.ts';
import { layout, problem, token } from './frame/layout.ts';
import { findLink, LINK_GONE } from './links.ts';
import { passwordField } from './frame/password-field.ts';

/** `GET /new-password/{token}`. */
export const newPasswordPage = endpoint({
  method: 'GET',
  path: '/new-password/:token',
  access: { by: 'visitor' },
  summary: 'Page to choose a new password',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' }, 404: { means: 'The link is not good.' } },
  handle: async (asked) =>
    (await findLink(asked, 'new_password'))
      ? page(200, form(asked.csrf, asked.params['token'] ?? ''))
      : LINK_GONE,
});

/** `POST /new-password/{token}` ends every session of the account, too: whoever had the old password is out. */
export const newPasswordForm = endpoint({
  method: 'POST',
  path: '/new-password/:token',
  access: { by: 'visitor' },
  summary: 'Choose a new password',
  takes: 'form',
  input: v.object({ password: v.string() }),
  answers: {
    303: { means: 'Done; sign in with it.' },
    400: { means: 'The password is too easy.' },
    404: { means: 'The link is not good.' },
  },
  handle: async (asked) => {
    const { teamspace, input, csrf, params } = asked;
    const link = await findLink(asked, 'new_password');
    const accountId = link?.account_id ?? null;
    if (!link || accountId === null) return LINK_GONE;
    const wrong = passwordProblem(input.password, []);
    if (wrong !== undefined) return page(400, form(csrf, params['token'] ?? '', wrong));
    const passwordHash = await hashPassword(input.password);
    const isDone = await teamspace.database.whole(async (rows) => {
      if (!(await useLink(rows, link.token_hash))) return false;
      await setPassword(rows, accountId, passwordHash);
      return true;
    });
    // Whoever has the link gets in, whatever others try.
    const cookies = [knowBrowser(teamspace, { id: accountId, passwordHash })];
    return isDone ? redirect('/sign-in', { cookies }) : LINK_GONE;
  },
});

function form(csrf: string, link: string, wrong?: string): string {
  return layout(
    { title: 'Choose a new password' },
    html`${problem(wrong)}
      <form method="post" action="/new-password/${link}">
        ${token(csrf)} ${passwordField('New password')}
        <p class="actions"><button>Save</button></p>
      </form>`,
  );
}
