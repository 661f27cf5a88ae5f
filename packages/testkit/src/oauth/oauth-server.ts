import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A person with an account; `password` is none: whoever comes to the page is this person. */
export interface OAuthAccount {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  teams: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly is_private_teamspace?: boolean;
  }[];
}

/** How the server behaves where the protocol leaves it free. */
export interface OAuthOptions {
  accessLifetimeS: number;
  /** How long a token that was rotated is taken for a benign replay, and not for theft. */
  graceMs: number;
  /** Whether one that comes back later ends its family; else it is rejected, and no more. */
  reuseEnds: boolean;
  /** Whether it knows an attempt again, and gives it the answer that was lost. */
  repeatsAttempts: boolean;
  /** `null`: refresh tokens do not say when they end. */
  refreshLifetimeS: number | null;
  deviceInterval: number;
  /** How clients know it, where that is not its own address. */
  issuer: string | null;
}

/** A family of refresh tokens: one login, whose token changes with every refresh. */
interface Family {
  readonly account: OAuthAccount;
  readonly sessionId: string;
  generation: number;
  current: string;
  access: string;
  accessUntilMs: number;
  readonly rotated: Map<string, number>;
  /** Of the newest rotation: what it was asked by, and answered with. */
  last: { readonly attempt: string | undefined; readonly answer: Readonly<Record<string, unknown>> } | null;
  ended: 'revoked' | 'reuse' | null;
}

/** One request as it came in; secrets are in it, as a test looks for them. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly form: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Code {
  readonly account: OAuthAccount;
  readonly challenge: string;
  readonly redirectUri: string;
}

interface Device {
  readonly userCode: string;
  state: 'pending' | 'approved' | 'denied' | 'expired';
  interval: number;
  askedMs: number;
}

const ADA: OAuthAccount = {
  userId: 'user-ada',
  email: 'ada@example.org',
  name: 'Ada',
  teams: [{ id: 'team-ada', name: 'Ada’s own', role: 'owner', is_private_teamspace: true }],
};

/**
 * A small OAuth server that keeps its word (A§1): rotation, families, benign replays, theft, revocation, device flow.
 *
 * What it tells nobody is kept in memory; it listens on this machine alone.
 */
export class OAuthServer {
  readonly options: OAuthOptions = {
    accessLifetimeS: 3600,
    graceMs: 60_000,
    reuseEnds: true,
    repeatsAttempts: false,
    refreshLifetimeS: 90 * 86_400,
    deviceInterval: 5,
    issuer: null,
  };
  /** Fields that answers have beside the usual ones. */
  readonly extra: Record<'token' | 'me', Readonly<Record<string, unknown>>> = { token: {}, me: {} };
  readonly requests: LoggedRequest[] = [];
  /** Everything that it has given out and that nobody else may see. */
  readonly secrets: string[] = [];
  account = ADA;
  readonly #families: Family[] = [];
  readonly #codes = new Map<string, Code>();
  readonly #devices = new Map<string, Device>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @returns the origin. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Requests of a path. */
  calls(path: string): readonly LoggedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Logs the account in, as the end of a flow would; the answer is a token response. */
  grant(account = this.account): Readonly<Record<string, unknown>> {
    const family: Family = {
      account,
      sessionId: `session-${id()}`,
      generation: 0,
      current: '',
      access: '',
      accessUntilMs: 0,
      rotated: new Map(),
      last: null,
      ended: null,
    };
    this.#families.push(family);
    return this.#rotate(family);
  }

  /** Ends every login, as an administrator would. */
  revokeAll(): void {
    for (const family of this.#families) family.ended ??= 'revoked';
  }

  /** Refuses every access token that is out, before its time. */
  refuseAccess(): void {
    for (const family of this.#families) family.accessUntilMs = 0;
  }

  /** How many families were ended since a spent token came back too late. */
  thefts(): number {
    return this.#families.filter(({ ended }) => ended === 'reuse').length;
  }

  /** Whether some login of this refresh token is honoured. */
  honours(refreshToken: string): boolean {
    return this.#families.some(({ current, ended }) => current === refreshToken && ended === null);
  }

  /** What the person does with the code that the device shows. */
  decideDevice(state: Device['state'], userCode?: string): void {
    for (const device of this.#devices.values())
      if (userCode === undefined || device.userCode === userCode) device.state = state;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    let body = '';
    for await (const part of request) body += String(part);
    const form = Object.fromEntries(new URLSearchParams(body));
    const authorization = request.headers.authorization ?? null;
    this.requests.push({ method: request.method ?? '', path: url.pathname, authorization, form, body });
    const route = `${request.method} ${url.pathname}`;
    if (route === 'GET /oauth/authorize') return this.#authorize(url, response);
    if (route === 'GET /device') return page(response, this.#approve(url.searchParams.get('code')));
    const asking = (answer: (family: Family) => Answer[1]) => this.#asking(authorization, answer);
    const answers: Readonly<Record<string, () => Answer>> = {
      'POST /oauth/token': () => this.#token(form),
      'POST /oauth/device': () => this.#device(form),
      'POST /oauth/revoke': () => this.#revoke(form),
      'GET /api/v1/me': () => asking((family) => ({ ...meOf(family), ...this.extra.me })),
      'GET /api/v1/session-status': () => asking(statusOf),
      'POST /api/v1/ws-token': () => asking(({ sessionId }) => this.#wsTicket(sessionId)),
    };
    send(response, ...(answers[route]?.() ?? ([404, { error: 'not_found' }] as const)));
  }

  #authorize(url: URL, response: ServerResponse): void {
    const asked = Object.fromEntries(url.searchParams);
    const redirect = new URL(asked['redirect_uri'] ?? 'http://127.0.0.1/');
    const isSound =
      asked['client_id'] === 'cli_native' &&
      asked['response_type'] === 'code' &&
      asked['code_challenge_method'] === 'S256' &&
      redirect.hostname === '127.0.0.1' &&
      redirect.pathname === '/callback';
    if (!isSound) return send(response, 400, { error: 'invalid_request' });
    const code = this.#secret('code');
    this.#codes.set(code, {
      account: this.account,
      challenge: asked['code_challenge'] ?? '',
      redirectUri: asked['redirect_uri'] ?? '',
    });
    redirect.search = new URLSearchParams({
      code,
      state: asked['state'] ?? '',
      iss: this.options.issuer ?? this.origin,
    }).toString();
    response.writeHead(302, { location: redirect.href }).end();
  }

  #token(form: Readonly<Record<string, string>>): Answer {
    if (form['client_id'] !== 'cli_native') return [401, { error: 'invalid_client' }];
    switch (form['grant_type']) {
      case 'authorization_code':
        return this.#exchange(form);
      case 'refresh_token':
        return this.#refresh(form['refresh_token'] ?? '', form['refresh_attempt']);
      case 'urn:ietf:params:oauth:grant-type:device_code':
        return this.#poll(form['device_code'] ?? '');
      default:
        return [400, { error: 'unsupported_grant_type' }];
    }
  }

  #exchange({
    code = '',
    code_verifier: verifier = '',
    redirect_uri: uri,
  }: Readonly<Record<string, string>>): Answer {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return found && found.challenge === challenge && found.redirectUri === uri
      ? [200, this.grant(found.account)]
      : [400, { error: 'invalid_grant' }];
  }

  #refresh(token: string, attempt: string | undefined): Answer {
    const family = this.#families.find((one) => one.current === token || one.rotated.has(token));
    if (!family || family.ended !== null) return [400, { error: 'invalid_grant' }];
    const rotatedMs = family.rotated.get(token);
    if (rotatedMs === undefined) {
      const answer = this.#rotate(family);
      family.last = { attempt, answer };
      return [200, answer];
    }
    const isLost = attempt !== undefined && attempt === family.last?.attempt;
    if (isLost && this.options.repeatsAttempts) return [200, family.last?.answer ?? {}];
    if (Date.now() - rotatedMs <= this.options.graceMs)
      return [409, { error: 'refresh_replay_benign_retry', retry_after: 1 }];
    if (this.options.reuseEnds) family.ended = 'reuse';
    return [400, { error: 'invalid_grant' }];
  }

  #rotate(family: Family): Readonly<Record<string, unknown>> {
    const { accessLifetimeS, refreshLifetimeS } = this.options;
    if (family.current !== '') family.rotated.set(family.current, Date.now());
    family.current = this.#secret('refresh');
    family.access = this.#secret('access');
    family.accessUntilMs = Date.now() + accessLifetimeS * 1000;
    family.generation += 1;
    return {
      access_token: family.access,
      refresh_token: family.current,
      token_type: 'Bearer',
      expires_in: accessLifetimeS,
      session_id: family.sessionId,
      scope: 'offline_access',
      generation: family.generation,
      ...(refreshLifetimeS === null ? {} : { refresh_token_expires_in: refreshLifetimeS }),
      ...this.extra.token,
    };
  }

  #device({ client_id: client }: Readonly<Record<string, string>>): Answer {
    if (client !== 'cli_native') return [401, { error: 'invalid_client' }];
    const code = this.#secret('device');
    const userCode = 'ABCD1234';
    const { deviceInterval: interval, issuer } = this.options;
    const typeAt = `${issuer ?? this.origin}/device`;
    this.#devices.set(code, { userCode, state: 'pending', interval, askedMs: Date.now() });
    return [
      200,
      {
        device_code: code,
        user_code: userCode,
        verification_uri: typeAt,
        verification_uri_complete: `${typeAt}?code=${userCode}`,
        expires_in: 900,
        interval,
      },
    ];
  }

  /** Whoever opens the page of a code approves it. */
  #approve(userCode: string | null): string {
    if (userCode === null) return 'Add ?code= and the code that the terminal shows to this address.';
    this.decideDevice('approved', userCode.replace('-', ''));
    return 'Approved. The terminal goes on.';
  }

  #poll(code: string): Answer {
    const device = this.#devices.get(code);
    if (!device || device.state === 'expired') return [400, { error: 'expired_token' }];
    if (device.state === 'denied') return [400, { error: 'access_denied' }];
    const early = Date.now() - device.askedMs < device.interval * 1000 - 50;
    device.askedMs = Date.now();
    if (early) {
      device.interval += 5;
      return [400, { error: 'slow_down' }];
    }
    if (device.state === 'pending') return [400, { error: 'authorization_pending' }];
    this.#devices.delete(code);
    return [200, this.grant()];
  }

  #secret(kind: string): string {
    const secret = `${kind}-${id()}`;
    this.secrets.push(secret);
    return secret;
  }

  #wsTicket(sessionId: string): Answer[1] {
    const address = this.origin.replace('http', 'ws');
    return {
      ws_token: this.#secret('ticket'),
      ws_url: `${address}/ws`,
      expires_in: 60,
      session_id: sessionId,
    };
  }

  #revoke({ token = '' }: Readonly<Record<string, string>>): Answer {
    const family = this.#families.find((one) => one.current === token || one.rotated.has(token));
    if (family) family.ended ??= 'revoked';
    return [200, { revoked: true }];
  }

  #asking(authorization: string | null, answer: (family: Family) => Answer[1]): Answer {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const family = this.#families.find(({ access }) => access === token);
    const isGood = family && family.ended === null && family.accessUntilMs > Date.now();
    return isGood ? [200, answer(family)] : [401, { error: 'invalid_token' }];
  }
}

type Answer = readonly [status: number, body: Readonly<Record<string, unknown>>];

function meOf({ account, sessionId }: Family): Answer[1] {
  const { userId, email, name, teams } = account;
  return { user_id: userId, email, name, teams, session_id: sessionId };
}

function statusOf({ sessionId, generation }: Family): Answer[1] {
  return { status: 'active', session_id: sessionId, current_generation: generation };
}

function send(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function page(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function id(): string {
  return randomBytes(16).toString('base64url');
}
