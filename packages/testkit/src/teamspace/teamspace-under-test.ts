import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createAccount } from '@spec-kitty/teamspace/accounts/create-account';
import { hashPassword } from '@spec-kitty/teamspace/accounts/password';
import { Database } from '@spec-kitty/teamspace/database/database';
import { ENDPOINTS } from '@spec-kitty/teamspace/endpoints';
import { buildApp } from '@spec-kitty/teamspace/http/build-app';
import { Keyring, newKey } from '@spec-kitty/teamspace/keys/keyring';
import { startSession } from '@spec-kitty/teamspace/sessions/start-session';
import { parseToken } from '@spec-kitty/teamspace/sessions/session-token';
import type { Teamspace } from '@spec-kitty/teamspace/teamspace';
import { sql } from 'kysely';
import { afterAll } from 'vitest';
import type { LoggedRequest, OAuthAccount, OAuthOptions } from '../oauth/oauth-server.ts';
import type { ServerUnderTest } from '../oauth/server-under-test.ts';
import { openEmbeddedPostgres, openInstalledPostgres, type TestPostgres } from './test-postgres.ts';

/** Of the account that whoever stands before the browser signs in with. */
export const BROWSER_PASSWORD = 'correct horse battery';

let postgres: Promise<TestPostgres> | undefined;
let passwordHash: Promise<string> | undefined;
afterAll(async () => {
  await (await postgres)?.close();
  postgres = undefined;
});

/** Teamspace with its real database, as the suite of logins has a server. */
export class TeamspaceUnderTest implements ServerUnderTest {
  readonly options: OAuthOptions = {
    accessLifetimeS: 3600,
    graceMs: 60_000,
    // It always does.
    get reuseEnds() {
      return true;
    },
    set reuseEnds(_) {},
    repeatsAttempts: false,
    refreshLifetimeS: 90 * 86_400,
    deviceInterval: 5,
    issuer: null,
  };
  readonly extra = { token: {}, me: {} };
  readonly requests: LoggedRequest[] = [];
  readonly secrets: string[] = [];
  account: OAuthAccount = { userId: '', email: 'ada@example.org', name: 'Ada', teams: [] };
  readonly #kind: 'embedded' | 'installed';
  readonly #server: Server;
  /** Access tokens that are refused before their time. */
  readonly #refused = new Set<string>();
  #teamspace: Teamspace | undefined;
  #answer: ((request: IncomingMessage, response: ServerResponse) => unknown) | undefined;

  constructor(kind: 'embedded' | 'installed') {
    this.#kind = kind;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  async listen(): Promise<string> {
    postgres ??= this.#kind === 'embedded' ? openEmbeddedPostgres() : openInstalledPostgres();
    const database = new Database(await (await postgres).database());
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { options } = this;
    const own = this.origin;
    this.#teamspace = {
      database,
      keyring: new Keyring([newKey('2026-01-01T00:00:00Z')]),
      // Known by the address of whatever stands before it, once there is something.
      get publicUrl() {
        return options.issuer ?? own;
      },
      lifetimes: {
        get access() {
          return options.accessLifetimeS;
        },
        get refresh() {
          return options.refreshLifetimeS ?? 90 * 86_400;
        },
        login: 365 * 86_400,
        get replayWindow() {
          return options.graceMs / 1000;
        },
        get deviceInterval() {
          return options.deviceInterval;
        },
      },
      version: '0.0.0',
      log: () => undefined,
    };
    await this.#makeAccount(database);
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#teamspace?.database.close();
  }

  calls(path: string): readonly LoggedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  grant(): Promise<Readonly<Record<string, unknown>>> {
    const teamspace = this.#open();
    return teamspace.database.whole(async (rows) => {
      const tokens = await startSession(rows, teamspace, {
        accountId: this.account.userId,
        clientId: 'cli_native',
        authFlow: 'device_code',
        scope: 'offline_access',
        userAgent: 'test',
      });
      this.secrets.push(tokens.access_token, tokens.refresh_token);
      return { ...tokens };
    });
  }

  async revokeAll(): Promise<void> {
    await sql`update sessions set ended_at = now(), end_reason = 'revoked' where ended_at is null`.execute(
      this.#open().database.system,
    );
  }

  refuseAccess(): void {
    for (const secret of this.secrets) if (secret.startsWith('ska_')) this.#refused.add(secret);
  }

  async thefts(): Promise<number> {
    const found = await this.#open()
      .database.system.selectFrom('sessions')
      .select('id')
      .where('end_reason', '=', 'reuse')
      .execute();
    return found.length;
  }

  async honours(refreshToken: string): Promise<boolean> {
    const token = parseToken(refreshToken, 'refresh');
    if (!token) return false;
    const found = await this.#open()
      .database.system.selectFrom('sessions')
      .select('id')
      .where('id', '=', token.sessionId)
      .where('generation', '=', token.generation)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return found !== undefined;
  }

  async decideDevice(state: 'pending' | 'approved' | 'denied' | 'expired'): Promise<void> {
    const { system } = this.#open().database;
    if (state === 'expired') {
      await sql`update device_grants set expires_at = now()`.execute(system);
      return;
    }
    await system
      .updateTable('device_grants')
      .set({ state, account_id: state === 'approved' ? this.account.userId : null })
      .where('state', 'in', ['pending', 'approved', 'denied'])
      .execute();
  }

  #open(): Teamspace {
    if (!this.#teamspace) throw new Error('The server does not listen');
    return this.#teamspace;
  }

  async #makeAccount(database: Database): Promise<void> {
    const hash = await (passwordHash ??= hashPassword(BROWSER_PASSWORD));
    const { email, name } = this.account;
    const userId = await database.whole((rows) =>
      createAccount(rows, 'test', { email, name, passwordHash: hash }),
    );
    // As the small server calls it.
    await database.system.updateTable('teams').set({ name: 'Ada’s own' }).execute();
    const teams = await database.system
      .selectFrom('teams')
      .select(['id', 'name'])
      .where('owner_account_id', '=', userId)
      .execute();
    this.account = {
      userId,
      email,
      name,
      teams: teams.map((team) => ({ ...team, role: 'owner', is_private_teamspace: true })),
    };
  }

  /** Writes a request down, then lets the server answer, and notes what it has given away. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString('utf8');
    const authorization = request.headers.authorization ?? null;
    const path = new URL(request.url ?? '/', this.origin).pathname;
    const form = Object.fromEntries(new URLSearchParams(body));
    this.requests.push({ method: request.method ?? '', path, authorization, form, body });
    if (this.#refused.has(authorization?.replace('Bearer ', '') ?? '')) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_token"}');
      return;
    }
    this.#answer ??= getRequestListener(buildApp(this.#open(), ENDPOINTS, { proxies: 0 }).fetch);
    // It was read to be written down, and is read again from there; without its name where attempts are not to be known.
    const rest = this.options.repeatsAttempts ? body : body.replace(/&refresh_attempt=[^&]*/, '');
    request.headers['content-length'] = String(Buffer.byteLength(rest));
    Object.assign(request, { rawBody: Buffer.from(rest) });
    this.#listenIn(response);
    await this.#answer(request, response);
  }

  #listenIn(response: ServerResponse): void {
    const note = (chunk: unknown) => {
      const said =
        typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk).toString('utf8') : '';
      this.secrets.push(...(said.match(/\b(?:ska|skr|skd|skw)_[\w-]{40,}/g) ?? []));
      const code = /[?&]code=(skc_[\w-]+)/.exec(String(response.getHeader('location') ?? ''))?.[1];
      if (code !== undefined) this.secrets.push(code);
    };
    for (const name of ['write', 'end'] as const) {
      const real: (...args: never[]) => unknown = response[name].bind(response);
      Object.assign(response, {
        [name]: (...args: never[]) => {
          note(args[0]);
          return real(...args);
        },
      });
    }
  }
}
