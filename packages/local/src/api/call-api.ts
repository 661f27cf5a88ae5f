import type { RefreshResult } from '@spec-kitty/core/refresh/refresh-machine';
import type { HttpAnswer } from '@spec-kitty/core/session/http-answer';
import type { Session } from '@spec-kitty/core/session/session';
import { type HttpRequest, sendRequest } from '../session/http-client.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';

/** A request to the server of a login; where it goes and whose it is are the login's. */
export interface ApiRequest extends Omit<HttpRequest, 'url' | 'headers'> {
  readonly path: string;
  /** How long the access token has to be good for; as long as for any request unless given. */
  readonly minValidityMs?: number;
}

/** What came of it: an answer, or why there is no login to ask with. */
export type ApiAnswer =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer; readonly session: Session }
  | { readonly kind: 'no session'; readonly result: Exclude<RefreshResult, { readonly session: Session }> };

/**
 * Asks the server of a login, refreshed if need be. A token that it refuses before its time is refreshed once, and the
 * request sent once more with its body as it was (A§1.6); what it says then is the answer.
 */
export async function callApi(
  keeper: SessionKeeper,
  { path, minValidityMs, ...request }: ApiRequest,
): Promise<ApiAnswer> {
  const ask = async (result: RefreshResult): Promise<ApiAnswer> => {
    if (!('session' in result)) return { kind: 'no session', result };
    const { session } = result;
    const headers = { authorization: `Bearer ${session.tokens.access.expose()}` };
    const answer = await sendRequest({ ...request, url: `${session.issuer}${path}`, headers });
    return { kind: 'answered', answer, session };
  };
  const first = await ask(await keeper.fresh(null, minValidityMs));
  if (first.kind === 'no session' || !isRefused(first.answer)) return first;
  return ask(await keeper.fresh(first.session, minValidityMs, first.session.tokens.access));
}

function isRefused(answer: HttpAnswer): boolean {
  return answer.kind === 'answer' && answer.status === 401;
}
