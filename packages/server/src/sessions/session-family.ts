import type { SessionEnd } from '../database/schema.ts';

/** What is known of a login when one of its refresh tokens comes in; times are those of the database. */
export interface SessionFamily {
  /** Of the token that is good now. */
  readonly generation: number;
  /** Whether the attempt that now asks is the one that the newest token was made for. */
  readonly sameAttempt: boolean;
  readonly rotatedAtMs: number;
  readonly refreshExpiresAtMs: number;
  readonly endReason: SessionEnd | null;
}

/** What is done about a refresh token. */
export type RefreshDecision =
  /** It is the newest: the next generation takes its place. */
  | { readonly do: 'rotate' }
  /**
   * The database has forgotten this one, such as when a backup was restored: nobody but us can have made it. The next
   * generation after it takes its place.
   */
  | { readonly do: 'catch up' }
  /** Its answer was lost on the way: the same attempt is given the same tokens again. */
  | { readonly do: 'repeat' }
  /** Somebody else of the same login was faster a moment ago (409). */
  | { readonly do: 'wait' }
  /** It was spent long ago: whoever sends it is not who it was given to, or the one who has the newest is not. */
  | { readonly do: 'end family' }
  | { readonly do: 'reject'; readonly error: 'invalid_grant' | 'session_invalid' };

/** Ends that a person or an operator has brought about; whoever is told so need not look for a mistake. */
const ADMINISTRATIVE: ReadonlySet<SessionEnd> = new Set([
  'signed_out',
  'ended_by_operator',
  'account_disabled',
  'key_revoked',
]);

/**
 * Decides about a refresh token that this server has made (RFC 9700 §4.14.2, A§1.5).
 *
 * @param generation of the token; above the family's only where the database is of an earlier time.
 * @param windowMs for how long a token that was just spent is taken for that of a slow process, and not for theft.
 */
export function decideRefresh(
  family: SessionFamily,
  generation: number,
  nowMs: number,
  windowMs: number,
): RefreshDecision {
  if (family.endReason !== null)
    return {
      do: 'reject',
      error: ADMINISTRATIVE.has(family.endReason) ? 'session_invalid' : 'invalid_grant',
    };
  if (nowMs >= family.refreshExpiresAtMs) return { do: 'reject', error: 'invalid_grant' };
  if (generation === family.generation) return { do: 'rotate' };
  if (generation > family.generation) return { do: 'catch up' };
  const isPrevious = generation === family.generation - 1;
  if (isPrevious && family.sameAttempt) return { do: 'repeat' };
  if (isPrevious && nowMs - family.rotatedAtMs <= windowMs) return { do: 'wait' };
  return { do: 'end family' };
}
