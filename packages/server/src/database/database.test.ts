import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';

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
