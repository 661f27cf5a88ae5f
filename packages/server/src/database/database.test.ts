import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TcpGate } from '@spec-kitty/testkit/teamspace/tcp-gate';
import { openEmbeddedPostgres } from '@spec-kitty/testkit/teamspace/test-postgres';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { Database } from './database.ts';

onEmbedded((open) => {
  test('a connection that the database ends between two queries fails the work, and not the server', async () => {
    const { database } = (await open()).teamspace;
    const work = database.whole(async (rows) => {
      const { rows: own } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(rows);
      await sql`select pg_terminate_backend(${own[0]?.pid})`.execute(database.system);
      await pause(100);
      await sql`select 1`.execute(rows);
    });
    await expect(work).rejects.toThrow(/terminat|not queryable/);
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(database.system);
    expect(rows).toEqual([{ one: 1 }]);
  });
});

test('a database whose machine vanishes fails the work under way, and its connections are used no more', async () => {
  const postgres = await openEmbeddedPostgres();
  onTestFinished(() => postgres.close());
  const config = await postgres.database();
  const gate = new TcpGate([path.join(config.host ?? '', '.s.PGSQL.5432')]);
  await gate.open();
  onTestFinished(() => gate.shut());
  const database = new Database({ ...config, host: '127.0.0.1', port: gate.port });
  onTestFinished(() => database.close());
  const one = sql<{ one: number }>`select 1 as one`;
  await one.execute(database.system);
  gate.hush();
  await expect(one.execute(database.system)).rejects.toThrow('Connection terminated');
  gate.speak();
  expect((await one.execute(database.system)).rows).toEqual([{ one: 1 }]);
}, 60_000);
