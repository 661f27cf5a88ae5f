import { Socket } from 'node:net';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { type ClientBase, type ClientConfig, Pool } from 'pg';
import type { Connections } from '../telemetry/telemetry.ts';
import type { Schema } from './schema.ts';

/** Whose rows a piece of work may see: an account with its teams, or one team. */
export type Scope = { readonly account: string } | { readonly team: string };

/** What a piece of work reads and writes with. */
export type Rows = Transaction<Schema>;

/** Longer than any query of ours; one that waits longer waits for nothing. */
const QUERY_MS = 15_000;

/** A database that has said nothing for longer than it may take is not there any more, whatever its connection says. */
const SILENCE_MS = QUERY_MS + 5000;

/** How many connections one server holds at most, of each kind. */
const CONNECTIONS = 10;

/**
 * The database, through two doors: `system` sees every row, and signs people in; `within` sees what one account or one
 * team may, whatever the query says, since the database itself looks at each row.
 */
export class Database {
  readonly system: Kysely<Schema>;
  readonly #scoped: Kysely<Schema>;
  readonly #pools: readonly [system: Pool, scoped: Pool];

  constructor(config: ClientConfig) {
    const systemPool = openPool(config, async (client) => {
      await client.query("set app.scope = 'system'");
    });
    const scopedPool = openPool(config);
    this.#pools = [systemPool, scopedPool];
    this.system = new Kysely({ dialect: new PostgresDialect({ pool: systemPool }) });
    this.#scoped = new Kysely({ dialect: new PostgresDialect({ pool: scopedPool }) });
  }

  /** Does everything or nothing, and sees the rows of a scope alone. */
  within<T>(scope: Scope, work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#scoped.transaction().execute(async (rows) => {
      await enter(rows, scope);
      return work(rows);
    });
  }

  /** Does everything or nothing, and sees all rows. */
  whole<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.system.transaction().execute(work);
  }

  /** How many connections are there, of both kinds. */
  connections(): Connections {
    const sum = (of: (pool: Pool) => number): number => this.#pools.reduce((all, pool) => all + of(pool), 0);
    return {
      used: sum((pool) => pool.totalCount - pool.idleCount),
      idle: sum((pool) => pool.idleCount),
      waiting: sum((pool) => pool.waitingCount),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.system.destroy(), this.#scoped.destroy()]);
  }
}

/** Which teams an account has is read with open eyes, before they are closed to everything else. */
async function enter(rows: Rows, scope: Scope): Promise<void> {
  if ('team' in scope) {
    await sql`select set_config('app.team_ids', array[${scope.team}::uuid]::text, true)`.execute(rows);
    return;
  }
  await sql`select set_config('app.scope', 'system', true)`.execute(rows);
  // In this order: the eyes are closed last.
  await sql`
    select
      set_config('app.team_ids', (select coalesce(array_agg(team_id), '{}')::text from memberships where account_id = ${scope.account}), true),
      set_config('app.account_id', ${scope.account}, true),
      set_config('app.scope', '', true)
  `.execute(rows);
}

/** @param prepare does what a new connection needs before anybody gets it. */
function openPool(config: ClientConfig, prepare?: (client: ClientBase) => Promise<void>): Pool {
  const pool = new Pool({
    ...config,
    max: CONNECTIONS,
    ...(prepare && { onConnect: prepare }),
    application_name: 'spec-kitty-teamspace',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: QUERY_MS,
    stream: openSocket,
    statement_timeout: QUERY_MS,
    lock_timeout: QUERY_MS,
    idle_in_transaction_session_timeout: QUERY_MS,
  });
  // An idle connection that the database ends is no news: the next request opens another one.
  pool.on('error', () => undefined);
  // One that is lent is told so by its next query; without this, Node would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function openSocket(): Socket {
  const socket = new Socket().setTimeout(SILENCE_MS);
  return socket.on('timeout', () => socket.destroy());
}
