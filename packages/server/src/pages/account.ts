import { html } from 'hono/html';
import * as v from 'valibot';
import { isPassword, hashPassword, passwordProblem } from '../accounts/password.ts';
import { setPassword } from '../accounts/set-password.ts';
import { SIGN_IN } from '../allowances/allowance.ts';
import { giveBack, spend } from '../allowances/spend.ts';
import { type More, page } from '../http/answer.ts';
import type { SignedIn } from '../http/browser-session.ts';
import { endpoint } from '../http/endpoint.ts';
import { knowBrowser } from '../http/known-browser.ts';
import { field, layout, notice, problem, token } from './frame/layout.ts';
import { passwordField } from './frame/password-field.ts';
import { wait } from './frame/wait.ts';

/** `GET /account`. */
export const accountPage = endpoint({
  method: 'GET',
  path: '/account',
  access: { by: 'browser' },
  summary: 'Page of the own account',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' } },
  handle: ({ teamspace, signedIn, csrf }) => page(200, content(teamspace.publicUrl, signedIn, csrf)),
});

/** `POST /account/password`. */
export const passwordForm = endpoint({
  method: 'POST',
  path: '/account/password',
  access: { by: 'browser' },
  summary: 'Change the own password',
  takes: 'form',
  input: v.object({ current: v.pipe(v.string(), v.maxLength(1000)), password: v.string() }),
  answers: {
    200: { means: 'Changed; other browsers are signed out.' },
    400: { means: 'The current one is wrong, or the new one too easy.' },
    429: { means: 'Too many attempts.' },
  },
  handle: async ({ teamspace, signedIn, csrf, input }) => {
    const { database, publicUrl } = teamspace;
    const { accountId, name, email } = signedIn;
    const answer = (status: number, said: Said, more?: More) =>
      page(status, content(publicUrl, signedIn, csrf, said), more);
    const spending = { of: SIGN_IN, whose: `password of ${accountId}` };
    const [short] = await spend(database, spending);
    if (short) {
      const { text, headers } = wait('Too many attempts.', short);
      return answer(429, { wrong: text }, { headers });
    }
    const stored = await database.within({ account: accountId }, (rows) =>
      rows.selectFrom('accounts').select('password_hash').where('id', '=', accountId).executeTakeFirst(),
    );
    if (!(await isPassword(input.current, stored?.password_hash ?? null)))
      return answer(400, { wrong: 'The current password is wrong.' });
    await giveBack(database, spending);
    const wrong = passwordProblem(input.password, [name, email]);
    if (wrong !== undefined) return answer(400, { wrong });
    const hash = await hashPassword(input.password);
    await database.within({ account: accountId }, (rows) => setPassword(rows, accountId, hash, signedIn.id));
    const done = 'The password is changed, and your other browsers are signed out.';
    return answer(
      200,
      { done },
      { cookies: [knowBrowser(teamspace, { id: accountId, passwordHash: hash })] },
    );
  },
});

interface Said {
  readonly wrong?: string;
  readonly done?: string;
}

function content(publicUrl: string, { name, email }: SignedIn, csrf: string, said: Said = {}): string {
  return layout(
    { title: 'Your account', name, csrf },
    html`${problem(said.wrong)}${notice(said.done)}
      <dl>
        <dt>Name</dt>
        <dd>${name}</dd>
        <dt>E-mail address</dt>
        <dd>${email}</dd>
      </dl>
      <section aria-labelledby="terminal">
        <h2 id="terminal">Sign in at a terminal</h2>
        <pre><code>spec-kitty auth login --server ${publicUrl}</code></pre>
        <p>
          Without a browser on that machine, add <code>--headless</code> and type the code that it shows
          <a href="/device">here</a>.
        </p>
      </section>
      <section aria-labelledby="password-heading">
        <h2 id="password-heading">Change your password</h2>
        <form method="post" action="/account/password">
          ${token(csrf)}
          ${field({ label: 'Current password', name: 'current', type: 'password', autocomplete: 'current-password' })}
          ${passwordField('New password')}
          <p class="actions"><button>Change</button></p>
        </form>
      </section>`,
  );
}
