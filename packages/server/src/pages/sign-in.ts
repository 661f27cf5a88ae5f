import { html } from 'hono/html';
import * as v from 'valibot';
import { SIGN_IN, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS } from '../allowances/allowance.ts';
import { clientNetwork } from '../allowances/client-network.ts';
import { giveBack, spend, type Spending } from '../allowances/spend.ts';
import { emailKey } from '../accounts/email.ts';
import { isPassword } from '../accounts/password.ts';
import { audit } from '../audit/audit.ts';
import { page, redirect } from '../http/answer.ts';
import { setCookie, signIn } from '../http/browser-session.ts';
import { knowBrowser, knownAs } from '../http/known-browser.ts';
import { endpoint } from '../http/endpoint.ts';
import { field, layout, problem, token } from './frame/layout.ts';
import { wait } from './frame/wait.ts';
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
    const { teamspace, input, csrf, address, userAgent, known } = asked;
    const { database, log } = teamspace;
    const next = nextPath(input.next);
    const key = emailKey(input.email);
    const account = await database.system
      .selectFrom('accounts')
      .select(['id', 'password_hash as passwordHash', 'disabled_at as disabledAt'])
      .where('email_key', '=', key)
      .executeTakeFirst();
    const spendings = spendingsOf(key, clientNetwork(address), knownAs(teamspace, known, account));
    const short = await spend(database, ...spendings);
    const [longest] = short;
    if (longest) {
      log('warn', 'sign_in_locked', { address, wait_s: longest.waitS, by: short.map(({ of }) => of.name) });
      if (short.some(({ of }) => of === SIGN_IN_ACCOUNT)) return page(429, form(csrf, next, EVERYWHERE));
      const { text, headers } = wait('Too many attempts.', longest);
      return page(429, form(csrf, next, text), { headers });
    }
    // Asked also where there is no such account: the answer takes as long, and says as much.
    const isRight = await isPassword(input.password, account?.passwordHash ?? null);
    if (!account || !isRight || account.disabledAt)
      return page(401, form(csrf, next, 'The address or the password is wrong.', input.email));
    await giveBack(database, ...spendings);
    const cookies = await database.whole(async (rows) => {
      await audit(rows, {
        actor: `account:${account.id}`,
        accountId: account.id,
        action: 'account.signed_in',
        details: { address },
      });
      return [await signIn(rows, teamspace, account.id, userAgent), knowBrowser(teamspace, account)];
    });
    return redirect(next, { cookies });
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

/**
 * A known browser is a client of its own. Strange ones are one client in each place, and spend together what an account
 * and a place have: less in all than would keep others out, if there is one of them.
 */
function spendingsOf(key: string, network: string, known: string | undefined): readonly Spending[] {
  if (known !== undefined) return [{ of: SIGN_IN, whose: `${key} known ${known}` }];
  return [
    { of: SIGN_IN, whose: `${key} ${network}` },
    { of: SIGN_IN_ACCOUNT, whose: key },
    { of: SIGN_IN_ADDRESS, whose: network },
  ];
}

/** Names no time: others may go on, and spend what comes back. */
const EVERYWHERE =
  'Too many passwords are tried for this account, from many places. Use a browser that you have signed in with before, ' +
  'or try again in some minutes. An operator of this server can give you a link that lets you in at once.';

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
