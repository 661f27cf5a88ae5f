import { sql } from 'kysely';
import type { Rows } from '../database/database.ts';
import type { SessionEnd } from '../database/schema.ts';

/**
 * Ends a login, whatever tokens it has out.
 *
 * @param accountId whose it has to be, where somebody else may have named it.
 * @returns whether it was still going on.
 */
export async function endSession(
  rows: Rows,
  id: string,
  reason: SessionEnd,
  accountId?: string,
): Promise<boolean> {
  const ended = rows
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()`, end_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null);
  const own = accountId === undefined ? ended : ended.where('account_id', '=', accountId);
  const { numUpdatedRows } = await own.executeTakeFirst();
  return numUpdatedRows === 1n;
}

/**
 * Ends all logins of an account, with those that were allowed and have not begun.
 *
 * @returns how many were going on.
 */
export async function endSessionsOf(rows: Rows, accountId: string, reason: SessionEnd): Promise<number> {
  // These first: one that begins at this moment is waited for, and then ended with the others.
  await rows
    .deleteFrom('device_grants')
    .where('account_id', '=', accountId)
    .where('state', '=', 'approved')
    .execute();
  await rows
    .deleteFrom('authorization_codes')
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .execute();
  const { numUpdatedRows } = await rows
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()`, end_reason: reason })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
