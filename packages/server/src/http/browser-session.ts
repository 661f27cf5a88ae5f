import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Rows } from '../database/database.ts';
import type { Teamspace } from '../teamspace.ts';

/** Whoever has signed in with a browser. */
export interface SignedIn {
  /** Of the browser's own session. */
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
}

/** How long a browser stays signed in that nobody uses. */
const LASTS_S = 14 * 86_400;
const LONGEST_USER_AGENT = 200;

type CookieName = 'session' | 'form' | 'known';

/** Cookies that only this origin can have set, wherever there is encryption to make sure of that. */
export function cookieName({ publicUrl }: Teamspace, name: CookieName): string {
  return `${publicUrl.startsWith('https:') ? '__Host-' : ''}teamspace-${name}`;
}

export function setCookie(teamspace: Teamspace, name: CookieName, value: string, maxAgeS?: number): string {
  const secure = teamspace.publicUrl.startsWith('https:') ? '; Secure' : '';
  const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;
  return `${cookieName(teamspace, name)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`;
}

/**
 * Signs a browser in: always under a secret of its own, so that nobody can have planted it.
 *
 * @returns the cookie to set.
 */
export async function signIn(
  rows: Rows,
  teamspace: Teamspace,
  accountId: string,
  userAgent: string,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await rows
    .insertInto('browser_sessions')
    .values({
      id: randomUUID(),
      account_id: accountId,
      token_hash: teamspace.keyring.hashes('browser', secret)[0],
      user_agent: userAgent.slice(0, LONGEST_USER_AGENT),
      expires_at: sql<Date>`now() + make_interval(secs => ${LASTS_S})`,
    })
    .execute();
  return setCookie(teamspace, 'session', secret, LASTS_S);
}

/** Finds who a cookie belongs to, and lets it last on. */
export async function signedInBy(
  { database, keyring }: Teamspace,
  secret: string | undefined,
): Promise<SignedIn | undefined> {
  if (secret === undefined || !/^[\w-]{43}$/.test(secret)) return undefined;
  const row = await database.system
    .selectFrom('browser_sessions')
    .innerJoin('accounts', 'accounts.id', 'browser_sessions.account_id')
    .select([
      'browser_sessions.id',
      'account_id',
      'email',
      'name',
      sql<boolean>`last_seen_at < now() - interval '1 hour'`.as('is_stale'),
    ])
    .where('token_hash', 'in', [...keyring.hashes('browser', secret)])
    .where('expires_at', '>', sql<Date>`now()`)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.is_stale)
    await database.system
      .updateTable('browser_sessions')
      .set({
        last_seen_at: sql<Date>`now()`,
        expires_at: sql<Date>`now() + make_interval(secs => ${LASTS_S})`,
      })
      .where('id', '=', row.id)
      .execute();
  return {
    id: row.id,
    accountId: row.account_id,
    email: row.email,
    name: row.name,
  };
}
