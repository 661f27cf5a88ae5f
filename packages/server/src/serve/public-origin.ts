import { Fault } from '@spec-kitty/core/fault';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import type { ListenAddress } from './listen.ts';

/**
 * Origin under which everybody knows a server.
 *
 * @throws Fault `PUBLIC_URL_INVALID`, or `PUBLIC_URL_NEEDED` where it listens to a network: programs send their tokens
 *   to no such address without encryption.
 */
export function publicOrigin(given: string | undefined, { host, port }: ListenAddress): string {
  if (given !== undefined) return originOf(given);
  const name = host.includes(':') ? `[${host}]` : host;
  if (/^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(name)) return `http://${name}:${port}`;
  throw new Fault(
    'usage',
    'PUBLIC_URL_NEEDED',
    `This listens to a network, and nobody knows under which name.`,
    {
      hints: ['Say it with --public-url https://… and put a proxy before the server that ends TLS.'],
    },
  );
}

/** What somebody says is the address of a server. @throws Fault `PUBLIC_URL_INVALID`. */
export function originOf(given: string): string {
  const server = parseServerUrl(given);
  if (server.kind === 'origin') return server.origin;
  throw new Fault(
    'usage',
    'PUBLIC_URL_INVALID',
    `This cannot be the address of a server, since ${server.why}: ${given}`,
    {
      hints: ['Give scheme and host, such as https://teamspace.example.org'],
    },
  );
}
