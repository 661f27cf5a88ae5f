import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Log } from '../log/log.ts';

const EVERY_MS = 10 * 60_000;

/** What is of no use any more, by table. Used codes stay a while, so that a second use is known for one. */
const OVER: Readonly<Record<string, string>> = {
  authorization_codes: "expires_at < now() - interval '1 day'",
  device_grants: "expires_at < now() - interval '1 day'",
  ws_tickets: "expires_at < now() - interval '1 hour'",
  browser_sessions: 'expires_at < now()',
  one_time_links: "expires_at < now() - interval '30 days'",
  allowances: "updated_at < now() - interval '1 day'",
  sessions: "coalesce(ended_at, least(refresh_expires_at, absolute_expires_at)) < now() - interval '90 days'",
};

/** Deletes what nobody needs any more. @returns how many rows of each table. */
export async function keepHouse(database: Database): Promise<Readonly<Record<string, number>>> {
  const deleted: Record<string, number> = {};
  for (const [table, condition] of Object.entries(OVER)) {
    const result = await sql`delete from ${sql.table(table)} where ${sql.raw(condition)}`.execute(
      database.system,
    );
    deleted[table] = Number(result.numAffectedRows ?? 0n);
  }
  return deleted;
}

/** Keeps house every few minutes; several servers of one database do no harm to each other. @returns what ends it. */
export function startHousekeeping(database: Database, log: Log): () => void {
  const timer = setInterval(() => {
    keepHouse(database).catch((error: unknown) => {
      // It is done again in a few minutes.
      log('warn', 'housekeeping_failed', { error: String(error) });
    });
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
