import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { judgeCallback } from '@spec-kitty/core/login/judge-callback';
import type { CallbackAnswer } from '@spec-kitty/core/session/callback-answer';
import type { CallbackListener } from '@spec-kitty/core/ports/session/callback-listener';
import type { Secret } from '@spec-kitty/core/session/secret';
import { errorCode } from '../files/disk-fault.ts';

const ADDRESS = '127.0.0.1';
/** Tried first, as the predecessor's users may have opened them for it; any free port does (RFC 8252 §7.3). */
const PREFERRED = Array.from({ length: 11 }, (_, index) => 28_888 + index);

/** Nobody but a browser on this machine is expected, and it has no reason to be slow. */
const LIMITS = { headersTimeout: 2000, requestTimeout: 2000, maxHeaderSize: 16 * 1024 };

const PAGES: Readonly<Record<number, string>> = {
  200: 'The answer has arrived. The terminal says whether you are logged in; this page can be closed.',
  400: 'This is not the answer to the login that is under way.',
  403: 'This is not for another site.',
  404: 'There is nothing here.',
  405: 'This cannot be done here.',
};

/** Listens on a port of this machine alone; it is held from the start, so that nobody can take it in between. */
export async function listenForCallback(): Promise<CallbackListener> {
  const server = createServer(LIMITS);
  for (const port of [...PREFERRED, 0]) {
    if (await listens(server, port)) return listenerOn(server);
  }
  throw new Error('The system has no free port');
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => {
      const isTaken = ['EADDRINUSE', 'EACCES'].includes(errorCode(error) ?? '');
      if (isTaken && port !== 0) resolve(false);
      else reject(error);
    };
    server.once('error', failed);
    server.listen(port, ADDRESS, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function listenerOn(server: Server): CallbackListener {
  const host = `${ADDRESS}:${(server.address() as AddressInfo).port}`;
  return {
    redirectUri: `http://${host}/callback`,
    wait: (state, issuer, withinMs) => waitOn(server, { host, state, issuer }, withinMs),
  };
}

function waitOn(
  server: Server,
  expected: { readonly host: string; readonly state: Secret; readonly issuer: string },
  withinMs: number,
): Promise<CallbackAnswer | { readonly kind: 'none' }> {
  return new Promise((resolve) => {
    const end = (answer: CallbackAnswer | { readonly kind: 'none' }) => {
      clearTimeout(timer);
      server.close(() => resolve(answer));
      server.closeAllConnections();
    };
    const timer = setTimeout(() => end({ kind: 'none' }), withinMs);
    let isAnswered = false;
    server.on('request', ({ method = '', url = '', headers }, response) => {
      const judged = judgeCallback({ method, target: url, host: headers.host }, expected);
      if (judged.kind === 'turned away') return say(response, judged.status);
      // Taken once: whoever comes second has nothing to say any more.
      if (isAnswered) return say(response, 400);
      isAnswered = true;
      say(response, 200);
      response.on('close', () => end(judged));
    });
  });
}

/** Says the same to everybody: what a request had in it is in no page. */
function say(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...(status === 405 && { allow: 'GET' }),
  });
  const title = status === 200 ? 'Spec Kitty' : `${status}`;
  response.end(
    `<!doctype html><html lang="en"><title>${title}</title><p>${PAGES[status] ?? ''}</p></html>\n`,
  );
}
