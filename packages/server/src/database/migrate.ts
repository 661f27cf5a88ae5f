import { Fault } from '@spec-kitty/core/fault';
import type { ClientBase } from 'pg';
import type { Migration } from './migrations/migration.ts';
import { MIGRATIONS } from './migrations/migrations.ts';

/** The number of the lock that servers of one database take turns by while they change its schema. */
const LOCK = 7_301_977_204;

/** What became of a schema. */
export interface Migrated {
  readonly from: number;
  readonly to: number;
}

/**
 * Brings a schema to what this server knows, one server at a time, each step whole or not at all.
 *
 * A schema that is ahead is left alone, if a newer server says that this one still works with it.
 *
 * @throws Fault `TEAMSPACE_TOO_OLD` where it does not.
 */
export async function migrate(
  client: ClientBase,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Migrated> {
  // Waiting for another server takes as long as its steps do, and a step as long as there are rows.
  await client.query('set statement_timeout = 0; set lock_timeout = 0');
  // A step changes the rows of everybody, or of nobody.
  await client.query("set app.scope = 'system'");
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    await prepareMigrations(client);
    const { from, oldest } = await schemaVersion(client);
    const known = migrations.length;
    if (oldest > known) throw tooOld(from, known);
    for (const step of migrations.slice(from)) await whole(client, () => applyMigration(client, step));
    return { from, to: Math.max(from, known) };
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
    await client.query('reset statement_timeout; reset lock_timeout; reset app.scope');
  }
}

/**
 * Reads which schema a database has, and changes nothing.
 *
 * @returns `undefined` where no server has ever made its tables.
 * @throws Fault `TEAMSPACE_TOO_OLD` where this program cannot work with it.
 */
export async function foundSchema(client: ClientBase): Promise<number | undefined> {
  // Other programs, too, have a table of this name.
  const { rows } = await client.query(`
    select 1 from information_schema.columns
    where table_schema = current_schema() and table_name = 'schema_migrations' and column_name = 'oldest_server'
  `);
  if (rows.length === 0) return undefined;
  const { from, oldest } = await schemaVersion(client);
  if (oldest > MIGRATIONS.length) throw tooOld(from, MIGRATIONS.length);
  return from;
}

async function schemaVersion(
  client: ClientBase,
): Promise<{ readonly from: number; readonly oldest: number }> {
  const { rows } = await client.query<{ from: number; oldest: number }>(
    'select coalesce(max(version), 0) as from, coalesce(max(oldest_server), 0) as oldest from schema_migrations',
  );
  return rows[0] ?? { from: 0, oldest: 0 };
}

/** Makes the table that steps are noted in. */
export async function prepareMigrations(client: ClientBase): Promise<void> {
  await client.query(`
    create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      oldest_server integer not null,
      applied_at timestamptz not null default now()
    )`);
}

/** Takes one step, in the caller's transaction. */
export async function applyMigration(
  client: ClientBase,
  { version, name, oldestServer, sql }: Migration,
): Promise<void> {
  await client.query(sql);
  await client.query('insert into schema_migrations (version, name, oldest_server) values ($1, $2, $3)', [
    version,
    name,
    oldestServer,
  ]);
}

async function whole(client: ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function tooOld(schema: number, known: number): Fault {
  return new Fault(
    'refused',
    'TEAMSPACE_TOO_OLD',
    `The database is at schema ${schema}, and this server knows schemas up to ${known}.`,
    {
      hints: ['Start the version of @spec-kitty/teamspace that the other servers of this database run.'],
      details: { schema, known },
    },
  );
}
