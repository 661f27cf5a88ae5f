import type { CallbackAnswer } from '../session/callback-answer.ts';
import { Secret } from '../session/secret.ts';

/** A request that came to the port that a login listens on; anybody on this machine, and any web page, can send one. */
export interface CallbackRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string | undefined;
}

/** What the answer of the server to this login looks like. */
export interface ExpectedCallback {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  readonly state: Secret;
  readonly issuer: string;
}

/** An answer ends the wait; anything else is turned away, and the wait goes on. */
export type CallbackJudgement =
  | CallbackAnswer
  | { readonly kind: 'turned away'; readonly status: 400 | 403 | 404 | 405 };

/** Decides whether a request is the answer to this login: only one with the very state that was sent out is. */
export function judgeCallback(request: CallbackRequest, expected: ExpectedCallback): CallbackJudgement {
  // A page of another origin that resolves its own name to this machine would say that name here.
  if (request.host !== expected.host) return turnedAway(403);
  const [path, query = ''] = split(request.target);
  if (path !== '/callback') return turnedAway(404);
  if (request.method !== 'GET') return turnedAway(405);
  const parameters = new URLSearchParams(query);
  const state = only(parameters, 'state');
  if (state === undefined || !new Secret(state).equals(expected.state)) return turnedAway(400);
  const issuer = parameters.getAll('iss');
  if (issuer.some((one) => one !== expected.issuer)) return { kind: 'other issuer' };
  const error = only(parameters, 'error');
  if (error !== undefined) return { kind: 'error', error };
  const code = only(parameters, 'code');
  return code === undefined ? turnedAway(400) : { kind: 'code', code: new Secret(code) };
}

function split(target: string): readonly [string, string?] {
  const at = target.indexOf('?');
  return at === -1 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

/** A parameter that is there once, and not empty. */
function only(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = parameters.getAll(name);
  return others.length === 0 && value !== '' ? value : undefined;
}

function turnedAway(status: 400 | 403 | 404 | 405): CallbackJudgement {
  return { kind: 'turned away', status };
}
