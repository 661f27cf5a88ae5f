import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way; each is for one path, and ends after so many. */
export type NetworkFault =
  | {
      readonly kind: 'delay';
      readonly beforeMs?: number;
      readonly afterMs?: number;
      /** The server hears of it no sooner. */
      readonly until?: Promise<unknown>;
    }
  /** The server does its work, and the answer never arrives. */
  | { readonly kind: 'drop answer' }
  /** The connection ends before the server has heard anything. */
  | { readonly kind: 'drop request' }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly until?: Promise<unknown>;
    }
  /** The server's answer with another body. */
  | { readonly kind: 'body'; readonly body: string };

interface Rule {
  readonly path: string;
  readonly fault: NetworkFault;
  left: number;
}

/** A bad network in front of a server; its own address is the issuer's, as far as clients can tell. */
export class FaultProxy {
  readonly #target: () => string;
  readonly #server: Server;
  readonly #rules: Rule[] = [];
  /** Requests that came in, the dropped ones too. */
  readonly paths: string[] = [];

  constructor(target: () => string) {
    this.#target = target;
    this.#server = createServer((request, response) => void this.#pass(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Lays a fault on the next requests of a path. */
  fail(path: string, fault: NetworkFault, times = 1): void {
    this.#rules.push({ path, fault, left: times });
  }

  /** Takes the faults of a path away, or all of them. */
  mend(path?: string): void {
    for (const rule of this.#rules) if (path === undefined || rule.path === path) rule.left = 0;
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    this.paths.push(path);
    const rule = this.#rules.find((one) => one.path === path && one.left > 0);
    if (rule) rule.left -= 1;
    const fault: NetworkFault = rule?.fault ?? { kind: 'delay' };
    if (fault.kind === 'drop request') request.socket.destroy();
    else if (fault.kind === 'status') {
      await fault.until;
      response.writeHead(fault.status, fault.headers).end(fault.body);
    } else await this.#forward(fault, request, response);
  }

  async #forward(
    fault: Exclude<NetworkFault, { readonly kind: 'drop request' | 'status' }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { beforeMs = 0, afterMs = 0, until } = fault.kind === 'delay' ? fault : {};
    await until;
    await pause(beforeMs);
    const answer = await forward(request, this.#target());
    if (fault.kind === 'drop answer') return void request.socket.destroy();
    await pause(afterMs);
    response.writeHead(answer.status, answer.headers).end(fault.kind === 'body' ? fault.body : answer.body);
  }
}

async function forward(
  request: IncomingMessage,
  target: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  let body = '';
  for await (const part of request) body += String(part);
  return new Promise((resolve, reject) => {
    const outgoing = send(`${target}${request.url}`, {
      method: request.method,
      // Host as it came, as a proxy passes it on: the server knows itself by that name.
      headers: request.headers,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', async (response) => {
      let text = '';
      for await (const part of response) text += String(part);
      // What is about the connection and the length is told anew.
      const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...headers } = response.headers;
      resolve({ status: response.statusCode ?? 500, headers, body: text });
    });
    outgoing.end(body);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
