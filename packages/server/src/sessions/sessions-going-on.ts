import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Logins that nobody has ended, and that are not too old to be used again. */
export function sessionsGoingOn(rows: Kysely<Schema>) {
  return rows
    .selectFrom('sessions')
    .where('ended_at', 'is', null)
    .where('refresh_expires_at', '>', sql<Date>`now()`)
    .where('absolute_expires_at', '>', sql<Date>`now()`);
}
