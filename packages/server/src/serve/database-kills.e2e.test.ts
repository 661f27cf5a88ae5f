import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seedOfCommit } from '@spec-kitty/testkit/faults/seed-of-commit';
import { type Random, seededRandom } from '@spec-kitty/testkit/faults/seeded-random';
import { type ServerProcess, startServer } from '@spec-kitty/testkit/teamspace/server-process';
import { SessionLoad } from '@spec-kitty/testkit/teamspace/session-load';
import { TcpGate } from '@spec-kitty/testkit/teamspace/tcp-gate';
import { logIn } from '@spec-kitty/testkit/teamspace/teamspace-fleet';
import { makeDataFolder } from '@spec-kitty/testkit/teamspace/test-postgres';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { embeddedConfig } from '../database/embedded/embedded-postgres.ts';
import type { TokenAnswer } from '../sessions/session-answer.ts';
import { databasePassword, openDataFolder } from './data-folder.ts';

/** A share of `npm run torture:teamspace`, which sets these. */
const KILLS = Number(process.env['SPEC_KITTY_TEAMSPACE_KILLS'] ?? 10);
const SEED = process.env['SPEC_KITTY_TEAMSPACE_SEED'] ?? seedOfCommit();
const RESULT = process.env['SPEC_KITTY_TEAMSPACE_RESULT'];
const LIMIT_MS = 3_600_000;
/** Longer than a PostgreSQL needs that recovers. */
const BACK_MS = 15_000;
/** More logouts than a server answers between two kills. */
const LOGOUTS_A_KILL = 60;

const TARGETS = ['the server', 'its PostgreSQL', 'one process of that', 'all of them'] as const;

/** A server with its embedded database, and people who work there, whatever is killed. */
class KilledServer {
  readonly load: SessionLoad;
  readonly #gate: TcpGate;
  readonly #data: string;
  /** Logins that the server has said to have ended. */
  readonly loggedOut: string[] = [];
  #server: ServerProcess | undefined;
  #isOver = false;
  #leaving: Promise<void> = Promise.resolve();

  private constructor(data: string, gate: TcpGate) {
    this.#data = data;
    this.#gate = gate;
    this.load = new SessionLoad(this.url);
  }

  /** Where programs find it, also after it was started again. */
  static async open(data: string): Promise<KilledServer> {
    const gate = new TcpGate();
    await gate.open();
    return new KilledServer(data, gate);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#gate.port}`;
  }

  async start(): Promise<void> {
    this.#server = await startServer(['--data', this.#data, '--public-url', this.url]);
    this.#gate.targets = [Number(new URL(`http://${this.#server.ready.listen}`).port)];
  }

  async work(): Promise<void> {
    const logins = await logIn(this.#config(), this.#data, 7 + KILLS * LOGOUTS_A_KILL);
    for (const tokens of logins.slice(0, 4)) this.load.keep(tokens);
    for (const tokens of logins.slice(4, 7)) this.load.race(tokens);
    this.#leaving = this.#leave(logins.slice(7));
  }

  /** How many commits the server has acknowledged. */
  acknowledged(): number {
    return this.load.seen.refreshed + this.loggedOut.length;
  }

  async kill(target: (typeof TARGETS)[number], random: Random): Promise<void> {
    const [postmaster = 0, ...others] = this.#database();
    const server = this.#server?.child.pid ?? 0;
    const victims = {
      'the server': [server],
      'its PostgreSQL': [postmaster],
      'one process of that': [others[random.between(0, others.length - 1)] ?? postmaster],
      'all of them': [postmaster, ...others, server],
    }[target];
    for (const pid of victims) killIfAlive(pid);
    if (!victims.includes(server)) return;
    await this.#server?.ended;
    await this.start();
  }

  /** How much of what was acknowledged is not there, and how much is there by half. */
  async judge(): Promise<{ readonly lost: number; readonly half: number }> {
    const promised = [...this.loggedOut];
    // One statement, so that both are of one moment; joined here, since a database that was killed knows no sizes.
    const rows = await this.#query(`
      select 'ended' as what, id::text from sessions where end_reason is not null
      union all select 'told', target from audit_log where action = 'session.ended'`);
    const of = (what: string): Set<unknown> =>
      new Set(rows.flatMap((row) => (row['what'] === what ? [row['id']] : [])));
    const [ended, told] = [of('ended'), of('told')];
    const isHalf = (id: unknown): boolean => ended.has(id) !== told.has(id);
    return {
      lost: promised.filter((id) => !ended.has(id)).length,
      half: [...ended, ...told].filter((id) => isHalf(id)).length,
    };
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all([this.#leaving, this.load.stop()]);
    this.#server?.child.kill('SIGTERM');
    expect(await this.#server?.ended).toBe(0);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#server?.child.kill('SIGKILL');
    await Promise.all([this.#leaving, this.load.stop(), this.#gate.shut()]);
  }

  /** Logs one program out after another: a row that changes, and one that tells so, in one commit. */
  async #leave(logins: readonly TokenAnswer[]): Promise<void> {
    for (const { session_id: id, refresh_token: token } of logins) {
      const body = new URLSearchParams({ token });
      for (let isDone = false; !isDone && !this.#isOver;) {
        const answer = await fetch(`${this.url}/oauth/revoke`, { method: 'POST', body }).catch(
          () => undefined,
        );
        isDone = answer?.status === 200;
      }
      if (this.#isOver) return;
      this.loggedOut.push(id);
    }
  }

  #config() {
    const folder = openDataFolder(this.#data);
    return embeddedConfig(folder.postgres, databasePassword(folder));
  }

  /** Asks again while the database is about to come back. */
  async #query(text: string): Promise<readonly Record<string, unknown>[]> {
    for (const until = performance.now() + BACK_MS; ;) {
      const client = new Client({ ...this.#config(), options: '-c app.scope=system' });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return (await client.query<Record<string, unknown>>(text)).rows;
      } catch (error) {
        if (performance.now() > until) throw error;
        await pause(20);
      } finally {
        await client.end();
      }
    }
  }

  /** Processes of the database, the one that all others are children of first. */
  #database(): readonly number[] {
    const file = path.join(this.#data, 'postgres/data/postmaster.pid');
    const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    const pairs = rows.map((row) => row.trim().split(/ +/).map(Number));
    return [postmaster, ...pairs.flatMap(([pid, parent]) => (parent === postmaster && pid ? [pid] : []))];
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Those that work for another one end with it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe.skipIf(process.platform === 'win32')('kills [need signals]', () => {
  test(
    'whatever of a server and its database is killed: all that was acknowledged is there, and nothing by half',
    { timeout: LIMIT_MS },
    async () => {
      const data = await makeDataFolder();
      onTestFinished(() => rmSync(data, { recursive: true, force: true }));
      const server = await KilledServer.open(data);
      onTestFinished(() => server.close());
      await server.start();
      await server.work();
      const random = seededRandom(SEED);
      const targets: Record<string, number> = {};
      for (let turn = 0; turn < KILLS; turn += 1) {
        const due = server.acknowledged() + random.between(5, 60);
        await server.load.saw(() => server.acknowledged() >= due);
        const target = random.pick(TARGETS);
        targets[target] = (targets[target] ?? 0) + 1;
        await server.kill(target, random);
        await server.load.goOn(1);
        expect({ turn, wrong: server.load.seen.wrong }).toEqual({ turn, wrong: [] });
        expect({ turn, ...(await server.judge()) }).toEqual({ turn, lost: 0, half: 0 });
        if (turn % 50 === 49) console.log(`${turn + 1} of ${KILLS} kills`);
      }
      await server.stop();
      const { refreshed, told, unavailable, unanswered, wrong } = server.load.seen;
      expect(wrong).toEqual([]);
      const seen = { refreshed, logged_out: server.loggedOut.length, told, unavailable, unanswered };
      const result = { seed: SEED, kills: KILLS, targets, ...seen, lost: 0, half: 0 };
      console.log(`kills of a server and its database: ${JSON.stringify(result)}`);
      if (RESULT !== undefined) writeFileSync(RESULT, JSON.stringify(result));
    },
  );
});
