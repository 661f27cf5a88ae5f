import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import { type Answer, page, redirect } from '../http/answer.ts';
import { type Asked, endpoint } from '../http/endpoint.ts';
import { contentPolicy } from '../http/security-headers.ts';
import { consentPage } from '../pages/consent-page.ts';
import { errorPage } from '../pages/frame/error-page.ts';
import type { Teamspace } from '../teamspace.ts';
import {
  answerAddress,
  type AuthorizationRequest,
  type JudgedRequest,
  judgeRequest,
} from './authorization-request.ts';

/** Everything is optional here: what is missing is answered where the request says, not on a page of ours. */
const requestFields = {
  client_id: v.optional(v.string()),
  redirect_uri: v.optional(v.string()),
  response_type: v.optional(v.string()),
  scope: v.optional(v.string()),
  state: v.optional(v.string()),
  code_challenge: v.optional(v.string()),
  code_challenge_method: v.optional(v.string()),
};

/** A code is exchanged by a program that waits for it. */
const CODE_LASTS_S = 60;

/** `GET /oauth/authorize` asks whoever is signed in whether a program may act for them (RFC 6749 §4.1, PKCE). */
export const authorizeEndpoint = endpoint({
  method: 'GET',
  path: '/oauth/authorize',
  access: { by: 'visitor' },
  summary: 'Ask a person whether a program may sign in as them',
  takes: 'query',
  input: v.object(requestFields),
  answers: {
    200: { means: 'A page that asks.' },
    303: { means: 'On to the sign-in page, or back with an error.' },
    400: { means: 'The request names no program or address that may be answered.' },
  },
  refuse: (_asked, problem) => page(400, errorPage('This sign-in cannot go on', problem)),
  handle: ({ teamspace, input, signedIn, csrf, here }) => {
    const judged = judgeRequest(input);
    if (judged.kind !== 'sound') return answerWrong(teamspace, judged);
    if (!signedIn) return redirect(`/sign-in?${new URLSearchParams({ next: here }).toString()}`);
    return page(200, consentPage(judged.request, signedIn, csrf), {
      headers: { 'content-security-policy': contentPolicy('loopback') },
    });
  },
});

/** `POST /oauth/authorize` is what that person decided. */
export const decideEndpoint = endpoint({
  method: 'POST',
  path: '/oauth/authorize',
  access: { by: 'browser' },
  summary: 'Let a program sign in, or not',
  takes: 'form',
  input: v.object({ ...requestFields, decision: v.picklist(['allow', 'deny']) }),
  answers: {
    303: { means: 'Back to the program, with a code or an error.' },
    400: { means: 'The request names no program or address that may be answered.' },
  },
  refuse: (_asked, problem) => page(400, errorPage('This sign-in cannot go on', problem)),
  handle: async (asked) => {
    const { teamspace, input, signedIn } = asked;
    const judged = judgeRequest(input);
    if (judged.kind !== 'sound') return answerWrong(teamspace, judged);
    const { redirectUri, state } = judged.request;
    if (input.decision === 'deny') return back(teamspace, redirectUri, { error: 'access_denied', state });
    const code = await issueCode(asked, judged.request, signedIn.accountId);
    return back(teamspace, redirectUri, { code, state });
  },
});

async function issueCode(
  { teamspace }: Asked<unknown>,
  { client, redirectUri, challenge, scope }: AuthorizationRequest,
  accountId: string,
): Promise<string> {
  const code = `skc_${randomBytes(32).toString('base64url')}`;
  await teamspace.database.system
    .insertInto('authorization_codes')
    .values({
      code_hash: teamspace.keyring.hashes('code', code)[0],
      client_id: client.id,
      account_id: accountId,
      redirect_uri: redirectUri,
      challenge,
      scope,
      expires_at: sql<Date>`now() + make_interval(secs => ${CODE_LASTS_S})`,
    })
    .execute();
  return code;
}

function answerWrong(
  teamspace: Teamspace,
  judged: Exclude<JudgedRequest, { readonly kind: 'sound' }>,
): Answer {
  if (judged.kind === 'not to be answered')
    return page(400, errorPage('This sign-in cannot go on', judged.why));
  const { redirectUri, state, error, description } = judged;
  return back(teamspace, redirectUri, { error, error_description: description, state });
}

function back(
  { publicUrl }: Teamspace,
  redirectUri: string,
  answer: Readonly<Record<string, string | undefined>>,
): Answer {
  return redirect(answerAddress(redirectUri, publicUrl, answer));
}
