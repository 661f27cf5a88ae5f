import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Fault } from '@spec-kitty/core/fault';
import type { Hono } from 'hono';
import type { Bindings } from '../http/app-context.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A request takes no longer than that to come in. */
const REQUEST_MS = 30_000;
/** How long requests that are under way may take when the server is told to end. */
const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** A server that takes requests. */
export interface Listening {
  readonly port: number;
  /** Takes no more requests, and ends when those under way have been answered. */
  close(): Promise<void>;
}

/** `HOST:PORT`; `[::1]:8470` with an address of IPv6. */
export function parseListen(text: string): ListenAddress | undefined {
  const [, v6, host, port] = /^(?:\[([\da-f:]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const number = Number(port);
  const name = v6 ?? host;
  return name !== undefined && number <= 65_535 ? { host: name, port: number } : undefined;
}

/** @param option where the address was said. @throws Fault `PORT_TAKEN` or `ADDRESS_UNUSABLE`. */
export async function listen(
  app: Pick<Hono<{ Bindings: Bindings }>, 'fetch'>,
  { host, port }: ListenAddress,
  option = '--listen',
): Promise<Listening> {
  const answer = getRequestListener(app.fetch);
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      // It answers whatever happens; a connection that ends meanwhile is nobody's trouble.
      void answer(request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(unusable(error, `${host}:${port}`, option)),
    );
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  return { port: bound.port, close: () => drain(server) };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Each one whose request has been answered becomes idle, and would stay so for seconds.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}

function unusable(error: NodeJS.ErrnoException, place: string, option: string): Fault {
  if (error.code === 'EADDRINUSE')
    return new Fault('refused', 'PORT_TAKEN', `Somebody listens already at ${place}.`, {
      hints: [`Name another one with ${option}.`],
      details: { listen: place },
      cause: error,
    });
  return new Fault(
    'refused',
    'ADDRESS_UNUSABLE',
    `This machine cannot listen at ${place}: ${error.code ?? ''}`,
    {
      hints: [`Name an address of this machine with ${option}.`],
      details: { listen: place },
      cause: error,
    },
  );
}
