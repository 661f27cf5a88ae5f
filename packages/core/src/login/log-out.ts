import { Fault } from '../fault.ts';
import type { Lock } from '../ports/lock.ts';
import type { RemovedSession, SessionStore } from '../ports/session/session-store.ts';
import type { Revocation, TokenEndpoint } from '../ports/session/token-endpoint.ts';
import type { Secret } from '../session/secret.ts';
import { shellWord } from '../shell-word.ts';
import { revokeAll } from './revoke-all.ts';

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
 * Ends the login of this machine first, whatever state it is in, and asks the server to forget it then: also where it
 * cannot be ended here, as on a disk that may not be written.
 *
 * A refresh that is under way cannot bring it back: its login is over by the time that it wants to store what it got.
 *
 * @param how.skipRevocation leaves the server alone.
 * @throws Fault `LOGOUT_INCOMPLETE` where the login could not be ended here; it says what the server made of it.
 */
export async function logOut(
  { store, tokens: endpoint, lock }: LogoutPorts,
  { issuer, skipRevocation }: { readonly issuer: string; readonly skipRevocation: boolean },
): Promise<Logout> {
  const held: Secret[] = [];
  const end = () => {
    held.push(...store.salvage());
    return Promise.resolve(endHere(store));
  };
  // broad-catch: best-effort lock of a logout, which is done without it; what is wrong with the store is told then
  const ended = await lock.hold('refresh', 'log out', end).catch(end);
  const revocation = skipRevocation ? 'skipped' : await revoke(endpoint, issuer, held);
  if ('failure' in ended) throw incomplete(ended.failure, { folder: store.folder, issuer }, revocation);
  return { ...ended, revocation: held.length === 0 ? 'no_refresh_token' : revocation };
}

function endHere(store: SessionStore): RemovedSession | { readonly failure: unknown } {
  try {
    return store.logout('user_logout');
  } catch (failure) {
    // broad-catch: reports what keeps the login on this machine once the server was told to forget it
    return { failure };
  }
}

async function revoke(
  endpoint: TokenEndpoint,
  issuer: string,
  tokens: readonly Secret[],
): Promise<LogoutRevocation> {
  try {
    return (await revokeAll(endpoint, issuer, tokens)) ?? 'no_refresh_token';
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'SESSION_SERVER_UNSAFE') throw error;
    return 'config_error';
  }
}

/** What is still good of a login whose files stay. */
const LEFT: Readonly<Record<LogoutRevocation, string>> = {
  confirmed: 'The server has revoked it, so that its tokens are worth nothing any more.',
  server_failure: 'The server did not confirm that it has revoked it (server error), so it may still hold.',
  network_error: 'The server did not confirm that it has revoked it (network error), so it may still hold.',
  no_refresh_token: 'No token of it could be read, so the server was not asked and it may still hold.',
  config_error: 'Its server was not asked, as tokens are sent by https alone, so it may still hold.',
  skipped: 'The server was not asked (--force), so it still holds.',
};

function incomplete(
  failure: unknown,
  { folder, issuer }: { readonly folder: string; readonly issuer: string },
  revocation: LogoutRevocation,
): Fault {
  const why = failure instanceof Fault ? failure.message : 'the system refused';
  return new Fault(
    'refused',
    'LOGOUT_INCOMPLETE',
    `The login could not be removed from this machine: ${why}`,
    {
      hints: [
        LEFT[revocation],
        ...(failure instanceof Fault ? failure.hints : []),
        `Then run \`spec-kitty auth logout --server ${shellWord(issuer)}\` again, or \`rm -r ${shellWord(folder)}\`.`,
      ],
      details: { revocation, path: folder, cause: failure instanceof Fault ? failure.code : null },
      cause: failure,
    },
  );
}
