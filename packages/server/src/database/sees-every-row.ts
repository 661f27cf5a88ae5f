import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Whether the user of the database sees through the policy of every row, so that only the program keeps teams apart. */
export async function seesEveryRow({ system }: Database): Promise<boolean> {
  const { rows } = await sql<{ sees_all: boolean }>`
    select rolsuper or rolbypassrls as sees_all from pg_roles where rolname = current_user
  `.execute(system);
  return rows[0]?.sees_all !== false;
}
