import type { Context } from 'hono';
import type { AnsweredRequest } from '../telemetry/telemetry.ts';

/** What a request came in with, as the HTTP server tells. */
export interface Bindings {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string } };
}

export type AppContext = Context<{ Bindings: Bindings }>;

/** How the server stands in its network. */
export interface Surroundings {
  /** How many proxies before us add to `X-Forwarded-For`; 0 believes nobody. */
  readonly proxies: number;
  /** Told of every request, once it is answered. */
  readonly answered?: (request: AnsweredRequest) => void;
}
