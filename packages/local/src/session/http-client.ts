import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Fault } from '@spec-kitty/core/fault';
import { parseJson } from '@spec-kitty/core/parse-json';
import type { HttpAnswer, NetworkCause } from '@spec-kitty/core/session/http-answer';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { chooseProxy } from '../proxy/choose-proxy.ts';
import { TunnelError, tunnelTo } from '../proxy/open-tunnel.ts';
import { errorCode } from '../files/disk-fault.ts';

/** Longer than anything that a server of ours says. */
const LONGEST_BODY = 1024 * 1024;

/** One request. It is sent once: a token that is sent twice looks stolen. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'HEAD';
  /** Whole address; redirects are answers, and are not followed. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of a form, or the text of a body. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** For everything, in milliseconds; connecting may take no longer than `connectMs` of it. */
  readonly withinMs: number;
  readonly connectMs?: number;
}

/**
 * Sends a request by the only HTTP client that there is; an answer of any kind comes back as one.
 *
 * @param env names the proxy to go through, if any; that of the process, which no file of a repository is applied to.
 * @throws Fault `SESSION_SERVER_UNSAFE` for a server that tokens may not be sent to, whoever named it.
 */
export async function sendRequest(
  request: HttpRequest,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HttpAnswer> {
  requireSafeServer(request.url);
  const target = new URL(request.url);
  const proxy = chooseProxy(target, env);
  if (proxy === 'unusable') return { kind: 'failed', cause: 'proxy_unusable', sent: false };
  const tunnel = proxy && tunnelTo(target, proxy);
  const body = bodyOf(request);
  const options: RequestOptions = {
    method: request.method,
    // A connection that is kept would outlive the process that asked.
    ...(tunnel?.options ?? { agent: false }),
    headers: {
      accept: 'application/json',
      'user-agent': 'spec-kitty',
      ...(body && { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
      ...request.headers,
    },
  };
  return new Promise((resolve) => {
    let sent = false;
    const send = request.url.startsWith('https:') ? httpsRequest : httpRequest;
    let outgoing: ClientRequest;
    try {
      outgoing = send(request.url, options);
    } catch (error) {
      // A header cannot have the characters of this token.
      if (errorCode(error) !== 'ERR_INVALID_CHAR') throw error;
      return resolve({ kind: 'failed', cause: 'malformed', sent: false });
    }
    const settle = (answer: HttpAnswer) => {
      whole();
      connecting();
      resolve(answer);
      tunnel?.end();
      outgoing.destroy();
    };
    const fail = (cause: NetworkCause) => settle({ kind: 'failed', cause, sent });
    const whole = unlessBefore(request.withinMs, () => fail('timeout'));
    const connecting = unlessBefore(request.connectMs ?? request.withinMs, () => fail('timeout'));
    outgoing.on('socket', (socket) => {
      socket.once(request.url.startsWith('https:') ? 'secureConnect' : 'connect', () => {
        sent = true;
        connecting();
      });
    });
    outgoing.on('error', (error) => fail(causeOf(error, sent)));
    outgoing.on('response', (response) => {
      readBody(response).then(
        (text) => settle(answerOf(response, text)),
        // broad-catch: reports a connection that ended before the answer did, whatever ended it
        () => fail('dropped'),
      );
    });
    outgoing.end(body?.text);
  });
}

/**
 * Calls back after so long. What has arrived by then goes first: a process that was held up is late itself, and finds its
 * timers due before it has looked at its connections.
 *
 * @returns what calls it off.
 */
function unlessBefore(ms: number, late: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (turn = setImmediate(late)), ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}

function requireSafeServer(url: string): void {
  const { origin } = new URL(url);
  const server = parseServerUrl(origin);
  if (server.kind === 'origin') return;
  throw new Fault(
    'refused',
    'SESSION_SERVER_UNSAFE',
    `The server of this session cannot be used, since ${server.why}: ${origin}`,
    {
      hints: ['Run `spec-kitty auth login --server <url>` with an address that begins with https://.'],
      details: { server: origin },
    },
  );
}

function bodyOf({ form, json }: HttpRequest): { readonly type: string; readonly text: string } | undefined {
  if (form) return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() };
  return json === undefined ? undefined : { type: 'application/json', text: JSON.stringify(json) };
}

/** @returns `undefined` for one that is too long. */
async function readBody(response: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    const bytes = part as Buffer;
    length += bytes.length;
    if (length > LONGEST_BODY) return undefined;
    parts.push(bytes);
  }
  if (!response.complete) throw new Error('cut off');
  return Buffer.concat(parts).toString('utf8');
}

function answerOf(response: IncomingMessage, text: string | undefined): HttpAnswer {
  const after = Number(response.headers['retry-after'] ?? Number.NaN);
  return {
    kind: 'answer',
    status: response.statusCode ?? 0,
    body: text === undefined ? undefined : parseJson(text),
    retryAfter: Number.isFinite(after) && after >= 0 ? after : null,
  };
}

function causeOf(error: unknown, sent: boolean): NetworkCause {
  if (error instanceof TunnelError) return error.why;
  const code = errorCode(error) ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'refused';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) return 'tls';
  if (code.startsWith('HPE_')) return 'malformed';
  return code === 'ETIMEDOUT' && !sent ? 'timeout' : 'dropped';
}
