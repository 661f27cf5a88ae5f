import { sql } from 'kysely';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import { endSessionsOf } from '../sessions/end-session.ts';

/**
 * Gives an account a new password, signs out all of its browsers, and takes back the links that would choose another.
 *
 * @param keep the browser in which somebody who knew the old one did so: its programs stay signed in, too. Without it
 *   nobody knows who had the old one, and everything ends.
 */
export async function setPassword(rows: Rows, accountId: string, hash: string, keep?: string): Promise<void> {
  await rows.updateTable('accounts').set({ password_hash: hash }).where('id', '=', accountId).execute();
  const links = rows.updateTable('one_time_links').set({ used_at: sql<Date>`now()` });
  await links.where('account_id', '=', accountId).where('used_at', 'is', null).execute();
  const browsers = rows.deleteFrom('browser_sessions').where('account_id', '=', accountId);
  await (keep === undefined ? browsers : browsers.where('id', '<>', keep)).execute();
  if (keep === undefined) await endSessionsOf(rows, accountId, 'signed_out');
  await audit(rows, { actor: `account:${accountId}`, accountId, action: 'account.password_changed' });
}
