import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerProcess } from '@spec-kitty/testkit/teamspace/server-process';
import { startServer } from '@spec-kitty/testkit/teamspace/server-process';
import { SessionLoad, type Seen } from '@spec-kitty/testkit/teamspace/session-load';
import { TcpGate } from '@spec-kitty/testkit/teamspace/tcp-gate';
import { logIn, TeamspaceFleet } from '@spec-kitty/testkit/teamspace/teamspace-fleet';
import {
  hasInstalledPostgres,
  makeDataFolder,
  openInstalledPostgres,
} from '@spec-kitty/testkit/teamspace/test-postgres';
import { Client, type ClientConfig } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { embeddedConfig, startEmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import type { TokenAnswer } from '../sessions/session-answer.ts';
import { databasePassword, openDataFolder } from './data-folder.ts';

const IS_INSTALLED = await hasInstalledPostgres();
const INSTALLED = IS_INSTALLED
  ? 'the installed PostgreSQL'
  : 'the installed PostgreSQL (none answers at 127.0.0.1:5432 or TEAMSPACE_TEST_POSTGRES)';

/** Longer than any server needs to go on once its database is there again. */
const RECOVERY_MS = 15_000;

/** A PostgreSQL of the test's own, that may be ended and started as one likes. */
class OwnPostgres {
  config: ClientConfig = {};
  readonly #folder: string;
  readonly #password: string;
  #stop: () => Promise<void> = async () => undefined;

  constructor(data: string) {
    const folder = openDataFolder(data);
    this.#folder = folder.postgres;
    this.#password = databasePassword(folder);
  }

  static async start(): Promise<OwnPostgres> {
    const data = await makeDataFolder();
    const postgres = new OwnPostgres(data);
    onTestFinished(async () => {
      await postgres.stop();
      rmSync(data, { recursive: true, force: true });
    });
    await postgres.start();
    return postgres;
  }

  async start(): Promise<void> {
    const postgres = await startEmbeddedPostgres(this.#folder, this.#password);
    this.config = postgres.config;
    this.#stop = () => postgres.stop();
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  kill(): void {
    const file = path.join(this.#folder, 'data/postmaster.pid');
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
  }
}

async function installed(): Promise<ClientConfig> {
  const postgres = await openInstalledPostgres();
  onTestFinished(() => postgres.close());
  return postgres.database();
}

async function query(config: ClientConfig, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(config);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
  return rows;
}

/** People who work at a server; some programs present a token several times at once. */
function work(url: string, logins: readonly TokenAnswer[], racing: number): SessionLoad {
  const load = new SessionLoad(url);
  onTestFinished(async () => void (await load.stop()));
  for (const [at, tokens] of logins.entries())
    if (at < racing) load.race(tokens);
    else load.keep(tokens);
  return load;
}

/**
 * Judges what became of them: it goes on by itself, no login is lost, none has more than one successor, and nobody was
 * told anything but that it passes.
 */
async function judge(
  load: SessionLoad,
  config: ClientConfig,
  servers: readonly ServerProcess[],
): Promise<Seen> {
  const at = performance.now();
  await load.goOn(2);
  const recoveryMs = performance.now() - at;
  const seen = await load.stop();
  const bugs = servers.flatMap(({ log }) => log.filter(({ event }) => event === 'bug'));
  expect({ wrong: seen.wrong, bugs }).toEqual({ wrong: [], bugs: [] });
  expect(recoveryMs).toBeLessThan(RECOVERY_MS);
  const sessions = await query(
    { ...config, options: '-c app.scope=system' },
    'select id, generation, end_reason from sessions',
  );
  const there = new Map(sessions.map(({ id, generation, end_reason: end }) => [id, [generation, end]]));
  expect(there).toEqual(new Map([...load.generations].map(([id, generation]) => [id, [generation, null]])));
  return seen;
}

interface UnderLoad {
  readonly fleet: TeamspaceFleet;
  readonly load: SessionLoad;
}

/**
 * Lets something happen to three servers of one database while people work.
 *
 * @param config of the database as the servers reach it.
 */
async function survive(
  config: ClientConfig,
  happen: (under: UnderLoad) => Promise<void>,
  { node = [], racing = 3 }: { readonly node?: readonly string[]; readonly racing?: number } = {},
): Promise<Seen> {
  const fleet = await TeamspaceFleet.open(config, 3, node);
  onTestFinished(() => fleet.close());
  const load = work(fleet.url, await fleet.logIn(7), racing);
  await load.goOn(2);
  await happen({ fleet, load });
  return judge(load, config, fleet.servers);
}

test(`one of three servers is killed, on ${IS_INSTALLED ? 'the installed PostgreSQL' : 'the one that the server brings'}`, async () => {
  const config = IS_INSTALLED ? await installed() : (await OwnPostgres.start()).config;
  const seen = await survive(config, async ({ fleet, load }) => {
    const [, victim] = fleet.servers;
    if (victim) await fleet.kill(victim);
    fleet.gate.losing = 20;
    await load.saw(() => fleet.gate.losing === 0);
  });
  // What was under way at that one, and answers that others had given.
  expect(seen.unanswered).toBeGreaterThan(20);
  expect(seen.unavailable).toBe(0);
});

describe('PostgreSQL goes away and comes back', () => {
  test('told to end, then killed', async () => {
    const postgres = await OwnPostgres.start();
    await survive(postgres.config, async ({ load }) => {
      await postgres.stop();
      await load.saw(({ unavailable }) => unavailable > 10);
      await postgres.start();
      await load.goOn(2);
      postgres.kill();
      await load.saw(({ unavailable }) => unavailable > 20);
      await postgres.start();
    });
  });

  test.skipIf(!IS_INSTALLED)(`cut off, on ${INSTALLED}`, async () => {
    const config = await installed();
    const gate = new TcpGate([config.port ?? 5432]);
    await gate.open();
    onTestFinished(() => gate.shut());
    await survive({ ...config, host: '127.0.0.1', port: gate.port }, async ({ load }) => {
      const mine = `datname = '${config.database}' and pid <> pg_backend_pid()`;
      await query(config, `select pg_terminate_backend(pid) from pg_stat_activity where ${mine}`);
      await load.goOn(2);
      await gate.shut();
      await load.saw(({ unavailable }) => unavailable > 20);
      await gate.open();
    });
  });
});

describe('a clock jumps', () => {
  const DAYS = 86_400_000;
  /** Sets the clock of the process forward at one signal, and back to before the truth at the next. */
  const clock = `
    const Real = Date;
    const shifts = [2 * ${DAYS}, -2 * ${DAYS}, 0];
    let shift = 0;
    process.on('SIGUSR2', () => { shift = shifts.shift(); });
    globalThis.Date = class extends Real {
      constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + shift); }
      static now() { return Real.now() + shift; }
    };`;

  test('that of a server, of which nothing depends on it', async () => {
    const { config } = await OwnPostgres.start();
    const node = ['--import', `data:text/javascript,${encodeURIComponent(clock)}`];
    const seen = await survive(
      config,
      async ({ fleet, load }) => {
        const [one, other] = fleet.servers;
        for (const jumps of [[one, other], [one], [one]]) {
          for (const server of jumps) server?.child.kill('SIGUSR2');
          await load.goOn(2);
        }
      },
      { node },
    );
    expect(seen.unavailable).toBe(0);
  });

  test('that of the database, which all servers go by', async () => {
    const { config } = await OwnPostgres.start();
    await query(config, SKEW);
    const seen = await survive(
      config,
      async ({ load }) => {
        for (const jump of ['2 days', '-2 days', '0']) {
          await query(config, `update skew.clock set ahead = '${jump}'`);
          await load.goOn(2);
        }
      },
      // Of several that present one token, those that come after the jump look like thieves: see ADR 21.
      { racing: 0 },
    );
    expect(seen.unavailable).toBe(0);
    // What two days made too old was refreshed, and not given up.
    expect(seen.refreshed).toBeGreaterThan(7 * 8);
  });
});

/** Puts a clock that can be set before that of PostgreSQL, for every statement of the servers and every default. */
const SKEW = `
  create schema skew;
  create table skew.clock (ahead interval not null);
  insert into skew.clock values ('0');
  create function skew.now() returns timestamptz language sql stable
    as 'select pg_catalog.now() + ahead from skew.clock';
  alter database teamspace set search_path = skew, pg_catalog, public;
  set search_path = skew, pg_catalog, public;
  do $$
  declare one record;
  begin
    for one in select table_name, column_name from information_schema.columns
      where table_schema = 'public' and column_default like '%now()'
    loop
      execute format('alter table public.%I alter column %I set default now()', one.table_name, one.column_name);
    end loop;
  end $$;`;

const HAS_DISK = process.getuid?.() === 0 && canMount();
const DISK = HAS_DISK ? '' : ' (there is none: that takes root, and leave to mount a small one)';

test.skipIf(!HAS_DISK)(`the disk of the embedded database is full${DISK}`, async () => {
  const disk = smallDisk();
  const data = await makeDataFolder(disk);
  const folder = openDataFolder(data);
  const server = await startServer(['--data', data]);
  onTestFinished(async () => {
    server.child.kill('SIGTERM');
    await server.ended;
  });
  const config = embeddedConfig(folder.postgres, databasePassword(folder));
  const { url } = server.ready;
  const load = work(url, await logIn(config, data, 7), 3);
  await load.goOn(2);
  const ballast = path.join(disk, 'ballast');
  fill(ballast);

  // A new row has no place, and what only changes goes on.
  const body = new URLSearchParams({ client_id: 'cli_native' });
  const refused = await fetch(`${url}/oauth/device`, { method: 'POST', body });
  expect([refused.status, await refused.json()]).toEqual([
    503,
    expect.objectContaining({ error: 'temporarily_unavailable' }),
  ]);
  await load.goOn(1);
  // The journal has no place either, and PostgreSQL ends.
  const flood = "select pg_logical_emit_message(false, '', repeat('x', 60000000))";
  await expect(query({ ...config, user: 'postgres' }, flood)).rejects.toThrow(
    /terminated|EPIPE|reset|could not write/,
  );
  await load.saw(({ unavailable }) => unavailable > 20);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  const lost = (): unknown => server.log.find(({ event }) => event === 'database_lost')?.['said'];
  await expect.poll(lost).toEqual(expect.stringContaining('No space left on device'));

  rmSync(ballast);
  await judge(load, config, [server]);
});

/** A disk in memory, for one test. */
function smallDisk(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
  mount(folder);
  onTestFinished(() => {
    spawnSync('umount', [folder]);
    rmdirSync(folder);
  });
  return folder;
}

function mount(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=140m,mode=711', 'tmpfs', folder]).status === 0;
}

/** Whether this machine lets root have one; tried, since a container may not. */
function canMount(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
  const isThere = mount(folder);
  if (isThere) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return isThere;
}

function fill(file: string): void {
  const opened = openSync(file, 'w');
  try {
    for (;;) writeSync(opened, Buffer.alloc(4096, 1));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(opened);
  }
}
