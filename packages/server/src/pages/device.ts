import { html } from 'hono/html';
import { sql } from 'kysely';
import * as v from 'valibot';
import { USER_CODE } from '../allowances/allowance.ts';
import { giveBack, spend } from '../allowances/spend.ts';
import { type Answer, page } from '../http/answer.ts';
import type { SignedIn } from '../http/browser-session.ts';
import { type Asked, endpoint } from '../http/endpoint.ts';
import { findClient } from '../oauth/client.ts';
import { typedUserCode } from '../oauth/device.ts';
import { field, layout, moment, problem, token } from './frame/layout.ts';
import { wait } from './frame/wait.ts';

/** `GET /device`: asks for the code, then whether the device that shows it is one's own (RFC 8628 §3.3). */
export const devicePage = endpoint({
  method: 'GET',
  path: '/device',
  access: { by: 'browser' },
  summary: 'Page to sign in a device',
  takes: 'query',
  input: v.object({ code: v.optional(v.pipe(v.string(), v.maxLength(100))) }),
  answers: {
    200: { means: 'The page that asks for the code, or whether to allow it.' },
    404: { means: 'There is no such code.' },
    429: { means: 'Too many wrong codes.' },
  },
  handle: async (asked) => {
    const { input, signedIn, csrf } = asked;
    const code = typedUserCode(input.code ?? '');
    if (code === '') return page(200, askForCode(signedIn, csrf));
    const found = await findDevice(asked, signedIn, code);
    return found.kind === 'found' ? page(200, askWhether(signedIn, csrf, code, found.device)) : found.answer;
  },
});

/** `POST /device` is what was decided. */
export const deviceForm = endpoint({
  method: 'POST',
  path: '/device',
  access: { by: 'browser' },
  summary: 'Let a device sign in, or not',
  takes: 'form',
  input: v.object({ code: v.string(), decision: v.picklist(['allow', 'deny']) }),
  answers: {
    200: { means: 'Decided.' },
    404: { means: 'There is no such code, or it was decided.' },
    429: { means: 'Too many wrong codes.' },
  },
  handle: async (asked) => {
    const { teamspace, input, signedIn, csrf } = asked;
    const found = await findDevice(asked, signedIn, typedUserCode(input.code));
    if (found.kind === 'none') return found.answer;
    const isAllowed = input.decision === 'allow';
    const { numUpdatedRows } = await teamspace.database.system
      .updateTable('device_grants')
      .set({ state: isAllowed ? 'approved' : 'denied', account_id: isAllowed ? signedIn.accountId : null })
      .where('device_hash', '=', found.device.hash)
      .where('state', '=', 'pending')
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return noSuchCode(signedIn, csrf);
    const [title, text] = isAllowed
      ? ['The device is signed in', 'You can close this page and go on where you started.']
      : ['The device is not signed in', 'Nothing was allowed.'];
    return page(200, layout({ title, name: signedIn.name, csrf }, html`<p>${text}</p>`));
  },
});

interface Device {
  readonly hash: Buffer;
  readonly program: string;
  readonly userAgent: string;
  readonly since: Date;
}

type Found =
  | { readonly kind: 'found'; readonly device: Device }
  | { readonly kind: 'none'; readonly answer: Answer };

/** Guesses cost; a code that is right costs nothing. */
async function findDevice(
  { teamspace, csrf }: Asked<unknown>,
  signedIn: SignedIn,
  code: string,
): Promise<Found> {
  const { database, keyring } = teamspace;
  const spending = { of: USER_CODE, whose: signedIn.accountId };
  const [short] = await spend(database, spending);
  if (short) {
    const { text, headers } = wait('Too many codes that do not exist.', short);
    return { kind: 'none', answer: page(429, askForCode(signedIn, csrf, text), { headers }) };
  }
  const row = await database.system
    .selectFrom('device_grants')
    .select(['device_hash', 'client_id', 'user_agent', 'created_at'])
    .where('user_code_hash', 'in', [...keyring.hashes('user code', code)])
    .where('state', '=', 'pending')
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  if (!row) return { kind: 'none', answer: noSuchCode(signedIn, csrf) };
  await giveBack(database, spending);
  const program = findClient(row.client_id)?.name ?? row.client_id;
  return {
    kind: 'found',
    device: { hash: row.device_hash, program, userAgent: row.user_agent, since: row.created_at },
  };
}

function noSuchCode(signedIn: SignedIn, csrf: string): Answer {
  return page(404, askForCode(signedIn, csrf, 'There is no such code. It is good for 15 minutes, and once.'));
}

function askForCode({ name }: SignedIn, csrf: string, wrong?: string): string {
  return layout(
    { title: 'Sign in a device', name, csrf },
    html`${problem(wrong)}
      <form method="get" action="/device">
        ${field({ label: 'Code that the device shows', name: 'code', autocomplete: 'one-time-code', hint: 'Eight letters; the dash may be left out.' })}
        <p class="actions"><button>Go on</button></p>
      </form>`,
  );
}

function askWhether({ name, email }: SignedIn, csrf: string, code: string, device: Device): string {
  return layout(
    { title: 'Sign in this device?', name, csrf },
    html`<p>
        <strong>${device.program}</strong> wants to act for <strong>${name}</strong> (${email}) in all of your
        teams, until you end its session.
      </p>
      <dl>
        <dt>Code</dt>
        <dd class="code">${code.slice(0, 4)}-${code.slice(4)}</dd>
        <dt>Program</dt>
        <dd>${device.userAgent === '' ? 'says nothing of itself' : device.userAgent}</dd>
        <dt>Asked</dt>
        <dd>${moment(device.since)}</dd>
      </dl>
      <p>
        Allow this only if the same code is on the screen of <em>your</em> device. Somebody who sent you a
        link may want to get in as you.
      </p>
      <form method="post" action="/device">
        ${token(csrf)}<input type="hidden" name="code" value="${code}" />
        <p class="actions">
          <button name="decision" value="allow">Allow</button>
          <button name="decision" value="deny" class="second">Do not allow</button>
        </p>
      </form>`,
  );
}
