import type { Selectable } from 'kysely';
import type { SessionsTable } from '../database/schema.ts';
import type { Teamspace } from '../teamspace.ts';
import { formatToken } from './session-token.ts';

/** Columns that tokens are made from. */
export type TokenSource = Pick<
  Selectable<SessionsTable>,
  'id' | 'generation' | 'salt' | 'key_id' | 'scope' | 'refresh_expires_at' | 'absolute_expires_at'
>;

/** A token response as clients expect it (A§1.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly session_id: string;
  readonly scope: string;
  readonly generation: number;
  readonly refresh_token_expires_in: number;
  readonly refresh_token_expires_at: string;
}

/**
 * The tokens of a login's newest generation, by the key that its row names: whichever server has to judge them looks
 * there. @param now by the clock of the database.
 */
export function tokenAnswer(
  { keyring: all, lifetimes }: Teamspace,
  { id, generation, salt, scope, ...row }: TokenSource,
  now: Date,
): TokenAnswer {
  const keyring = all.ledBy(row.key_id);
  const ends =
    row.refresh_expires_at < row.absolute_expires_at ? row.refresh_expires_at : row.absolute_expires_at;
  const nowS = Math.floor(now.getTime() / 1000);
  const lasts = Math.min(lifetimes.access, Math.floor(row.absolute_expires_at.getTime() / 1000) - nowS);
  const of = { sessionId: id, generation };
  return {
    access_token: formatToken({ ...of, kind: 'access', expiresS: nowS + lasts }, keyring, salt),
    refresh_token: formatToken({ ...of, kind: 'refresh', expiresS: 0 }, keyring, salt),
    token_type: 'Bearer',
    expires_in: lasts,
    session_id: id,
    scope,
    generation,
    refresh_token_expires_in: Math.floor(ends.getTime() / 1000) - nowS,
    refresh_token_expires_at: ends.toISOString(),
  };
}
