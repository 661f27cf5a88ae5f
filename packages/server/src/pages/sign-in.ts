import { html } from 'hono/html';
import * as v from 'valibot';
import { refund, SIGN_IN, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, spend } from '../allowances/spend.ts';
import { emailKey } from '../accounts/email.ts';
import { isPassword } from '../accounts/password.ts';
import { audit } from '../audit/audit.ts';
import { type Answer, page, redirect } from '../http/answer.ts';
import { setCookie, signIn } from '../http/browser-session.ts';
import { type Asked, endpoint } from '../http/endpoint.ts';
import { field, layout, problem, token } from './frame/layout.ts';
import { nextPath } from './next-path.ts';

/** `GET /sign-in`. */
export const signInPage = endpoint({
  method: 'GET',
  path: '/sign-in',
  access: { by: 'visitor' },
  summary: 'Page to sign in',
  takes: 'query',
  input: v.object({ next: v.optional(v.string()) }),
  answers: { 200: { means: 'The page.' }, 303: { means: 'Signed in already.' } },
  handle: ({ input, signedIn, csrf }) =>
    signedIn ? redirect(nextPath(input.next)) : page(200, form(csrf, nextPath(input.next))),
});

/** `POST /sign-in`. */
export const signInForm = endpoint({
  method: 'POST',
  path: '/sign-in',
  access: { by: 'visitor' },
  summary: 'Sign a browser in',
  takes: 'form',
  input: v.object({
    email: v.pipe(v.string(), v.maxLength(300)),
    password: v.pipe(v.string(), v.maxLength(1000)),
    next: v.optional(v.string()),
  }),
  answers: {
    303: { means: 'Signed in.' },
    401: { means: 'Address or password are wrong.' },
    429: { means: 'Too many attempts.' },
  },
  refuse: ({ csrf }) => page(400, form(csrf, '/account', 'Both an address and a password are needed.')),
  handle: async (asked) => {
    const { teamspace, input, csrf, address, userAgent } = asked;
    const { database } = teamspace;
    const next = nextPath(input.next);
    const key = emailKey(input.email);
    const wait = await waitBefore(asked, key);
    if (wait > 0) return locked(csrf, next, wait);
    const account = await database.system
      .selectFrom('accounts')
      .select(['id', 'password_hash', 'disabled_at'])
      .where('email_key', '=', key)
      .executeTakeFirst();
    // Asked also where there is no such account: the answer takes as long, and says as much.
    const isRight = await isPassword(input.password, account?.password_hash ?? null);
    if (!account || !isRight || account.disabled_at)
      return page(401, form(csrf, next, 'The address or the password is wrong.', input.email));
    await refund(database, SIGN_IN, `${key} ${address}`);
    const cookie = await database.whole(async (rows) => {
      await audit(rows, {
        actor: `account:${account.id}`,
        accountId: account.id,
        action: 'account.signed_in',
        details: { address },
      });
      return signIn(rows, teamspace, account.id, userAgent);
    });
    return redirect(next, { cookies: [cookie] });
  },
});

/** `POST /sign-out` ends this browser's session, and no program's. */
export const signOutForm = endpoint({
  method: 'POST',
  path: '/sign-out',
  access: { by: 'browser' },
  summary: 'Sign a browser out',
  takes: 'form',
  input: v.object({}),
  answers: { 303: { means: 'Signed out.' } },
  handle: async ({ teamspace, signedIn }) => {
    await teamspace.database.system.deleteFrom('browser_sessions').where('id', '=', signedIn.id).execute();
    return redirect('/sign-in', { cookies: [setCookie(teamspace, 'session', '', 0)] });
  },
});

/** @returns seconds. */
async function waitBefore({ teamspace, address }: Asked<unknown>, key: string): Promise<number> {
  const { database, log } = teamspace;
  const waits = [
    await spend(database, SIGN_IN_ADDRESS, address),
    await spend(database, SIGN_IN_ACCOUNT, key),
    await spend(database, SIGN_IN, `${key} ${address}`),
  ];
  const wait = Math.max(...waits);
  if (wait > 0) log('warn', 'sign_in_locked', { address, wait_s: wait });
  return wait;
}

function locked(csrf: string, next: string, wait: number): Answer {
  const minutes = Math.ceil(wait / 60);
  const text = `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
  return page(429, form(csrf, next, text), { headers: { 'retry-after': String(wait) } });
}

function form(csrf: string, next: string, wrong?: string, email = ''): string {
  return layout(
    { title: 'Sign in' },
    html`${problem(wrong)}
      <form method="post" action="/sign-in">
        ${token(csrf)}<input type="hidden" name="next" value="${next}" />
        ${field({ label: 'E-mail address', name: 'email', type: 'email', value: email, autocomplete: 'username' })}
        ${field({ label: 'Password', name: 'password', type: 'password', autocomplete: 'current-password' })}
        <p class="actions"><button>Sign in</button></p>
      </form>
      <p class="hint">
        No account? Ask somebody of your team for an invitation. Password forgotten? An operator of this
        server can give you a link to choose a new one.
      </p>`,
  );
}
