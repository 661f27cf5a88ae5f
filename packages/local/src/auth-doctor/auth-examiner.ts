import os from 'node:os';
import type { DaemonScope } from '@spec-kitty/core/auth-doctor/daemon-identity';
import type { DoctorFacts, PortScan } from '@spec-kitty/core/auth-doctor/doctor-facts';
import type { LockResult } from '@spec-kitty/core/auth-doctor/doctor-report';
import { type LoginStanding, loginStanding } from '@spec-kitty/core/auth-doctor/login-standing';
import { isRefreshDue, isStuck } from '@spec-kitty/core/auth-doctor/find-problems';
import {
  type ServerSession,
  statusAnswerOf,
  withoutLogin,
  withoutToken,
} from '@spec-kitty/core/auth-doctor/server-session';
import { Fault } from '@spec-kitty/core/fault';
import type { Clock } from '@spec-kitty/core/ports/clock';
import { isHostedSyncEnabled } from '@spec-kitty/core/rollout/rollout-gate';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { callApi } from '../api/call-api.ts';
import { forceRelease, lockState } from '../lock/lock-state.ts';
import { configExposure, loginServer, readConfiguredServer } from '../session/configured-server.ts';
import { currentServerFault } from '../session/current-server.ts';
import { FileSessionStore } from '../session/file-session-store.ts';
import { currentServer, otherServers, userSessionRoot } from '../session/open-session.ts';
import { folderFault } from '../session/secret-file.ts';
import { SessionKeeper } from '../session/session-keeper.ts';
import { authPlace } from './auth-place.ts';
import { readRepositoryEnv } from './repository-env.ts';
import { scanPorts } from './scan-ports.ts';

/** What the doctor is told. */
export interface ExaminerOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly version: string;
  readonly stuckMs: number;
  /** One line for people, while the server is asked. */
  readonly warn: (line: string) => void;
  /** Ports of daemons, unless it is those of the predecessor. */
  readonly ports?: DaemonScope['ports'];
  /** The server whose login is looked at, where it is not the one that commands use. */
  readonly issuer?: string;
}

const NO_SCAN: PortScan = { orphans: [], recorded: null, isComplete: false };
/** How long the server may take. */
const SERVER_MS = 10_000;

/** Looks at the login of this user, and at everything that could keep it from working. */
export class AuthExaminer {
  readonly #options: ExaminerOptions;
  readonly #root: string;
  readonly #issuer: string | undefined;

  constructor(options: ExaminerOptions) {
    this.#options = options;
    this.#root = userSessionRoot(options.env);
    this.#issuer = options.issuer ?? currentServer(this.#root, options.env);
  }

  /** Looks at who listens; what else there is may change meanwhile. */
  scan(): Promise<PortScan> {
    const { env, ports } = this.#options;
    return scanPorts({ root: this.#root, env, ...(ports && { ports }) });
  }

  /** The login as it is on disk now. */
  stored(): DoctorFacts['stored'] {
    return this.#store()?.read() ?? folderFault(this.#root) ?? { kind: 'absent' };
  }

  /** What the login is good for, without a look at ports. */
  standing(): LoginStanding {
    return loginStanding(this.facts(NO_SCAN, this.stored(), null));
  }

  /**
   * Gathers everything, without changing anything.
   *
   * @param before the login as it was in the beginning.
   * @param server what the server says, if it was asked.
   */
  facts(scan: PortScan, before: DoctorFacts['stored'], server: ServerSession | null): DoctorFacts {
    const { cwd, env, version, stuckMs } = this.#options;
    const named = env['SPEC_KITTY_SAAS_URL'] ?? '';
    const exposure = configExposure(this.#root);
    return {
      ...this.#storeFacts(),
      nowMs: this.#nowMs(),
      root: this.#root,
      stored: before,
      storedLast: this.stored(),
      server,
      host: os.hostname(),
      stuckMs,
      scan,
      repositoryEnv: readRepositoryEnv(cwd, env['HOME'] ?? os.homedir()),
      loginServer: loginServer(this.#root, env) ?? null,
      configured: named === '' ? null : parseServerUrl(named),
      configFault: exposure ? null : configFault(this.#root),
      configExposure: exposure ?? null,
      isHosted: isHostedSyncEnabled(env),
      version,
    };
  }

  #storeFacts(): Pick<
    DoctorFacts,
    | 'misplaced'
    | 'isCounted'
    | 'unfinished'
    | 'lock'
    | 'place'
    | 'issuer'
    | 'lastServer'
    | 'otherServers'
    | 'leftovers'
  > {
    const store = this.#store();
    const folder = store?.folder ?? this.#root;
    return {
      issuer: this.#issuer ?? null,
      lastServer: lastServerFault(this.#root),
      otherServers: otherServers(this.#root, this.#issuer),
      leftovers: store?.leftovers() ?? [],
      misplaced: store?.misplaced() ?? null,
      isCounted: store?.isCounted() ?? true,
      unfinished: store?.unfinished() ?? null,
      lock: lockState(folder, 'refresh'),
      place: authPlace(folder),
    };
  }

  /** Takes away sessions that were put aside and that nobody can open. @returns how many. */
  sweep(): number {
    return this.#store()?.sweep() ?? 0;
  }

  /** Releases the lock of refreshes if it is stuck, and only then. */
  unstick(): LockResult {
    const folder = this.#store()?.folder ?? this.#root;
    const { stuckMs } = this.#options;
    const nowMs = this.#nowMs();
    if (!isStuck(lockState(folder, 'refresh'), nowMs, stuckMs)) return 'not_stuck';
    if (forceRelease(folder, 'refresh', { olderThanMs: stuckMs, nowMs })) return 'released';
    return lockState(folder, 'refresh').isProven ? 'held' : 'kept';
  }

  /** Asks the server whether the login holds; the access token may be refreshed for it. */
  async server(): Promise<ServerSession> {
    const { env, clock, warn } = this.#options;
    const issuer = this.#issuer;
    if (issuer === undefined)
      return withoutLogin(parseServerUrl(env['SPEC_KITTY_SAAS_URL'] ?? '').kind === 'origin');
    const keeper = new SessionKeeper({ root: this.#root, issuer, clock, log: () => undefined, warn });
    const asked = await callApi(keeper, {
      method: 'GET',
      path: '/api/v1/session-status',
      withinMs: SERVER_MS,
      ...(this.#isRefreshDue() && { minValidityMs: Number.POSITIVE_INFINITY }),
    });
    return asked.kind === 'answered' ? statusAnswerOf(asked.answer) : withoutToken(asked.result);
  }

  #isRefreshDue(): boolean {
    return isRefreshDue(this.stored(), this.#store()?.unfinished() ?? null, this.#nowMs());
  }

  #store(): FileSessionStore | undefined {
    return this.#issuer === undefined
      ? undefined
      : new FileSessionStore(this.#root, this.#issuer, () => this.#nowMs());
  }

  #nowMs(): number {
    return this.#options.clock.nowMicros() / 1000;
  }
}

/** A folder that is not trusted is told as that. */
function lastServerFault(root: string): DoctorFacts['lastServer'] {
  return (folderFault(root) ? undefined : currentServerFault(root)) ?? null;
}

/** Why the user's own configuration names no server to log in to, though it should. */
function configFault(root: string): string | null {
  try {
    const server = parseServerUrl(readConfiguredServer(root) ?? '');
    if (server.kind === 'origin' || readConfiguredServer(root) === undefined) return null;
    return `config.toml names no server that tokens may be sent to, since ${server.why}`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.message;
  }
}
