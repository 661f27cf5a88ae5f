import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAccount } from '@spec-kitty/teamspace/accounts/create-account';
import { Database } from '@spec-kitty/teamspace/database/database';
import { openKeyFile } from '@spec-kitty/teamspace/keys/key-file';
import { openDataFolder } from '@spec-kitty/teamspace/serve/data-folder';
import type { Ready } from '@spec-kitty/teamspace/serve/serve';
import { startSession } from '@spec-kitty/teamspace/sessions/start-session';
import type { TokenAnswer } from '@spec-kitty/teamspace/sessions/session-answer';
import { LIFETIMES } from '@spec-kitty/teamspace/teamspace';
import type { ClientConfig } from 'pg';
import { type ServerProcess, startServer } from './server-process.ts';
import { TcpGate } from './tcp-gate.ts';

/** Servers of one database, each in a process of its own, behind one address. */
export class TeamspaceFleet {
  readonly servers: ServerProcess[] = [];
  /** What all of them are behind. */
  readonly gate = new TcpGate();
  readonly #data = mkdtempSync(path.join(tmpdir(), 'teamspace-fleet-'));
  readonly #config: ClientConfig;

  private constructor(config: ClientConfig) {
    this.#config = config;
  }

  /** @param node what Node is told before the program. */
  static async open(
    config: ClientConfig,
    count: number,
    node: readonly string[] = [],
  ): Promise<TeamspaceFleet> {
    const fleet = new TeamspaceFleet(config);
    await fleet.gate.open();
    // The first makes the keys.
    await fleet.#start(node);
    await Promise.all(Array.from({ length: count - 1 }, () => fleet.#start(node)));
    return fleet;
  }

  get url(): string {
    return `http://127.0.0.1:${this.gate.port}`;
  }

  /** Logs so many programs of one account in, as the end of a flow would. */
  logIn(count: number): Promise<readonly TokenAnswer[]> {
    return logIn(this.#config, this.#data, count);
  }

  /** Kills one of the servers, while requests wait for it. */
  async kill({ child, ready, ended }: ServerProcess): Promise<void> {
    const given = (): number => this.gate.given.get(portOf(ready)) ?? 0;
    child.kill('SIGSTOP');
    for (const before = given(); given() < before + 3;) await pause(5);
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    for (const { child } of this.servers) child.kill('SIGKILL');
    await Promise.all(this.servers.map(({ ended }) => ended));
    await this.gate.shut();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #start(node: readonly string[]): Promise<void> {
    const argv = ['--data', this.#data, '--database-url', urlOf(this.#config), '--public-url', this.url];
    const server = await startServer(argv, node);
    this.servers.push(server);
    this.gate.targets = [...this.gate.targets, portOf(server.ready)];
  }
}

function portOf({ listen }: Ready): number {
  return Number(new URL(`http://${listen}`).port);
}

/** Logs programs of a new account in, whose server has its keys in `data`. */
export async function logIn(
  config: ClientConfig,
  data: string,
  count: number,
): Promise<readonly TokenAnswer[]> {
  const database = new Database(config);
  const keyring = openKeyFile(openDataFolder(data).keys, new Date().toISOString());
  const teamspace = {
    database,
    keyring,
    publicUrl: '',
    lifetimes: LIFETIMES,
    version: '',
    log: () => undefined,
  };
  const person = {
    email: 'ada@example.org',
    name: 'Ada',
    passwordHash: '',
  };
  try {
    return await database.whole(async (rows) => {
      const accountId = await createAccount(rows, 'test', person);
      const login = { accountId, clientId: 'cli_native', scope: 'offline_access', userAgent: 'test' };
      const tokens: TokenAnswer[] = [];
      for (let at = 0; at < count; at += 1)
        tokens.push(await startSession(rows, teamspace, { ...login, authFlow: 'device_code' }));
      return tokens;
    });
  } finally {
    await database.close();
  }
}

/** The address of a database, on a socket or on a port, as a server is told of it. */
function urlOf({ host = '', port, user, password, database }: ClientConfig): string {
  const place = new URLSearchParams({ host, ...(port !== undefined && { port: String(port) }) });
  const who = [user ?? '', ...(typeof password === 'string' ? [password] : [])]
    .map(encodeURIComponent)
    .join(':');
  return `postgres://${who}@/${database ?? ''}?${place.toString()}`;
}
