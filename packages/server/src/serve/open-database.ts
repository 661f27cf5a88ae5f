import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { openLock } from '@spec-kitty/local/lock/open-lock';
import { Client, type ClientBase, type ClientConfig, DatabaseError } from 'pg';
import { Database } from '../database/database.ts';
import {
  type EmbeddedPostgres,
  embeddedConfig,
  startEmbeddedPostgres,
} from '../database/embedded/embedded-postgres.ts';
import { keepPostgres, type Lost } from '../database/embedded/keep-postgres.ts';
import { foundSchema, migrate } from '../database/migrate.ts';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { type DataFolder, databasePassword, hasDatabase } from './data-folder.ts';

/** Which database, and whether it is this process's own. */
export interface DatabaseChoice {
  readonly url: string | undefined;
  readonly folder: DataFolder;
  /**
   * What may be found: a server makes everything that is missing; what administers one needs it as this program makes it;
   * what looks or saves takes it as it is. Neither of these two makes or changes anything.
   */
  readonly schema: 'made' | 'needed' | 'as it is';
  /** What a server is told of an embedded database that ended; a command, which looks in while the server runs, has none. */
  readonly lost?: Lost | undefined;
  /** How long a server waits for whoever has the data, unless it is as usual. */
  readonly waitMs?: number | undefined;
}

/** An open database, at the schema that was asked for. */
export interface OpenDatabase {
  readonly database: Database;
  readonly config: ClientConfig;
}

/** How long a server waits for a command that has the database for a moment, and a command for another one. */
const WAIT_MS = 15_000;
const PAUSE_MS = 50;
const CONNECT_MS = 10_000;

/**
 * Opens the database, and runs `body` with it: the one that was named, else the one in the data folder, which is started
 * where nobody runs it, and ended after.
 *
 * @throws Fault `DATABASE_UNREACHABLE`, `TEAMSPACE_MISSING`, `TEAMSPACE_RUNNING`, `SCHEMA_OLD`, or those of the embedded database.
 */
export async function withDatabase<T>(
  choice: DatabaseChoice,
  body: (open: OpenDatabase) => Promise<T>,
): Promise<T> {
  const { url, folder, schema } = choice;
  const where = url === undefined ? `in this folder: ${folder.root}` : 'in this database.';
  const work = (config: ClientConfig) => withSchema({ config, schema, where }, body);
  if (url !== undefined) return work({ connectionString: url });
  if (schema !== 'made' && !hasDatabase(folder)) throw noTeamspace(where);
  return choice.lost ? withOwn(choice, choice.waitMs ?? WAIT_MS, work) : lookingIn(choice, work);
}

type Work<T> = (config: ClientConfig) => Promise<T>;

function withOwn<T>({ folder, lost }: DatabaseChoice, waitMs: number, work: Work<T>): Promise<T> {
  const purpose = lost ? 'serve' : 'administer';
  return withEmbedded({ folder, lost, purpose, waitMs }, ({ config }) => work(config));
}

/** By way of the server where one runs, which a command does not wait for. */
async function lookingIn<T>(choice: DatabaseChoice, work: Work<T>): Promise<T> {
  const { folder } = choice;
  const until = performance.now() + WAIT_MS;
  for (;;) {
    try {
      return await withOwn(choice, 0, work);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'TEAMSPACE_RUNNING') throw error;
      // That of another command ends with it; that of a server stays.
      const running = embeddedConfig(folder.postgres, databasePassword(folder));
      if (isServed(error) && (await answers(running))) return work(running);
      if (performance.now() > until) throw error;
      await pause(PAUSE_MS);
    }
  }
}

/** Lends one connection to a database as it is, while nobody else has it. @throws Fault as {@link withDatabase}. */
export function withConnection<T>(
  { url, folder }: Pick<DatabaseChoice, 'url' | 'folder'>,
  body: (client: Client) => Promise<T>,
): Promise<T> {
  return url === undefined
    ? withEmbedded({ folder, purpose: 'restore', waitMs: 0 }, ({ config }) => connected(config, body))
    : connected({ connectionString: url }, body);
}

type Running = Pick<EmbeddedPostgres, 'config' | 'stop'>;

async function withEmbedded<T>(
  {
    folder,
    lost,
    purpose,
    waitMs,
  }: Pick<DatabaseChoice, 'folder' | 'lost'> & { readonly purpose: string; readonly waitMs: number },
  body: (postgres: Running) => Promise<T>,
): Promise<T> {
  const lock = openLock({ folder: folder.root, waitMs, mode: 0o600 });
  try {
    return await lock.hold('database', purpose, async () => {
      const password = databasePassword(folder);
      const postgres = lost
        ? await keepPostgres(folder.postgres, password, lost)
        : await startEmbeddedPostgres(folder.postgres, password);
      return endingAfter(postgres, () => body(postgres));
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'LOCK_BUSY') throw error;
    throw new Fault('busy', 'TEAMSPACE_RUNNING', `Another server runs with this data: ${folder.root}`, {
      hints: ['End that one first, or give this one a PostgreSQL that both can use with --database-url.'],
      details: error.details,
    });
  }
}

function isServed({ details }: Fault): boolean {
  const holder = details['holder'] as { readonly purpose: string } | null | undefined;
  return holder?.purpose === 'serve';
}

/** With a connection that may be silent for long, as it is while it waits for another server or for a step of its own. */
async function connected<T>(config: ClientConfig, body: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...config, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => Promise.reject(unreachable(error)));
    return await body(client);
  } finally {
    await client.end();
  }
}

async function endingAfter<T>(postgres: Running, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } finally {
    await postgres.stop();
  }
}

async function withSchema<T>(
  {
    config,
    schema,
    where,
  }: Pick<DatabaseChoice, 'schema'> & { readonly config: ClientConfig; readonly where: string },
  body: (open: OpenDatabase) => Promise<T>,
): Promise<T> {
  await connected(config, async (client) => {
    await (schema === 'made' ? migrate(client) : requireSchema(client, schema, where));
  }).catch((error: unknown) => {
    throw error instanceof Fault ? error : isRefusal(error) ? schemaFailed(error) : unreachable(error);
  });
  const database = new Database(config);
  try {
    return await body({ database, config });
  } finally {
    await database.close();
  }
}

async function requireSchema(
  client: ClientBase,
  schema: DatabaseChoice['schema'],
  where: string,
): Promise<void> {
  const found = await foundSchema(client);
  if (found === undefined) throw noTeamspace(where);
  if (schema === 'as it is' || found >= MIGRATIONS.length) return;
  throw new Fault(
    'refused',
    'SCHEMA_OLD',
    `The database is at schema ${found}, and this program needs ${MIGRATIONS.length}.`,
    {
      hints: [
        'Make a backup with `spec-kitty teamspace backup`, then start the server of this version: it changes the schema.',
      ],
      details: { schema: found, needed: MIGRATIONS.length },
    },
  );
}

function noTeamspace(where: string): Fault {
  return new Fault('refused', 'TEAMSPACE_MISSING', `There is no Teamspace ${where}`, {
    hints: [
      'Name the one that you mean with --data or --database-url, as its server was started.',
      'A new one is made by `spec-kitty teamspace serve`.',
    ],
  });
}

async function answers(config: ClientConfig): Promise<boolean> {
  const client = new Client({ ...config, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    // Nobody runs it, or nobody can be asked: whoever starts it finds out.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What PostgreSQL says to a query, and not to a connection: all but the classes of the connection and of the operator. */
function isRefusal(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && !/^(?:08|28|3D|53|57|58)/.test(error.code ?? '');
}

function schemaFailed(error: DatabaseError): Fault {
  return new Fault(
    'refused',
    'SCHEMA_FAILED',
    `The tables of this server cannot be made in the database: ${error.message}`,
    {
      hints: [
        'Give the user of the database the right to make tables, or an empty database of its own.',
        'After an upgrade, the version before it still works: a step that fails leaves nothing behind.',
      ],
      details: { sqlstate: error.code },
      cause: error,
    },
  );
}

function unreachable(error: unknown): Fault {
  const said =
    error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  return new Fault('refused', 'DATABASE_UNREACHABLE', `The database cannot be used: ${said}`, {
    hints: ['Look whether PostgreSQL runs, and whether the address, the user and the password are right.'],
    cause: error,
  });
}
