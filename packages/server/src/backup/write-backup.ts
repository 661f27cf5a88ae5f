import { createWriteStream, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Fault } from '@spec-kitty/core/fault';
import { diskFault, errorCode } from '@spec-kitty/local/files/disk-fault';
import { syncFolder } from '@spec-kitty/local/files/sync-folder';
import { type Kysely, sql } from 'kysely';
import type { Database, Rows } from '../database/database.ts';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import type { Schema } from '../database/schema.ts';
import { KEPT_TABLES } from '../database/tables.ts';
import { type BackupHead, FORMAT_VERSION, lineDigest } from './backup-file.ts';

const AT_ONCE = 500;

/** What a backup holds. */
export interface WrittenBackup {
  readonly file: string;
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Writes everything as it is at one moment, while servers go on; the file appears when it is whole, and is open to its
 * owner alone.
 *
 * @param keys file of keys, unless they are kept elsewhere.
 * @throws Fault `FOLDER_MISSING`, `DISK_FULL`, `READ_ONLY`, `TEAMSPACE_TOO_OLD` or `SCHEMA_CHANGED`.
 */
export async function writeBackup(
  database: Database,
  file: string,
  keys: string | undefined,
  nowIso: string,
): Promise<WrittenBackup> {
  const draft = `${file}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  try {
    const rows = await database.system
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        const schema = await schemaVersion(transaction);
        requireKnownSchema(schema);
        const head: BackupHead = {
          format: 'spec-kitty-teamspace-backup',
          format_version: FORMAT_VERSION,
          schema,
          created_at: nowIso,
          keys: keys === undefined ? null : readFileSync(keys, 'utf8'),
        };
        const counts: Record<string, number> = {};
        const output = createWriteStream(draft, { mode: 0o600, flags: 'wx' });
        await pipeline(linesOf(transaction, head, counts), createGzip(), output);
        await requireSameSchema(database, schema);
        return counts;
      });
    await syncFile(draft);
    renameSync(draft, file);
    syncFolder(path.dirname(file));
    return { file, rows };
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(error, file);
  }
}

/** @param counts how many rows of each table, told when all have been read. */
async function* linesOf(
  rows: Rows,
  head: BackupHead,
  counts: Record<string, number>,
): AsyncGenerator<string, void> {
  const digest = lineDigest();
  const lineOf = (value: unknown) => {
    const line = JSON.stringify(value);
    digest.add(line);
    return `${line}\n`;
  };
  yield lineOf(head);
  const there = await tablesThere(rows);
  // An earlier version has not made all of them yet.
  for (const table of KEPT_TABLES.filter((one) => there.has(one))) {
    counts[table] = 0;
    for await (const some of rowsOf(rows, table)) {
      counts[table] += some.length;
      yield some.map((row) => lineOf({ table, row })).join('');
    }
  }
  yield `${JSON.stringify({ rows: counts, sha256: digest.hex() })}\n`;
}

/** The database writes its own rows, so that what it reads back is what it had. */
async function* rowsOf(rows: Rows, table: string): AsyncGenerator<readonly unknown[], void> {
  const all = sql`select to_jsonb(t) as row from ${sql.table(table)} as t`;
  await sql`declare kept no scroll cursor for ${all}`.execute(rows);
  const fetch = sql<{ row: unknown }>`fetch ${sql.raw(String(AT_ONCE))} from kept`;
  for (;;) {
    const { rows: some } = await fetch.execute(rows);
    if (some.length > 0) yield some.map(({ row }) => row);
    if (some.length < AT_ONCE) break;
  }
  await sql`close kept`.execute(rows);
}

/** What a newer server has added would not be in the backup, and nobody would miss it before it is needed. */
function requireKnownSchema(version: number): void {
  const known = MIGRATIONS.length;
  if (version > known)
    throw new Fault(
      'refused',
      'TEAMSPACE_TOO_OLD',
      `The database is at schema ${version}, and this program knows what is in schemas up to ${known}.`,
      {
        hints: [
          'Make the backup with the newest version of @spec-kitty/teamspace that works with this database.',
        ],
        details: { schema: version, known },
      },
    );
}

/** A table that is written anew meanwhile looks empty to whoever began to read before (PostgreSQL 13.6). */
async function requireSameSchema({ system }: Database, version: number): Promise<void> {
  if ((await schemaVersion(system)) === version) return;
  throw new Fault('busy', 'SCHEMA_CHANGED', 'A server has changed the schema while the backup was written.', {
    hints: ['Make the backup again.'],
  });
}

function unwritable(error: unknown, file: string): unknown {
  if (errorCode(error) !== 'ENOENT') return diskFault(error, file);
  return new Fault('refused', 'FOLDER_MISSING', `There is no such folder: ${path.dirname(file)}`, {
    hints: ['Make it first, or name a file in a folder that there is.'],
    details: { file },
    cause: error,
  });
}

async function tablesThere(rows: Rows): Promise<ReadonlySet<string>> {
  const found = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema()
  `.execute(rows);
  return new Set(found.rows.map(({ name }) => name));
}

async function schemaVersion(rows: Kysely<Schema>): Promise<number> {
  const found = await sql<{ version: number }>`select max(version) as version from schema_migrations`.execute(
    rows,
  );
  return found.rows[0]?.version ?? 0;
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
