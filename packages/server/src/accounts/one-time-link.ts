import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Rows } from '../database/database.ts';
import type { OneTimeLinksTable } from '../database/schema.ts';
import type { Teamspace } from '../teamspace.ts';

const LASTS_S = 86_400;
const PATHS = { set_up: 'set-up', new_password: 'new-password' } as const;

/** Makes a link that does one thing once, within a day. @returns its whole address, which is told to nobody else. */
export async function makeLink(
  rows: Rows,
  { keyring, publicUrl }: Pick<Teamspace, 'keyring' | 'publicUrl'>,
  purpose: OneTimeLinksTable['purpose'],
  accountId: string | null,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await rows
    .insertInto('one_time_links')
    .values({
      token_hash: keyring.hashes('link', secret)[0],
      purpose,
      account_id: accountId,
      expires_at: sql<Date>`now() + make_interval(secs => ${LASTS_S})`,
    })
    .execute();
  return `${publicUrl}/${PATHS[purpose]}/${secret}`;
}

/** Uses a link up. @returns whether it was still good: of two who come at once, one is first. */
export async function useLink(rows: Rows, tokenHash: Buffer): Promise<boolean> {
  const { numUpdatedRows } = await rows
    .updateTable('one_time_links')
    .set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
