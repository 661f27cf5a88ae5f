import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { openLock } from '@spec-kitty/local/lock/open-lock';
import { startEmbeddedPostgres } from '@spec-kitty/teamspace/database/embedded/embedded-postgres';
import { findPackagedPostgres } from '@spec-kitty/teamspace/database/embedded/packaged-postgres';
import { migrate } from '@spec-kitty/teamspace/database/migrate';
import { MIGRATIONS } from '@spec-kitty/teamspace/database/migrations/migrations';
import { Client, type ClientConfig } from 'pg';

/** A PostgreSQL for the tests of one file. */
export interface TestPostgres {
  /** Makes a database with all tables and nothing in them, owned by a user who is no superuser. */
  database(): Promise<ClientConfig>;
  /** Takes away what it has made. */
  close(): Promise<void>;
}

/** Nothing of worth is behind it. */
const PASSWORD = 'for-tests-alone';

/** Faster than any disk; nothing has to survive the test. */
const CARELESS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/**
 * Starts the PostgreSQL that the server brings, on a copy of a cluster that has been made once.
 *
 * @param settings of PostgreSQL; unless told it keeps nothing safe.
 */
export async function openEmbeddedPostgres(
  settings: Readonly<Record<string, string>> = CARELESS,
): Promise<TestPostgres> {
  const base = await makeDataFolder();
  const server = await startEmbeddedPostgres(path.join(base, 'postgres'), PASSWORD, settings);
  const admin = { ...server.config, user: 'postgres', database: 'postgres' };
  return {
    database: async () => {
      const name = `t_${randomBytes(8).toString('hex')}`;
      await run(admin, `create database ${name} template teamspace owner teamspace`);
      return { ...server.config, database: name };
    },
    close: async () => {
      await server.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/**
 * Makes a data folder for a server that nobody runs yet: all tables are in it, and nothing in them.
 *
 * @param parent folder that it is made in.
 */
export async function makeDataFolder(parent = tmpdir()): Promise<string> {
  const template = await preparedCluster();
  const base = mkdtempSync(path.join(parent, 'test-postgres-'));
  chmodSync(base, 0o711);
  // Owners and links as they are, which Node's own copy does not keep.
  execFileSync('cp', ['-a', template, path.join(base, 'postgres')]);
  writeFileSync(path.join(base, 'database-password'), PASSWORD, { mode: 0o600 });
  return base;
}

/**
 * Works with the PostgreSQL of this machine: that of `TEAMSPACE_TEST_POSTGRES`, else the one on the usual port.
 *
 * @throws Error where none answers.
 */
export async function openInstalledPostgres(): Promise<TestPostgres> {
  const admin = await installedServer();
  if (!admin) throw new Error('There is no installed PostgreSQL');
  const made: string[] = [];
  const role = `t_${randomBytes(8).toString('hex')}`;
  await run(admin, `create role ${role} login password '${PASSWORD}'`);
  return {
    database: async () => {
      const name = `t_${randomBytes(8).toString('hex')}`;
      await run(admin, `create database ${name} owner ${role} template template0`);
      made.push(name);
      const config = { ...admin, user: role, password: PASSWORD, database: name };
      const client = new Client(config);
      await client.connect();
      await migrate(client);
      await client.end();
      return config;
    },
    close: async () => {
      for (const name of made) await run(admin, `drop database if exists ${name} with (force)`);
      await run(admin, `drop role ${role}`);
    },
  };
}

/** Whether a PostgreSQL of this machine answers, as {@link openInstalledPostgres} would ask it. */
export async function hasInstalledPostgres(): Promise<boolean> {
  return (await installedServer()) !== undefined;
}

/** Where the installed PostgreSQL answers to an administrator. */
async function installedServer(): Promise<ClientConfig | undefined> {
  const url = process.env['TEAMSPACE_TEST_POSTGRES'];
  const config: ClientConfig =
    url === undefined
      ? { host: '127.0.0.1', port: 5432, user: userInfo().username, database: 'postgres' }
      : partsOf(url);
  try {
    await run(config, 'select 1');
    return config;
  } catch (error) {
    if (url === undefined) return undefined;
    throw error;
  }
}

/** An address would go before the user and the database that a test has in their place. */
function partsOf(url: string): ClientConfig {
  const { host, port, user, password, database } = new Client({ connectionString: url });
  return { host, port, user, password, database };
}

/** A cluster with all tables, made once for each version of them. */
async function preparedCluster(): Promise<string> {
  const version = createHash('sha256')
    .update(JSON.stringify([findPackagedPostgres()?.version, MIGRATIONS]))
    .digest('hex')
    .slice(0, 12);
  const root = path.join(tmpdir(), `test-postgres-${userInfo().uid}-${version}`);
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o711);
  const ready = path.join(root, 'postgres');
  const lock = openLock({ folder: root, waitMs: 120_000 });
  await lock.hold('prepare', 'make the database of the tests', async () => {
    if (existsSync(ready)) return;
    const draft = `${ready}.new`;
    rmSync(draft, { recursive: true, force: true });
    const server = await startEmbeddedPostgres(draft, PASSWORD, CARELESS);
    try {
      const client = new Client(server.config);
      await client.connect();
      await migrate(client);
      await client.end();
    } finally {
      await server.stop();
    }
    renameSync(draft, ready);
  });
  return ready;
}

async function run(config: ClientConfig, sql: string): Promise<void> {
  const client = new Client({ ...config, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
