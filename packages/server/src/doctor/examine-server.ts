import { existsSync, statfsSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { majorOf } from '../database/embedded/program-of.ts';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { seesEveryRow } from '../database/sees-every-row.ts';
import { KEPT_TABLES } from '../database/tables.ts';
import { readKeyFile } from '../keys/key-file.ts';
import { fingerprint, isEqual, type Keyring } from '../keys/keyring.ts';
import type { DataFolder } from '../serve/data-folder.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly says: string;
  readonly hint?: string;
}

/** Less than that, and the next log or backup may not fit. */
const LEAST_FREE = 512 * 1024 * 1024;
/** Nothing is decided by the clock of this machine, but logs and people read it. */
const MOST_SKEW_S = 30;

/**
 * Looks at what a server needs, and changes nothing.
 *
 * @param packaged version of PostgreSQL that this program brings, for a database that it runs itself.
 */
export async function examineServer(
  database: Database,
  folder: DataFolder,
  nowMs: () => number,
  packaged?: string,
): Promise<readonly Check[]> {
  return [
    await version(database, packaged),
    await schema(database),
    await barrier(database),
    await keys(database, folder.keys),
    await clock(database, nowMs),
    space(folder.root),
  ];
}

/** The oldest that is tested, and still gets mended. */
const OLDEST_POSTGRES = 150_000;

async function version(database: Database, packaged: string | undefined): Promise<Check> {
  const { rows } = await sql<{ number: number; name: string }>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name
  `.execute(database.system);
  const { number = 0, name = '' } = rows[0] ?? {};
  if (number < OLDEST_POSTGRES)
    return {
      name: 'PostgreSQL',
      state: 'problem',
      says: `${name} is too old.`,
      hint: 'Use PostgreSQL 15 or newer.',
    };
  return packaged === undefined || majorOf(packaged) === majorOf(name)
    ? { name: 'PostgreSQL', state: 'ok', says: name }
    : {
        name: 'PostgreSQL',
        state: 'warning',
        says: `${name}, which made the database; this program brings ${majorOf(packaged)}, and mends of ${majorOf(name)} do not come any more.`,
        hint: 'End the server, make a backup, and restore it into an empty folder.',
      };
}

async function schema(database: Database): Promise<Check> {
  const { rows } = await sql<{
    version: number;
  }>`select max(version) as version from schema_migrations`.execute(database.system);
  const found = rows[0]?.version ?? 0;
  const known = MIGRATIONS.length;
  if (found < known)
    return {
      name: 'Schema',
      state: 'warning',
      says: `${found}, and this program makes ${known} of it when the server starts.`,
      hint: 'Make a backup before.',
    };
  return found > known
    ? {
        name: 'Schema',
        state: 'warning',
        says: `${found}, and this program knows ${known}.`,
        hint: 'Upgrade this server, too.',
      }
    : { name: 'Schema', state: 'ok', says: String(found) };
}

/** Whether the database itself keeps teams apart: a superuser sees through every row's policy. */
async function barrier(database: Database): Promise<Check> {
  if (await seesEveryRow(database))
    return {
      name: 'Barrier between teams',
      state: 'warning',
      says: 'The user of the database sees every row: only the program keeps teams apart, not the database, too.',
      hint: 'Use a PostgreSQL user that is no superuser and has no BYPASSRLS.',
    };
  const { rows } = await sql<{ relname: string }>`
    select relname from pg_class where relname in (${sql.join([...KEPT_TABLES])}) and not relforcerowsecurity
  `.execute(database.system);
  return rows.length === 0
    ? { name: 'Barrier between teams', state: 'ok', says: 'The database looks at each row.' }
    : {
        name: 'Barrier between teams',
        state: 'problem',
        says: `It is off for ${rows.map(({ relname }) => relname).join(', ')}.`,
        hint: 'Turn it on again with "alter table … force row level security".',
      };
}

async function keys(database: Database, file: string): Promise<Check> {
  let keyring: Keyring | undefined;
  try {
    keyring = existsSync(file) ? readKeyFile(file) : undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { name: 'Keys', state: 'problem', says: error.message, hint: error.hints.join(' ') };
  }
  const known = await database.system
    .selectFrom('token_keys')
    .selectAll()
    .where('retired_at', 'is', null)
    .execute();
  const missing = known.filter(({ id, fingerprint: expected }) => {
    const mine = keyring?.keys.find((key) => key.id === id);
    return !mine || !isEqual(fingerprint(mine), expected);
  });
  if (missing.length > 0)
    return {
      name: 'Keys',
      state: 'problem',
      says: `This server does not have ${missing.map(({ id }) => id).join(', ')}.`,
      hint: 'Copy keys.json from the data folder of another server of this database.',
    };
  const says = keyring
    ? `${keyring.keys.length}, the newest of ${keyring.current.createdAt.slice(0, 10)}`
    : 'None yet: the first start makes one.';
  return { name: 'Keys', state: 'ok', says };
}

async function clock(database: Database, nowMs: () => number): Promise<Check> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(database.system);
  const skew = Math.round(Math.abs((rows[0]?.now.getTime() ?? 0) - nowMs()) / 1000);
  return skew <= MOST_SKEW_S
    ? { name: 'Clocks', state: 'ok', says: 'This machine and the database agree.' }
    : {
        name: 'Clocks',
        state: 'warning',
        says: `This machine and the database differ by ${skew} seconds; the database decides what is too old.`,
        hint: 'Let both follow a time server.',
      };
}

function space(folder: string): Check {
  if (!existsSync(folder))
    return {
      name: 'Disk',
      state: 'warning',
      says: `There is no such folder: ${folder}`,
      hint: 'Name the folder of the server with --data: its keys are there.',
    };
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const says = `${Math.round(free / 1024 / 1024)} MiB free in ${folder}`;
  return free >= LEAST_FREE
    ? { name: 'Disk', state: 'ok', says }
    : { name: 'Disk', state: 'problem', says, hint: 'Make room: without it nothing can be stored.' };
}
