import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Session } from '@spec-kitty/core/session/session';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { type KeeperOptions, SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import { type BundledEntry, bundleEntry } from '../bundle-entry.ts';
import { FaultProxy } from './fault-proxy.ts';
import { guardNetwork } from './guard-network.ts';
import { openServer } from './open-server.ts';
import type { WorkerOrder, WorkerResult } from './session-worker.ts';

/** A real process that works with the session, order by order. */
export interface SessionProcess {
  readonly child: ChildProcess;
  /** Asks for one thing; `killed` where the process ends before it has answered. */
  ask(order: WorkerOrder): Promise<WorkerResult | 'killed'>;
  /** Writes a line that is no order. */
  tell(line: string): void;
}

/** Bundles the program of the processes. */
export function bundleSessionWorker(): Promise<BundledEntry> {
  return bundleEntry(
    `import { runSessionWorker } from '@spec-kitty/testkit/oauth/session-worker';
     await runSessionWorker(process.argv[2] ?? '', process.argv[3] ?? '');`,
  );
}

/** A user's folder, a server behind a bad network, and processes that share both. */
export class SessionWorld {
  readonly server = openServer();
  readonly proxy = new FaultProxy(() => this.server.origin);
  readonly base = mkdtempSync(path.join(tmpdir(), 'session-world-'));
  readonly root = path.join(this.base, 'auth');
  issuer = '';
  /** What refreshes of this process have logged. */
  readonly log: string[] = [];
  readonly #program: string;
  readonly #network = guardNetwork();
  readonly #children: ChildProcess[] = [];

  private constructor(program: string) {
    this.#program = program;
  }

  static async open({ file }: Pick<BundledEntry, 'file'>): Promise<SessionWorld> {
    const world = new SessionWorld(file);
    await world.server.listen();
    world.issuer = await world.proxy.listen();
    world.server.options.issuer = world.issuer;
    return world;
  }

  /** @throws Error where anybody has tried to reach another machine, whatever became of the attempt. */
  async dispose(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.proxy.close();
    await this.server.close();
    rmSync(this.base, { recursive: true, force: true });
    const attempts = this.#network.recorded();
    if (attempts.length > 0) throw new Error(`Not on this machine: ${attempts.join('; ')}`);
  }

  keeper(options: Partial<KeeperOptions> = {}): SessionKeeper {
    const { root, issuer } = this;
    const log = (line: string) => void this.log.push(line);
    return new SessionKeeper({ root, issuer, clock: new SystemClock(), log, ...options });
  }

  /** Logs in, with an access token that the client takes for expired after so many seconds. */
  async login(accessLifetimeS = -1): Promise<Session> {
    const tokens = tokensOf(await this.server.grant(), Date.now());
    if (!tokens) throw new Error('The server gave no tokens');
    const { userId, email, name } = this.server.account;
    const session: Session = {
      issuer: this.issuer,
      account: { userId, email, name, teams: [{ id: 't', name: 'Own', role: 'owner', isPrivate: true }] },
      tokens: { ...tokens, accessExpiresAtMs: Date.now() + accessLifetimeS * 1000 },
      method: 'device_code',
    };
    this.keeper().store.login(session);
    return session;
  }

  /** The refresh token on disk. */
  current(): string | null {
    const stored = this.keeper().store.read();
    return stored.kind === 'ok' ? stored.session.tokens.refresh.expose() : null;
  }

  /** The refresh tokens that the server was sent. */
  sent(): readonly (string | undefined)[] {
    return this.server.calls('/oauth/token').map(({ form }) => form['refresh_token']);
  }

  /** Resolves once the server has got so many requests for tokens. */
  asked(count: number): Promise<void> {
    return until(() => this.server.calls('/oauth/token').length >= count);
  }

  /** Resolves once so many requests are on their way, whether the server has heard of them or not. */
  sentOff(count: number): Promise<void> {
    return until(() => this.proxy.paths.length >= count);
  }

  /** Starts processes; they have all loaded their program, and wait for an order. */
  start(count: number, env: Readonly<Record<string, string>> = {}): Promise<readonly SessionProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.#startOne(env)));
  }

  async #startOne(env: Readonly<Record<string, string>>): Promise<SessionProcess> {
    const child = spawn(process.execPath, [this.#program, this.root, this.issuer], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.#children.push(child);
    // Whoever was killed takes no more orders.
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const tell = (line: string) => void child.stdin.write(`${line}\n`);
    const ask = async (order: WorkerOrder) => {
      tell(JSON.stringify(order));
      const line = await lines.next();
      return line.done ? 'killed' : (JSON.parse(line.value) as WorkerResult);
    };
    return { child, ask, tell };
  }
}

/** Lets processes go at the same moment. */
export function askAll(
  processes: readonly SessionProcess[],
  order: WorkerOrder,
): Promise<readonly (WorkerResult | 'killed')[]> {
  return Promise.all(processes.map((one) => one.ask(order)));
}

/** However slow the machine is; a test that waits in vain ends by its own limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
