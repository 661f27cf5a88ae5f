import { randomBytes } from 'node:crypto';
import { createAccount } from '@spec-kitty/teamspace/accounts/create-account';
import { hashPassword } from '@spec-kitty/teamspace/accounts/password';
import { Database } from '@spec-kitty/teamspace/database/database';
import { ENDPOINTS } from '@spec-kitty/teamspace/endpoints';
import { buildApp } from '@spec-kitty/teamspace/http/build-app';
import { Keyring, newKey } from '@spec-kitty/teamspace/keys/keyring';
import { startSession } from '@spec-kitty/teamspace/sessions/start-session';
import type { TokenAnswer } from '@spec-kitty/teamspace/sessions/session-answer';
import { LIFETIMES, type Teamspace } from '@spec-kitty/teamspace/teamspace';
import { createTeam } from '@spec-kitty/teamspace/teams/create-team';
import type { ClientConfig } from 'pg';
import { asDescribed } from './as-described.ts';
import { TestBrowser } from './test-browser.ts';
import type { TestPostgres } from './test-postgres.ts';

/** Somebody with an account. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** Fields that answers of the API may have; a test says which it expects. */
export interface ApiBody {
  readonly [name: string]: unknown;
  readonly error: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session_id: string;
  readonly device_code: string;
  readonly user_code: string;
  readonly generation: number;
  readonly expires_in: number;
  readonly token_type: string;
  readonly scope: string;
}

/** What the API has answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: ApiBody;
}

const ORIGIN = 'https://teamspace.test';
export const PASSWORD = 'correct horse battery';

/** Takes a quarter of a second of CPU, so that all share one. */
let hashed: Promise<string> | undefined;

/** One server of a database, asked without a network. */
export class TeamspaceWorld {
  readonly teamspace: Teamspace;
  readonly config: ClientConfig;
  /** What the server has logged: events with their facts. */
  readonly log: (readonly [event: string, facts: object])[] = [];
  /** Endpoints that a request has got to, such as `POST /teams`. */
  readonly reached = new Set<string>();
  readonly #app: ReturnType<typeof buildApp>;

  private constructor(config: ClientConfig, overrides: Partial<Teamspace>) {
    this.config = config;
    this.teamspace = {
      database: new Database(config),
      keyring: new Keyring([newKey('2026-01-01T00:00:00Z')]),
      publicUrl: ORIGIN,
      lifetimes: LIFETIMES,
      version: '0.0.0',
      log: (_level, event, facts = {}) => void this.log.push([event, facts]),
      ...overrides,
    };
    const endpoints = asDescribed(ENDPOINTS, ({ method, path }) => {
      this.reached.add(`${method} ${path}`);
    });
    this.#app = buildApp(this.teamspace, endpoints, { proxies: 1 });
  }

  /** A server on a database of its own. */
  static async open(postgres: TestPostgres, overrides: Partial<Teamspace> = {}): Promise<TeamspaceWorld> {
    return new TeamspaceWorld(await postgres.database(), overrides);
  }

  /** Another server of the same database. */
  replica(): TeamspaceWorld {
    const { keyring, lifetimes } = this.teamspace;
    return new TeamspaceWorld(this.config, { keyring, lifetimes });
  }

  close(): Promise<void> {
    return this.teamspace.database.close();
  }

  /** Asks the server. @param address where the request seems to come from. */
  send = async (path: string, init: RequestInit = {}, address = '192.0.2.1'): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (!headers.has('host')) headers.set('host', 'teamspace.test');
    headers.set('x-forwarded-for', address);
    return this.#app.request(`${ORIGIN}${path}`, { ...init, headers });
  };

  browser(address?: string): TestBrowser {
    return new TestBrowser((path, init) => this.send(path, init, address), ORIGIN);
  }

  /** Sends a form to the API, and reads the answer. */
  async post(path: string, fields: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const response = await this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    return { status: response.status, body: (await response.json()) as ApiBody };
  }

  /** Asks the API with a token. */
  async get(path: string, token?: string): Promise<ApiAnswer> {
    const response = await this.send(path, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as ApiBody };
  }

  refresh(token: string, attempt?: string): Promise<ApiAnswer> {
    return this.post('/oauth/token', {
      grant_type: 'refresh_token',
      client_id: 'cli_native',
      refresh_token: token,
      ...(attempt !== undefined && { refresh_attempt: attempt }),
    });
  }

  /** Makes an account; its password is {@link PASSWORD}. */
  async person(name: string): Promise<Person> {
    const email = `${name.toLowerCase()}@example.org`;
    const passwordHash = await (hashed ??= hashPassword(PASSWORD));
    const id = await this.teamspace.database.whole((rows) =>
      createAccount(rows, 'test', { email, name, passwordHash }),
    );
    return { id, email, name };
  }

  team(name: string, owner: Person): Promise<{ id: string; slug: string }> {
    return this.teamspace.database.whole((rows) => createTeam(rows, 'test', name, owner.id));
  }

  /** Logs a program in, as the end of a flow would. */
  logIn({ id }: Person): Promise<TokenAnswer> {
    return this.teamspace.database.whole((rows) =>
      startSession(rows, this.teamspace, {
        accountId: id,
        clientId: 'cli_native',
        authFlow: 'device_code',
        scope: 'offline_access',
        userAgent: 'test',
      }),
    );
  }

  /** Signs a browser in by the page. */
  async signIn({ email }: Person, address?: string): Promise<TestBrowser> {
    const browser = this.browser(address);
    const page = await browser.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    if (page.status !== 303) throw new Error(page.text);
    return browser;
  }
}

/** What a program calls one attempt. */
export function newAttempt(): string {
  return randomBytes(16).toString('base64url');
}
