import { html } from 'hono/html';
import * as v from 'valibot';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import { page, redirect } from '../http/answer.ts';
import type { SignedIn } from '../http/browser-session.ts';
import { endpoint } from '../http/endpoint.ts';
import { endSession, endSessionsOf } from '../sessions/end-session.ts';
import { sessionsGoingOn } from '../sessions/sessions-going-on.ts';
import { type Html, layout, moment, token } from './frame/layout.ts';

/** `GET /sessions`. */
export const sessionsPage = endpoint({
  method: 'GET',
  path: '/sessions',
  access: { by: 'browser' },
  summary: 'Page of the own sessions',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The page.' } },
  handle: async ({ teamspace, signedIn, csrf }) => {
    const { accountId } = signedIn;
    const [programs, browsers] = await teamspace.database.within({ account: accountId }, async (rows) => [
      await goingOn(rows, accountId),
      await rows
        .selectFrom('browser_sessions')
        .select(['id', 'user_agent', 'created_at', 'last_seen_at'])
        .where('account_id', '=', accountId)
        .orderBy('last_seen_at', 'desc')
        .execute(),
    ]);
    return page(200, content(signedIn, csrf, programs, browsers));
  },
});

/** `POST /sessions/end` ends one session, or all but the browser that asks. */
export const endSessionForm = endpoint({
  method: 'POST',
  path: '/sessions/end',
  access: { by: 'browser' },
  summary: 'End own sessions',
  takes: 'form',
  input: v.object({ session: v.union([v.pipe(v.string(), v.uuid()), v.literal('all')]) }),
  answers: { 303: { means: 'Done, or over already.' } },
  handle: async ({ teamspace, signedIn, input }) => {
    const { accountId } = signedIn;
    await teamspace.database.within({ account: accountId }, async (rows) => {
      const browsers = rows.deleteFrom('browser_sessions').where('account_id', '=', accountId);
      const isAll = input.session === 'all';
      await browsers.where('id', isAll ? '<>' : '=', isAll ? signedIn.id : input.session).execute();
      const ended = isAll
        ? await endSessionsOf(rows, accountId, 'signed_out')
        : await endSession(rows, input.session, 'signed_out', accountId);
      if (ended !== 0 && ended !== false)
        await audit(rows, {
          actor: `account:${accountId}`,
          accountId,
          action: 'session.ended',
          target: input.session,
          details: { reason: 'signed_out' },
        });
    });
    return redirect('/sessions');
  },
});

interface Program {
  readonly id: string;
  readonly auth_flow: string;
  readonly user_agent: string;
  readonly created_at: Date;
  readonly rotated_at: Date;
}

function goingOn(rows: Rows, accountId: string): Promise<Program[]> {
  return sessionsGoingOn(rows)
    .select(['id', 'auth_flow', 'user_agent', 'created_at', 'rotated_at'])
    .where('account_id', '=', accountId)
    .orderBy('rotated_at', 'desc')
    .execute();
}

interface Browser {
  readonly id: string;
  readonly user_agent: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
}

function content(
  signedIn: SignedIn,
  csrf: string,
  programs: readonly Program[],
  browsers: readonly Browser[],
): string {
  const all: readonly Row[] = [
    ...programs.map((one) => ({
      id: one.id,
      what: one.auth_flow === 'device_code' ? 'Program, by a code' : 'Program, by a browser',
      agent: one.user_agent,
      since: one.created_at,
      used: one.rotated_at,
    })),
    ...browsers.map((one) => ({
      id: one.id === signedIn.id ? undefined : one.id,
      what: one.id === signedIn.id ? 'This browser' : 'Browser',
      agent: one.user_agent,
      since: one.created_at,
      used: one.last_seen_at,
    })),
  ];
  const rows = all.map((one) => row(csrf, one));
  return layout(
    { title: 'Your sessions', name: signedIn.name, csrf },
    html`<table>
        <caption class="hint">
          Whatever is signed in as you. A session that you end is over at once.
        </caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Says of itself</th>
            <th scope="col">Since</th>
            <th scope="col">Last used</th>
            <th scope="col">End it</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <form method="post" action="/sessions/end">
        ${token(csrf)}
        <p class="actions">
          <button name="session" value="all" class="second">End all but this browser</button>
        </p>
      </form>`,
  );
}

interface Row {
  /** `undefined` for the one that is not ended here. */
  readonly id: string | undefined;
  readonly what: string;
  readonly agent: string;
  readonly since: Date;
  readonly used: Date;
}

function row(csrf: string, { id, what, agent, since, used }: Row): Html {
  const end =
    id === undefined
      ? html`<a href="/account">You</a>`
      : html`<form method="post" action="/sessions/end">
          ${token(csrf)}<button
            name="session"
            value="${id}"
            class="plain"
            aria-label="End: ${what}, ${agent}, since ${since.toISOString().slice(0, 16)}"
          >
            End
          </button>
        </form>`;
  return html`<tr>
    <th scope="row">${what}</th>
    <td data-label="Says of itself">${agent === '' ? '–' : agent}</td>
    <td data-label="Since">${moment(since)}</td>
    <td data-label="Last used">${moment(used)}</td>
    <td>${end}</td>
  </tr>`;
}
