import { Fault } from '@spec-kitty/core/fault';
import { Hono } from 'hono';
import type { Teamspace } from '../teamspace.ts';
import { errorPage } from '../pages/frame/error-page.ts';
import { type Answer, oauthError, page } from './answer.ts';
import type { AppContext, Bindings, Surroundings } from './app-context.ts';
import type { Endpoint } from './endpoint.ts';
import { securityHeaders } from './security-headers.ts';
import { serveEndpoint } from './serve-endpoint.ts';

const TYPES = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  css: 'text/css; charset=utf-8',
  none: undefined,
} as const;

/** Puts endpoints behind HTTP: every one answers with and without a slash at its end. */
export function buildApp(
  teamspace: Teamspace,
  endpoints: readonly Endpoint[],
  surroundings: Surroundings,
): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const standard = securityHeaders(teamspace.publicUrl);
  const answering =
    (route: string | null, ask: (c: AppContext) => Promise<Answer> | Answer) => async (c: AppContext) => {
      const began = Date.now();
      const start = performance.now();
      const answer = await answerOf(teamspace, c, ask);
      const ms = performance.now() - start;
      const { method } = c.req;
      const path = toldPath(c);
      const { status } = answer;
      teamspace.log(status >= 500 ? 'error' : 'info', 'request', {
        method,
        path,
        status,
        ms: Math.round(ms),
      });
      surroundings.answered?.({ method, route, status, began, ms, parent: c.req.header('traceparent') });
      return respond(c, answer, standard);
    };
  for (const endpoint of endpoints) {
    const handler = answering(endpoint.path, (c) => serveEndpoint(teamspace, surroundings, endpoint, c));
    const bare = endpoint.path.replace(/(?<=.)\/$/, '');
    for (const path of bare === '/' ? ['/'] : [bare, `${bare}/`]) app.on(endpoint.method, path, handler);
  }
  app.notFound(answering(null, notFound));
  return app;
}

async function answerOf(
  teamspace: Teamspace,
  c: AppContext,
  ask: (c: AppContext) => Promise<Answer> | Answer,
): Promise<Answer> {
  try {
    if (!isOurHost(teamspace, c)) return misdirected(teamspace);
    // No name in an address has this character, and no database takes it.
    return c.req.url.includes('%00') ? notFound(c) : await ask(c);
  } catch (error) {
    // The request must be answered and the server go on, whatever was wrong with this one; it is told in the log.
    return failed(teamspace, c, error);
  }
}

/** A page of ours under another name would be somebody else's; whether we live, anybody may ask under any name. */
function isOurHost({ publicUrl }: Teamspace, c: AppContext): boolean {
  return c.req.path.startsWith('/health') || c.req.header('host') === new URL(publicUrl).host;
}

function misdirected({ publicUrl }: Teamspace): Answer {
  return oauthError(421, 'misdirected_request', `This server is known as ${publicUrl}.`);
}

function notFound(c: AppContext): Answer {
  return wantsPage(c)
    ? page(404, errorPage('There is no such page', 'The address may be mistyped, or the link too old.'))
    : oauthError(404, 'not_found', 'There is nothing under this address.');
}

/** Trouble with the database passes, and whoever asks may ask again; anything else is a bug. */
function failed({ log }: Teamspace, c: AppContext, error: unknown): Answer {
  const isBusy = error instanceof Fault && error.kind === 'busy';
  const passes = isBusy || isDatabaseTrouble(error);
  const facts =
    error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
  const event = isBusy ? 'busy' : passes ? 'database_unavailable' : 'bug';
  log('error', event, { method: c.req.method, path: toldPath(c), ...facts });
  const [status, code] = passes
    ? ([503, 'temporarily_unavailable'] as const)
    : ([500, 'server_error'] as const);
  const said = isBusy
    ? error.message
    : passes
      ? 'The server cannot use its database at the moment; try again.'
      : 'Something went wrong.';
  const headers: Record<string, string> = passes ? { 'retry-after': '1' } : {};
  return wantsPage(c)
    ? page(status, errorPage('That did not work', said), { headers })
    : { ...oauthError(status, code, said), headers };
}

/** Classes of SQLSTATE that are about the server and not about the query: connection, resources, intervention, disk. */
const TROUBLE = /^(?:08|53|57|58)/;

function isDatabaseTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    TROUBLE.test(code) ||
    code === '25006' ||
    /^(?:ECONN|EPIPE|ENOENT|ETIMEDOUT)/.test(code) ||
    /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(
      error.message,
    )
  );
}

/** What follows these in an address lets in whoever has it; also where it is mistyped, it is as long as a secret. */
const LINKS = /((?:set-up|invitations|new-password)\/).+|[\w-]{43,}/gi;

/** The path of a request without what is secret in it. */
function toldPath(c: AppContext): string {
  return c.req.path.replace(LINKS, '$1…');
}

/** Browsers ask for pages; programs take what they get. */
function wantsPage(c: AppContext): boolean {
  return c.req.header('accept')?.includes('text/html') === true;
}

function respond(c: AppContext, answer: Answer, standard: Readonly<Record<string, string>>): Response {
  const type = TYPES[answer.type];
  const headers = new Headers({
    ...standard,
    ...(type !== undefined && { 'content-type': type }),
    ...answer.headers,
  });
  for (const cookie of answer.cookies) headers.append('set-cookie', cookie);
  const body = c.req.method === 'HEAD' || answer.type === 'none' ? null : answer.body;
  return new Response(body, { status: answer.status, headers });
}
