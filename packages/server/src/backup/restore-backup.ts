import { existsSync, readFileSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { writeAtomically } from '@spec-kitty/local/files/write-atomically';
import type { ClientBase } from 'pg';
import { applyMigration, migrate, prepareMigrations } from '../database/migrate.ts';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { KEPT_TABLES } from '../database/tables.ts';
import { type BackupHead, type BackupRow, FORMAT_VERSION, readBackup } from './backup-file.ts';

const KNOWN: ReadonlySet<string> = new Set(KEPT_TABLES);
const AT_ONCE = 500;

/**
 * Puts a backup into a database that nothing is in, all of it or nothing, and its keys into place; a backup of an
 * earlier version is brought to this one after.
 *
 * @throws Fault `DATABASE_NOT_EMPTY`, `KEYS_IN_PLACE`, `BACKUP_TOO_NEW` or `BACKUP_DAMAGED`.
 */
export async function restoreBackup(
  client: ClientBase,
  file: string,
  keysFile: string,
): Promise<Readonly<Record<string, number>>> {
  await requireEmpty(client);
  let head: BackupHead | undefined;
  let counts: Readonly<Record<string, number>>;
  await client.query('begin');
  try {
    const waiting: BackupRow[] = [];
    const insert = () => insertRows(client, waiting.splice(0));
    counts = await readBackup(
      file,
      async (read) => {
        head = read;
        requireNoOtherKeys(head, keysFile);
        requireNotNewer(head);
        await makeSchema(client, read.schema);
      },
      async (row) => {
        if (!KNOWN.has(row.table)) return;
        if (waiting.length >= AT_ONCE || (waiting[0] && waiting[0].table !== row.table)) await insert();
        waiting.push(row);
      },
    );
    await insert();
    await client.query(
      "select setval(pg_get_serial_sequence('audit_log', 'id'), (select coalesce(max(id), 0) + 1 from audit_log), false)",
    );
    // Before the rows are there for good: keys that are in place do no harm to the next try, and rows without them would.
    if (head && head.keys !== null)
      writeAtomically(keysFile, head.keys, { mode: 0o600, skipEqual: true, staysWithFolder: true });
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  await migrate(client);
  return counts;
}

/** As it was when the backup was made. */
async function makeSchema(client: ClientBase, version: number): Promise<void> {
  await prepareMigrations(client);
  for (const step of MIGRATIONS.slice(0, version)) await applyMigration(client, step);
  await client.query("set local app.scope = 'system'");
}

function requireNotNewer({ format_version: format, schema }: BackupHead): void {
  if (format <= FORMAT_VERSION && schema <= MIGRATIONS.length) return;
  throw new Fault('refused', 'BACKUP_TOO_NEW', 'This backup was made by a newer version of Teamspace.', {
    hints: ['Restore it with that version of @spec-kitty/teamspace.'],
    details: { format, schema, known: MIGRATIONS.length },
  });
}

async function insertRows(client: ClientBase, rows: readonly BackupRow[]): Promise<void> {
  const table = rows[0]?.table;
  if (table === undefined) return;
  await client.query(
    `insert into ${client.escapeIdentifier(table)} overriding system value
     select (jsonb_populate_record(null::${client.escapeIdentifier(table)}, value)).* from jsonb_array_elements($1::jsonb)`,
    [JSON.stringify(rows.map(({ row }) => row))],
  );
}

async function requireEmpty(client: ClientBase): Promise<void> {
  const { rows } = await client.query('select 1 from pg_tables where schemaname = current_schema() limit 1');
  if (rows.length === 0) return;
  throw new Fault('refused', 'DATABASE_NOT_EMPTY', 'There is something in this database already.', {
    hints: ['Restore into an empty folder with --data, or into an empty database with --database-url.'],
  });
}

function requireNoOtherKeys({ keys }: BackupHead, keysFile: string): void {
  if (keys === null || !existsSync(keysFile) || readFileSync(keysFile, 'utf8') === keys) return;
  throw new Fault(
    'refused',
    'KEYS_IN_PLACE',
    `There are keys already, and the backup brings others: ${keysFile}`,
    {
      hints: ['Restore into an empty folder with --data, or move that file away.'],
      details: { file: keysFile },
    },
  );
}
