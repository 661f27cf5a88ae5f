import { Fault } from '../fault.ts';
import type { Lock } from '../ports/lock.ts';
import type { AccountEndpoint } from '../ports/session/account-endpoint.ts';
import type { SessionStore } from '../ports/session/session-store.ts';
import type { TokenEndpoint } from '../ports/session/token-endpoint.ts';
import { REFRESH_LIMITS } from '../refresh/refresh-limits.ts';
import type { Secret } from '../session/secret.ts';
import { serverFault } from '../session/server-fault.ts';
import { type AuthMethod, sameGrant, type Session } from '../session/session.ts';
import { storeFault } from '../session/store-fault.ts';
import type { LoginAnswer } from '../session/login-answer.ts';
import { LOGIN_LIMITS } from './login-limits.ts';
import { revokeAll } from './revoke-all.ts';

/** What the end of a login works with. */
export interface FinishPorts {
  readonly store: SessionStore;
  readonly accounts: AccountEndpoint;
  readonly tokens: TokenEndpoint;
  /** The lock of refreshes, which end before a new login is stored. */
  readonly lock: Lock;
  /** Tells a person what the login has left to do. */
  readonly warn: (sentence: string) => void;
}

/**
 * Makes a login of tokens: asks whose they are, stores it in the place of the one before, and gives that one back.
 *
 * The login before stays whole until the new one is on disk; tokens that come to nothing are given back.
 *
 * @throws Fault `NO_TEAMS`, `SERVER_…`, or one of the store.
 */
export async function finishLogin(
  ports: FinishPorts,
  issuer: string,
  method: AuthMethod,
  answer: Extract<LoginAnswer, { readonly kind: 'tokens' }>,
): Promise<Session> {
  try {
    const session = await sessionOf(ports, issuer, method, answer);
    const before = await replace(ports, session);
    const others = before.filter((token) => !token.equals(session.tokens.refresh));
    const came = await revokeAll(ports.tokens, issuer, others);
    if (came !== undefined && came !== 'confirmed')
      ports.warn(
        `The login before this one may still hold, since its server did not confirm its end: ${issuer}`,
      );
    return session;
  } catch (error) {
    await ports.tokens.revoke(issuer, answer.tokens.refresh, REFRESH_LIMITS.http);
    throw error;
  }
}

async function sessionOf(
  { accounts }: FinishPorts,
  issuer: string,
  method: AuthMethod,
  { tokens, isEndExact }: Extract<LoginAnswer, { readonly kind: 'tokens' }>,
): Promise<Session> {
  const said = await accounts.fetch(issuer, tokens.access, LOGIN_LIMITS.account);
  if (said.kind !== 'account')
    throw serverFault(issuer, said.kind === 'unauthorized' ? 'http_401' : said.why);
  if (said.account.teams.length === 0)
    throw new Fault('refused', 'NO_TEAMS', `This account is in no team of ${issuer}`, {
      hints: ['Ask an administrator of the server to add it to a team, then log in again.'],
      details: { server: issuer },
    });
  // The time itself goes before a length of time, whoever says it (A§1.3).
  const refreshExpiresAtMs = isEndExact
    ? tokens.refreshExpiresAtMs
    : (said.refreshExpiresAtMs ?? tokens.refreshExpiresAtMs);
  return { issuer, account: said.account, method, tokens: { ...tokens, refreshExpiresAtMs } };
}

/** @returns the tokens that were on the disk before. */
async function replace({ store, lock }: FinishPorts, session: Session): Promise<readonly Secret[]> {
  let before: readonly Secret[] = [];
  const put = () => {
    before = store.salvage();
    store.login(session);
    return Promise.resolve();
  };
  // Before the lock, which makes its folder as it comes.
  store.prepare();
  await lock
    .hold('refresh', 'log in', put)
    .catch((error: unknown) => {
      // Whoever holds it so long has stopped, and cannot write into a later login when it goes on.
      if (error instanceof Fault && error.code === 'LOCK_BUSY') return put();
      throw error;
    })
    .catch((error: unknown) => {
      // What came after the session itself went wrong: the login holds, and its tokens are not to be given back.
      if (!isStored(store, session)) throw error;
    });
  if (!isStored(store, session)) throw storeFault(store.read(), store.folder);
  return before;
}

function isStored(store: SessionStore, session: Session): boolean {
  const stored = store.read();
  return stored.kind === 'ok' && sameGrant(stored.session, session);
}
