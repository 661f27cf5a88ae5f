import { Fault } from '../fault.ts';
import type { Lock } from '../ports/lock.ts';
import type { RemovedSession, SessionStore } from '../ports/session/session-store.ts';
import type { Revocation, TokenEndpoint } from '../ports/session/token-endpoint.ts';
import { REFRESH_LIMITS } from '../refresh/refresh-limits.ts';

/** What a logout works with. */
export interface LogoutPorts {
  readonly store: SessionStore;
  readonly tokens: TokenEndpoint;
  /** The lock of refreshes; a logout waits for it a little, and is done either way. */
  readonly lock: Lock;
}

/** What became of the tokens on the server's side: only what it has confirmed is called confirmed (A§1.9). */
export type LogoutRevocation =
  | Revocation
  | 'no_refresh_token'
  | 'skipped'
  /** The session names a server that tokens are not sent to. */
  | 'config_error';

/** What a logout did. */
export interface Logout extends RemovedSession {
  readonly revocation: LogoutRevocation;
}

/**
 * Ends the login of this machine first, whatever state it is in, and asks the server to forget it then.
 *
 * A refresh that is under way cannot bring it back: its login is over by the time that it wants to store what it got.
 *
 * @param skipRevocation leaves the server alone.
 */
export async function logOut(
  { store, tokens, lock }: LogoutPorts,
  { skipRevocation }: { readonly skipRevocation: boolean },
): Promise<Logout> {
  const end = () => {
    const before = store.read();
    return Promise.resolve({ before, removed: store.logout('user_logout') });
  };
  // broad-catch: best-effort lock of a logout, which is done without it; what is wrong with the store is told then
  const { before, removed } = await lock.hold('refresh', 'log out', end).catch(end);
  if (before.kind !== 'ok') return { ...removed, revocation: 'no_refresh_token' };
  if (skipRevocation) return { ...removed, revocation: 'skipped' };
  const { issuer, tokens: held } = before.session;
  try {
    const revocation = await tokens.revoke(issuer, held.refresh, REFRESH_LIMITS.http);
    return { ...removed, revocation };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'SESSION_SERVER_UNSAFE') throw error;
    return { ...removed, revocation: 'config_error' };
  }
}
