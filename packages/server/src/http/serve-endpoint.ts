import { randomBytes } from 'node:crypto';
import { getCookie } from 'hono/cookie';
import { errorPage } from '../pages/frame/error-page.ts';
import { againWithNewKeys } from '../keys/again-with-new-keys.ts';
import type { Teamspace } from '../teamspace.ts';
import { type Answer, oauthError, page, redirect } from './answer.ts';
import { cookieName, setCookie, type SignedIn, signedInBy } from './browser-session.ts';
import type { AppContext, Surroundings } from './app-context.ts';
import { clientAddress } from './client-address.ts';
import type { Asked, Endpoint } from './endpoint.ts';
import { formToken, isOurForm } from './forgery.ts';
import { type Admission, letIn } from './let-in.ts';
import { checkInput, type Input, LONGEST_BODY, readInput } from './read-input.ts';

interface Received {
  readonly surroundings: Surroundings;
  readonly endpoint: Endpoint;
  readonly c: AppContext;
  readonly read: Input;
}

/** An answer, and whether it refuses a secret that was shown. */
interface Judged {
  readonly answer: Answer;
  readonly refuses: boolean;
}

/** Answers one request: where does it come from, who asks, what for, and only then what the endpoint does. */
export async function serveEndpoint(
  teamspace: Teamspace,
  surroundings: Surroundings,
  endpoint: Endpoint,
  c: AppContext,
): Promise<Answer> {
  const read = await readInput(endpoint.takes, new URL(c.req.url).search, {
    contentType: c.req.header('content-type'),
    text: () => readBody(c),
  });
  if (read.kind === 'problem' && read.status === 413) return tooLong(endpoint, read.problem);
  const received = { surroundings, endpoint, c, read };
  const judge = (): Promise<Judged> => judged(teamspace, received);
  return (await againWithNewKeys(teamspace, judge, ({ refuses }) => refuses)).answer;
}

async function judged(teamspace: Teamspace, received: Received): Promise<Judged> {
  const { endpoint, c, read } = received;
  const browser = isForBrowsers(endpoint) ? await browserOf(teamspace, c) : undefined;
  const fields = read.kind === 'fields' ? read.fields : {};
  if (browser && endpoint.method === 'POST' && !isFromUs(teamspace, c, browser, fields))
    return { answer: outOfDate(), refuses: true };
  const asked = askedOf(teamspace, received, browser);
  const admitted = await letIn(teamspace, endpoint.access, {
    bearer: bearerOf(c.req.header('authorization')),
    signedIn: browser?.signedIn,
    team: asked.params['team'],
  });
  const answer = await answerAdmitted(endpoint, asked, admitted, read);
  const isUnknown = admitted.kind === 'sign in' && browser?.secret !== undefined;
  return {
    answer: browser ? withFormCookie(teamspace, browser, answer) : answer,
    refuses: isUnknown || refusesSecret(answer),
  };
}

function outOfDate(): Answer {
  return page(
    403,
    errorPage('This form is out of date', 'Go back, load the page again, and send it once more.'),
  );
}

function askedOf(
  teamspace: Teamspace,
  { surroundings, c, read }: Received,
  browser: Browser | undefined,
): Asked<unknown> {
  return {
    teamspace,
    params: c.req.param(),
    input: read.kind === 'fields' ? read.fields : {},
    address: addressOf(surroundings, c),
    userAgent: printable(c.req.header('user-agent') ?? ''),
    known: getCookie(c, cookieName(teamspace, 'known')),
    csrf: browser ? formToken(teamspace, browser.form, browser.secret) : '',
    here: hereOf(c),
  };
}

/** A token, or a link or code, that no key of ours has made. */
function refusesSecret({ status, body }: Answer): boolean {
  return (
    status === 401 || status === 404 || (status === 400 && /"(?:invalid_grant|expired_token)"/.test(body))
  );
}

function answerAdmitted(
  endpoint: Endpoint,
  asked: Asked<unknown>,
  admitted: Admission,
  read: Input,
): Promise<Answer> | Answer {
  if (admitted.kind === 'sign in') return redirect(signInAddress(endpoint, asked.here));
  if (admitted.kind === 'refused') return admitted.answer;
  const full = { ...asked, ...admitted.caller };
  const refuse = (problem: string, status: number) =>
    endpoint.refuse?.(full, problem) ??
    (isForBrowsers(endpoint)
      ? page(status, errorPage('That did not work', problem))
      : oauthError(status, 'invalid_request', problem));
  if (read.kind === 'problem') return refuse(read.problem, read.status);
  const checked = checkInput(endpoint.input, read.fields);
  return checked.ok ? endpoint.handle({ ...full, input: checked.input }) : refuse(checked.problem, 400);
}

/** Whatever it was for, nobody has read it. */
function tooLong(endpoint: Endpoint, problem: string): Answer {
  return isForBrowsers(endpoint)
    ? page(413, errorPage('That is too long', 'Go back, shorten it, and send it once more.'))
    : oauthError(413, 'invalid_request', problem);
}

interface Browser {
  /** Secret of its forms, its own or one that it is about to get. */
  readonly form: string;
  readonly isNew: boolean;
  /** Secret of its session, good or not. */
  readonly secret: string | undefined;
  readonly signedIn: SignedIn | undefined;
}

function isForBrowsers({ access }: Endpoint): boolean {
  return access.by === 'visitor' || access.by === 'browser' || access.by === 'team browser';
}

async function browserOf(teamspace: Teamspace, c: AppContext): Promise<Browser> {
  const given = getCookie(c, cookieName(teamspace, 'form'));
  const secret = getCookie(c, cookieName(teamspace, 'session'));
  const isKnown = given !== undefined && /^[\w-]{22}$/.test(given);
  return {
    form: isKnown ? given : randomBytes(16).toString('base64url'),
    isNew: !isKnown,
    secret,
    signedIn: await signedInBy(teamspace, secret),
  };
}

function isFromUs(teamspace: Teamspace, c: AppContext, browser: Browser, fields: unknown): boolean {
  const token = (fields as Readonly<Record<string, unknown>>)['csrf'];
  const provenance = {
    origin: c.req.header('origin'),
    site: c.req.header('sec-fetch-site'),
    token: typeof token === 'string' ? token : undefined,
  };
  return isOurForm(teamspace, provenance, browser.isNew ? undefined : browser.form, browser.secret);
}

function withFormCookie(teamspace: Teamspace, { form, isNew }: Browser, answer: Answer): Answer {
  if (!isNew || answer.type !== 'html') return answer;
  return { ...answer, cookies: [...answer.cookies, setCookie(teamspace, 'form', form)] };
}

/** A form that nobody was signed in for is not kept: it leads to where it would have been sent from. */
function signInAddress({ method }: Endpoint, here: string): string {
  return method === 'GET' ? `/sign-in?${new URLSearchParams({ next: here }).toString()}` : '/sign-in';
}

async function readBody(c: AppContext): Promise<string | undefined> {
  if (Number(c.req.header('content-length') ?? 0) > LONGEST_BODY) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of c.req.raw.body ?? []) {
      length += part.length;
      if (length > LONGEST_BODY) return undefined;
      parts.push(part);
    }
  } catch {
    // broad-catch: whoever sent it has gone, and waits for no answer; it says nothing about this server.
    return undefined;
  }
  return Buffer.concat(parts).toString('utf8');
}

function addressOf(surroundings: Surroundings, c: AppContext): string {
  const peer = c.env?.incoming?.socket.remoteAddress;
  return clientAddress(surroundings, peer, c.req.header('x-forwarded-for'));
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

function hereOf(c: AppContext): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '');
}
