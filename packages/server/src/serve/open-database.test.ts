import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client, type ClientConfig } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { openDataFolder } from './data-folder.ts';
import { type DatabaseChoice, withDatabase } from './open-database.ts';

onEmbedded((open) => {
  test('a database that has tables of somebody else is not taken for one that cannot be reached', async () => {
    const { config, teamspace } = await open();
    const { system } = teamspace.database;
    await sql`drop owned by current_user`.execute(system);
    await sql`create table teams (name text)`.execute(system);
    const opened = withDatabase(choiceOf(config), () => Promise.resolve());
    await expect(opened).rejects.toMatchObject({ code: 'SCHEMA_FAILED', details: { sqlstate: '42P07' } });
  });

  test('a server waits for another one that changes the schema, however long that takes', async () => {
    const { config } = await open();
    const other = new Client(config);
    await other.connect();
    onTestFinished(() => other.end());
    await other.query('select pg_advisory_lock(7301977204)');
    let isOpen = false;
    const opened = withDatabase(choiceOf(config), () => Promise.resolve((isOpen = true)));
    // Longer than a connection of a server that runs may be silent.
    await Promise.race([pause(22_000), opened]);
    expect(isOpen).toBe(false);
    await other.query('select pg_advisory_unlock(7301977204)');
    expect(await opened).toBe(true);
  }, 60_000);

  test('an address of a database may have options of its own', async () => {
    const { config } = await open();
    const choice = choiceOf(config, `&options=${encodeURIComponent('-c work_mem=5MB')}`);
    const seen = await withDatabase(choice, async ({ database }) => ({
      option: (await sql`show work_mem`.execute(database.system)).rows,
      scope: (await sql`select app_is_system() as is`.execute(database.system)).rows,
    }));
    expect(seen).toEqual({ option: [{ work_mem: '5MB' }], scope: [{ is: true }] });
  });
});

/** As somebody who names a database by its address. */
function choiceOf(config: ClientConfig, more = ''): DatabaseChoice {
  const { user, password, host, port, database } = config;
  const url = `postgres://${user}:${String(password)}@/${database}?host=${host}&port=${port ?? 5432}${more}`;
  const root = mkdtempSync(path.join(tmpdir(), 'open-database-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return { url, folder: openDataFolder(root), schema: 'made' };
}
