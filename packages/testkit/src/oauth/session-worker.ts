import { randomBytes } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { REFRESH_LIMITS } from '@spec-kitty/core/refresh/refresh-limits';
import { refreshSession } from '@spec-kitty/core/refresh/refresh-session';
import type { Session } from '@spec-kitty/core/session/session';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { makeFolder } from '@spec-kitty/local/files/sync-folder';
import { openLock } from '@spec-kitty/local/lock/open-lock';
import { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { seededRandom } from '../faults/seeded-random.ts';
import { FaultInjector } from '../faults/injector/fault-injector.ts';
import { exampleSession } from './example-session.ts';

/** What a process is asked for, one line each; every one is answered with one line. */
export type WorkerOrder =
  /** Remembers the session, as a process that has loaded it before. */
  | { readonly do: 'load' }
  | {
      readonly do: 'fresh';
      /** How long it waits for the lock; as long as the product unless given. */
      readonly waitMs?: number;
      /** Folder of a lock that the others do not share, as on a disk without locks. */
      readonly lockFolder?: string;
      /** What goes wrong on the way. */
      readonly fault?: FaultPlan;
    }
  /** Logs somebody in under the lock, without asking the server; `root` and `issuer` are other ones. */
  | {
      readonly do: 'login';
      readonly name: string;
      readonly root?: string;
      readonly issuer?: string;
      readonly fault?: FaultPlan;
    }
  | { readonly do: 'logout'; readonly fault?: FaultPlan }
  /** Asks for the session at each server again and again, for so long, as commands would. */
  | {
      readonly do: 'soak';
      readonly issuers: readonly string[];
      readonly forMs: number;
      readonly lifetimeMs: number;
      readonly seed: string;
    }
  /** Reads until it is told to stop by a line, and counts what it saw. */
  | { readonly do: 'watch' };

/** What a process got. */
export interface WorkerResult {
  readonly outcome: string;
  readonly network: boolean;
  /** The refresh token that it would go on with. */
  readonly token: string | null;
}

/** A process's state between its orders. */
interface Work {
  readonly keeper: SessionKeeper;
  readonly root: string;
  readonly issuer: string;
  readonly lines: AsyncIterator<string>;
  loaded: Session | null;
}

/**
 * The body of a process that works with the session at a server, order by order, until its standard input ends.
 *
 * @public imported by source that `SessionWorld` generates.
 */
export async function runSessionWorker(root: string, issuer: string): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const work: Work = { keeper: keeperAt(root, issuer), root, issuer, lines, loaded: null };
  process.stdout.write('ready\n');
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const order = JSON.parse(line.value) as WorkerOrder;
    if ('fault' in order && order.fault) injector().arm(order.fault);
    const result = await perform(work, order);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

/** Functions that were imported by name are replaced, too. */
function injector(): FaultInjector {
  const made = new FaultInjector();
  syncBuiltinESMExports();
  return made;
}

function keeperAt(root: string, issuer: string): SessionKeeper {
  return new SessionKeeper({ root, issuer, clock: new SystemClock(), log: () => undefined });
}

async function perform(work: Work, order: WorkerOrder): Promise<WorkerResult> {
  const { store } = work.keeper;
  switch (order.do) {
    case 'load': {
      const stored = store.read();
      if (stored.kind === 'ok') work.loaded = stored.session;
      return resultOf(stored.kind, work.loaded);
    }
    case 'fresh': {
      const result = await fresh(work, order);
      return {
        ...resultOf(result.outcome, 'session' in result ? result.session : null),
        network: result.network,
      };
    }
    case 'login': {
      const { root = work.root, issuer = work.issuer } = order;
      const session = exampleSession(issuer, order.name);
      const keeper = keeperAt(root, issuer);
      makeFolder(keeper.store.folder, 0o700);
      await keeper.lock().hold('refresh', 'log in', async () => keeper.store.login(session));
      return resultOf(keeper.store.read().kind, session);
    }
    case 'logout':
      store.logout('user_logout');
      return resultOf('ended', null);
    case 'watch':
      return watch(work);
    case 'soak':
      return soak(work.root, order);
  }
}

function resultOf(outcome: string, session: Session | null): WorkerResult {
  return { outcome, network: false, token: session?.tokens.refresh.expose() ?? null };
}

function fresh(
  { keeper, loaded }: Work,
  { waitMs, lockFolder }: Extract<WorkerOrder, { readonly do: 'fresh' }>,
) {
  if (waitMs === undefined && lockFolder === undefined) return keeper.fresh(loaded);
  const { store, endpoint } = keeper;
  const slice = Math.min(waitMs ?? REFRESH_LIMITS.slice, REFRESH_LIMITS.slice);
  const lock = openLock({ folder: lockFolder ?? store.folder, waitMs: slice });
  return refreshSession(
    {
      store,
      endpoint,
      lock,
      ...(waitMs !== undefined && { waitMs }),
      clock: new SystemClock(),
      monotonicMs: () => performance.now(),
      pause: (ms) => pause(ms),
      newAttempt: () => randomBytes(16).toString('base64url'),
      log: () => undefined,
    },
    loaded,
  );
}

/** Tells of the first reading that gave no session, or how many there were. */
async function watch({ keeper, lines }: Work): Promise<WorkerResult> {
  let isOver = false;
  void lines.next().then(() => (isOver = true));
  for (let count = 0; ; count += 1) {
    const stored = keeper.store.read();
    if (stored.kind !== 'ok') return resultOf(JSON.stringify(stored), null);
    if (isOver) return { outcome: 'ok', network: false, token: String(count) };
    if (count % 64 === 0) await pause(0);
  }
}

/** @returns how often there was which outcome, as `outcome`; the number of commands as `token`. */
async function soak(
  root: string,
  { issuers, forMs, lifetimeMs, seed }: Extract<WorkerOrder, { readonly do: 'soak' }>,
): Promise<WorkerResult> {
  const random = seededRandom(seed);
  const counts: Record<string, number> = {};
  let commands = 0;
  for (const until = performance.now() + forMs; performance.now() < until; commands += 1) {
    const issuer = issuers[random.between(0, issuers.length - 1)] ?? '';
    // A keeper of its own each time: a command does not outlive its question.
    const keeper = keeperAt(root, issuer);
    const isReading = random.next() < 0.3;
    const outcome = isReading
      ? `read ${keeper.store.read().kind}`
      : (await keeper.fresh(null, lifetimeMs / 10)).outcome;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    await pause(random.between(0, lifetimeMs / 2));
  }
  return { outcome: JSON.stringify(counts), network: false, token: String(commands) };
}
