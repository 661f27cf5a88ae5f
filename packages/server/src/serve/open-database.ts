import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { openLock } from '@spec-kitty/local/lock/open-lock';
import { Client, type ClientConfig, DatabaseError } from 'pg';
import { Database } from '../database/database.ts';
import {
  type EmbeddedPostgres,
  embeddedConfig,
  startEmbeddedPostgres,
} from '../database/embedded/embedded-postgres.ts';
import { keepPostgres, type Lost } from '../database/embedded/keep-postgres.ts';
import { migrate } from '../database/migrate.ts';
import { type DataFolder, databasePassword } from './data-folder.ts';

/** Which database, and whether it is this process's own. */
export interface DatabaseChoice {
  readonly url: string | undefined;
  readonly folder: DataFolder;
  /** What a server is told of an embedded database that ended; a command, which looks in while the server runs, has none. */
  readonly lost?: Lost | undefined;
  /** How long a server waits for whoever has the data, unless it is as usual. */
  readonly waitMs?: number | undefined;
}

/** An open database, at the schema of this program. */
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
 * @throws Fault `DATABASE_UNREACHABLE`, `TEAMSPACE_RUNNING`, or those of the embedded database.
 */
export async function withDatabase<T>(
  choice: DatabaseChoice,
  body: (open: OpenDatabase) => Promise<T>,
): Promise<T> {
  const { url, folder, lost } = choice;
  if (url !== undefined) return withOpen({ connectionString: url }, body);
  const ownOne = (waitMs: number) =>
    withEmbedded({ folder, lost, purpose: lost ? 'serve' : 'administer', waitMs }, ({ config }) =>
      withOpen(config, body),
    );
  if (lost) return ownOne(choice.waitMs ?? WAIT_MS);
  const until = performance.now() + WAIT_MS;
  for (;;) {
    try {
      return await ownOne(0);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'TEAMSPACE_RUNNING') throw error;
      // That of another command ends with it; that of a server stays.
      const running = embeddedConfig(folder.postgres, databasePassword(folder));
      if (isServed(error) && (await answers(running))) return withOpen(running, body);
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

async function connected<T>(config: ClientConfig, body: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...config, connectionTimeoutMillis: CONNECT_MS });
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

async function withOpen<T>(config: ClientConfig, body: (open: OpenDatabase) => Promise<T>): Promise<T> {
  const database = new Database(config);
  try {
    await database
      .lend((client) => migrate(client))
      .catch((error: unknown) => {
        throw error instanceof Fault ? error : isRefusal(error) ? schemaFailed(error) : unreachable(error);
      });
    return await body({ database, config });
  } finally {
    await database.close();
  }
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
