import type { HttpAnswer } from '@spec-kitty/core/session/http-answer';
import { sendRequest } from '../session/http-client.ts';

/** How long a server may take to answer before a command says that it is not there. */
const REACHABLE_WITHIN_MS = 2000;

/** Asks a server once whether it is there; whatever it answers, it is. */
export function reachServer(origin: string): Promise<HttpAnswer> {
  return sendRequest({ method: 'HEAD', url: `${origin}/`, withinMs: REACHABLE_WITHIN_MS });
}
