import { sql } from 'kysely';
import { makeLink } from '../accounts/one-time-link.ts';
import { freePort } from '../database/free-port.ts';
import { ENDPOINTS } from '../endpoints.ts';
import { buildApp } from '../http/build-app.ts';
import { followKeys } from '../keys/follow-keys.ts';
import { requireKnownKeys } from '../keys/require-known-keys.ts';
import type { Log } from '../log/log.ts';
import { LIFETIMES, type Lifetimes, type Teamspace } from '../teamspace.ts';
import { openDataFolder } from './data-folder.ts';
import { startHousekeeping } from './housekeeping.ts';
import type { Database } from '../database/database.ts';
import { seesEveryRow } from '../database/sees-every-row.ts';
import { NO_TELEMETRY, type Telemetry } from '../telemetry/telemetry.ts';
import { type ListenAddress, listen } from './listen.ts';
import { withDatabase } from './open-database.ts';
import { publicOrigin } from './public-origin.ts';

const BARRIER_HINT = 'Use a PostgreSQL user that is no superuser: this one sees the rows of every team.';

/** Everything that a server is told. */
export interface ServeOptions {
  readonly data: string;
  readonly listen: ListenAddress;
  readonly databaseUrl: string | undefined;
  readonly publicUrl: string | undefined;
  readonly proxies: number;
  /** Where Prometheus asks for figures; nowhere unless told. */
  readonly metrics?: ListenAddress | undefined;
  /** Whether figures and traces are sent by OTLP. */
  readonly otlp?: boolean;
  readonly version: string;
  readonly log: Log;
  readonly nowIso: () => string;
  readonly lifetimes?: Lifetimes;
  /** How long it waits for whoever has the data. */
  readonly waitMs?: number;
}

/** A server that takes requests. */
export interface Ready {
  readonly url: string;
  readonly listen: string;
  readonly database: 'embedded' | 'external';
  /** For the first account, where there is none. */
  readonly set_up_url: string | null;
}

/**
 * Runs a server until `until` resolves, and answers what was under way then.
 *
 * @param ready told once requests are taken.
 * @throws Fault for whatever keeps it from starting.
 */
export async function serve(
  options: ServeOptions,
  ready: (ready: Ready, teamspace: Teamspace) => void,
  until: Promise<unknown>,
): Promise<void> {
  // Before anything is made.
  publicOrigin(options.publicUrl, options.listen);
  const folder = openDataFolder(options.data);
  let telemetry: Telemetry = NO_TELEMETRY;
  const log: Log = (level, event, facts) => {
    options.log(level, event, facts);
    if (level !== 'info') telemetry.logged(level, event);
  };
  const lost = (said: string): void => log('error', 'database_lost', { said: said.trim() });
  const choice = { url: options.databaseUrl, folder, schema: 'made', lost, waitMs: options.waitMs } as const;
  await withDatabase(choice, async ({ database }) => {
    const keyring = await requireKnownKeys(database, folder.keys, options.nowIso());
    const keys = followKeys({ database, keyring, log }, folder.keys, options.nowIso);
    const parts = { keyring, lookAtKeys: keys.look, database };
    try {
      telemetry = await telemetryOf(options, database);
      if (await seesEveryRow(database)) log('warn', 'barrier_off', { hint: BARRIER_HINT });
      await takeRequests({ ...options, log }, { ...parts, telemetry }, ready, until);
    } finally {
      keys.stop();
      await telemetry.close();
    }
  });
}

async function takeRequests(
  options: ServeOptions,
  {
    telemetry,
    ...parts
  }: Pick<Teamspace, 'database' | 'keyring' | 'lookAtKeys'> & { readonly telemetry: Telemetry },
  ready: (ready: Ready, teamspace: Teamspace) => void,
  until: Promise<unknown>,
): Promise<void> {
  const { proxies, version, log, lifetimes = LIFETIMES } = options;
  const address = { ...options.listen, port: options.listen.port || (await freePort()) };
  const publicUrl = publicOrigin(options.publicUrl, address);
  const teamspace = { ...parts, publicUrl, lifetimes, version, log };
  const app = buildApp(teamspace, ENDPOINTS, { proxies, answered: telemetry.answered });
  const listening = await listen(app, address);
  const stopHousekeeping = startHousekeeping(parts.database, log);
  try {
    ready(
      {
        url: publicUrl,
        listen: `${address.host}:${address.port}`,
        database: options.databaseUrl === undefined ? 'embedded' : 'external',
        set_up_url: await setUpLink(teamspace),
      },
      teamspace,
    );
    await until;
  } finally {
    stopHousekeeping();
    await listening.close();
  }
}

/** Loaded only where somebody wants figures: it is as much code as the server itself. */
async function telemetryOf(
  { metrics: prometheus, otlp = false, version, log }: ServeOptions,
  database: Database,
): Promise<Telemetry> {
  if (!prometheus && !otlp) return NO_TELEMETRY;
  const { openTelemetry } = await import('../telemetry/open-telemetry.ts');
  return openTelemetry({ prometheus, otlp, version, log, connections: () => database.connections() });
}

/** Anew at every start, until somebody has used one: the last start's may be out of sight. */
async function setUpLink(teamspace: Teamspace): Promise<string | null> {
  return teamspace.database.whole(async (rows) => {
    const { count } = await rows
      .selectFrom('accounts')
      .select(sql<number>`count(*)::int`.as('count'))
      .executeTakeFirstOrThrow();
    return count > 0 ? null : makeLink(rows, teamspace, 'set_up', null);
  });
}
