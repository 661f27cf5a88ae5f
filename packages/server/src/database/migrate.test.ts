import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { Client, type ClientConfig } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type OpenWorld, onEmbedded } from '../testing/on-both.ts';
import { migrate } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { MIGRATIONS } from './migrations/migrations.ts';

function step(version: number, change: string, oldestServer = 1): Migration {
  return { version, name: `step ${version}`, oldestServer, sql: change };
}

const STEPS = [step(1, 'create table one (id integer)'), step(2, 'create table two (id integer)')];

/** Connections to a database that has nothing. */
async function connections(
  open: OpenWorld,
  count: number,
  limits: ClientConfig = {},
): Promise<readonly Client[]> {
  const { config } = await empty(open);
  const clients = Array.from({ length: count }, () => new Client({ ...config, ...limits }));
  for (const client of clients) await client.connect();
  onTestFinished(async () => {
    for (const client of clients) await client.end();
  });
  return clients;
}

async function empty(open: OpenWorld): Promise<TeamspaceWorld> {
  const world = await open();
  await sql`drop owned by current_user`.execute(world.teamspace.database.system);
  return world;
}

async function connection(open: OpenWorld): Promise<Client> {
  const [client] = await connections(open, 1);
  if (!client) throw new Error('There is no connection');
  return client;
}

async function tablesOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  return rows.map(({ name }) => name);
}

onEmbedded((open) => {
  test('steps are counted from 1 without gaps, and no step asks for servers that are newer than itself', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_step, at) => at + 1));
    for (const { version, oldestServer } of MIGRATIONS) expect(oldestServer).toBeLessThanOrEqual(version);
  });

  test('of several servers that start at the same moment, one takes each step', async () => {
    const clients = await connections(open, 4);
    // Longer than the servers take to come.
    const steps = [...STEPS, step(3, 'select pg_sleep(0.2)')];
    const done = await Promise.all(clients.map((client) => migrate(client, steps)));
    expect(done.filter(({ from }) => from === 0)).toHaveLength(1);
    expect(done.filter(({ from }) => from === 3)).toHaveLength(3);
    expect(new Set(done.map(({ to }) => to))).toEqual(new Set([3]));
  });

  test('a step, and waiting for another server, may take longer than a query', async () => {
    const clients = await connections(open, 2, { statement_timeout: 100, lock_timeout: 100 });
    const patient = clients.map(async (client) => {
      const { to } = await migrate(client, [step(1, 'select pg_sleep(0.3)')]);
      const { rows } = await client.query<{ statement_timeout: string }>('show statement_timeout');
      return [to, rows[0]?.statement_timeout];
    });
    expect(await Promise.all(patient)).toEqual([
      [1, '100ms'],
      [1, '100ms'],
    ]);
  });

  test('a schema that is ahead is left alone as far as this server still works with it', async () => {
    const client = await connection(open);
    await migrate(client, [...STEPS, step(3, 'create table three (id integer)', 2)]);
    expect(await migrate(client, STEPS)).toEqual({ from: 3, to: 3 });
    await expect(migrate(client, STEPS.slice(0, 1))).rejects.toMatchObject({
      code: 'TEAMSPACE_TOO_OLD',
      details: { schema: 3, known: 1 },
    });
    expect(await tablesOf(client)).toEqual(['one', 'schema_migrations', 'three', 'two']);
  });

  test('a step that fails leaves nothing of itself, and is taken by the next start', async () => {
    const client = await connection(open);
    const failing = step(3, 'create table three (id integer); select 1 / 0');
    await expect(migrate(client, [...STEPS, failing])).rejects.toThrow('division by zero');
    expect(await tablesOf(client)).toEqual(['one', 'schema_migrations', 'two']);
    const mended = step(3, 'create table three (id integer)');
    expect(await migrate(client, [...STEPS, mended])).toEqual({ from: 2, to: 3 });
  });

  test('a step sees the rows of everybody, also where the program that restores a backup takes it', async () => {
    const client = await connection(open);
    await migrate(client);
    await client.query("set app.scope = 'system'");
    await client.query("insert into token_keys (id, fingerprint) values ('one', '')");
    await client.query('reset app.scope');
    await migrate(client, [...MIGRATIONS, step(MIGRATIONS.length + 1, "update token_keys set id = 'two'")]);
    expect((await client.query('select id from token_keys')).rows).toEqual([]);
    await client.query("set app.scope = 'system'");
    expect((await client.query('select id from token_keys')).rows).toEqual([{ id: 'two' }]);
  });
});
