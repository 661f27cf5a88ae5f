import { type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { unescape } from 'node:querystring';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { bare } from './choose-proxy.ts';

/** Why a proxy led nowhere: it is not there, or it said no. */
export class TunnelError extends Error {
  readonly why: 'proxy_unusable' | 'proxy_refused';

  constructor(why: TunnelError['why'], cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

/** A way to a server that leads through a proxy: the proxy sees the server's name, and nothing of what is said. */
export interface Tunnel {
  /** For one request to the server: without them, it is sent straight on. */
  readonly options: Pick<RequestOptions, 'createConnection' | 'defaultPort'>;
  /** Gives up asking the proxy. */
  readonly end: () => void;
}

export function tunnelTo(target: URL, proxy: URL): Tunnel {
  let asking: ClientRequest | undefined;
  const createConnection: RequestOptions['createConnection'] = (_, done) => {
    asking = askFor(target, proxy);
    asking.on('error', (error) => failed(done, new TunnelError('proxy_unusable', error)));
    asking.on('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) return done(null, beginTls(socket, target));
      socket.destroy();
      failed(done, new TunnelError('proxy_refused'));
    });
    asking.end();
    return undefined;
  };
  // Without an agent, nobody else knows that a port of 443 is in no Host header.
  return { options: { createConnection, defaultPort: 443 }, end: () => void asking?.destroy() };
}

/** Node hands a socket over together with no error, or none with one; its types know the first alone. */
function failed(done: (error: Error | null, socket: Duplex) => void, error: TunnelError): void {
  (done as (error: Error) => void)(error);
}

function askFor(target: URL, proxy: URL): ClientRequest {
  const place = `${target.hostname}:${target.port || '443'}`;
  const [send, port] = proxy.protocol === 'https:' ? [httpsRequest, 443] : [httpRequest, 80];
  return send({
    host: bare(proxy.hostname),
    port: proxy.port || port,
    method: 'CONNECT',
    path: place,
    headers: { host: place, 'user-agent': 'spec-kitty', ...credentials(proxy) },
    agent: false,
  });
}

function beginTls(socket: Duplex, target: URL): TLSSocket {
  const host = bare(target.hostname);
  return connect({ socket, host, servername: isIP(host) === 0 ? host : '' });
}

/** User and password of the proxy's address go to the proxy alone, and are in no message. */
function credentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const pair = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
  return { 'proxy-authorization': `Basic ${pair}` };
}
