import { sql } from 'kysely';
import type { Teamspace } from '../teamspace.ts';
import { isAuthentic, parseToken } from './session-token.ts';

/** A login that an access token is good for. */
export interface ActiveSession {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly authFlow: string;
  readonly generation: number;
  readonly createdAt: Date;
  readonly accessExpiresAt: Date;
  readonly refreshExpiresAt: Date;
}

/** @returns `undefined` for whatever is no access token of a login that goes on; why is nobody's business. */
export async function authenticateSession(
  { database, keyring }: Teamspace,
  presented: string,
): Promise<ActiveSession | undefined> {
  const token = parseToken(presented, 'access');
  if (!token) return undefined;
  const row = await database.system
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .selectAll('sessions')
    .select(['accounts.email', 'accounts.name', sql<Date>`now()`.as('now')])
    .where('sessions.id', '=', token.sessionId)
    .where('sessions.ended_at', 'is', null)
    .where('accounts.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row || !isAuthentic(presented, token, keyring, row.salt)) return undefined;
  if (row.now.getTime() >= token.expiresS * 1000) return undefined;
  const { refresh_expires_at: idle, absolute_expires_at: last } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    email: row.email,
    name: row.name,
    authFlow: row.auth_flow,
    generation: row.generation,
    createdAt: row.created_at,
    accessExpiresAt: new Date(token.expiresS * 1000),
    refreshExpiresAt: idle < last ? idle : last,
  };
}
