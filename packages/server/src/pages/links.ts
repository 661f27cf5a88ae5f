import { sql } from 'kysely';
import type { OneTimeLinksTable } from '../database/schema.ts';
import { type Answer, page } from '../http/answer.ts';
import type { Asked } from '../http/endpoint.ts';
import type { Selectable } from 'kysely';
import { errorPage } from './frame/error-page.ts';

/** Answer to a link that is good for nothing. */
export const LINK_GONE: Answer = page(
  404,
  errorPage(
    'This link does not work',
    'It was used already, is too old, or was copied in part. Ask for a new one.',
  ),
);

/** Finds what a link of one use is for. Nobody can guess one, so nobody who opens one is made to wait. */
export async function findLink(
  { teamspace, params }: Asked<unknown>,
  purpose: OneTimeLinksTable['purpose'],
): Promise<Selectable<OneTimeLinksTable> | undefined> {
  const { database, keyring } = teamspace;
  return database.system
    .selectFrom('one_time_links')
    .selectAll()
    .where('token_hash', 'in', [...keyring.hashes('link', params['token'] ?? '')])
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
}
