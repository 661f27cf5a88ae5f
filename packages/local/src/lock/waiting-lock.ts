import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { diskFault } from '../files/disk-fault.ts';
import { lockFileName } from './lock-file-name.ts';
import type { HolderRecord, LockMethod } from './lock-method.ts';
import { judgeHolder, holderRecord, thisPlace } from './process-identity.ts';

/** Where locks live, and how patient their users are. */
export interface LockOptions {
  /** Folder for the lock files, created when needed. */
  readonly folder: string;
  /** How long to wait for another holder before `LOCK_BUSY`; 10 seconds unless given. */
  readonly waitMs?: number;
  /** Permissions of new lock files, as the umask leaves them; all who may write the folder unless given. */
  readonly mode?: number;
  /** Told the system's code where the file system turns out to have no locks, and files stand for them. */
  readonly onFallback?: (code: string) => void;
}

const DEFAULT_WAIT_MS = 10_000;
/** With 16 waiters on holds of 2 ms, longer pauses leave the lock idle and shorter ones only cost CPU. */
const LONGEST_PAUSE_MS = 20;

/** A lock that the running call chain is inside of. */
interface Holding {
  readonly file: string;
  readonly outer: Holding | undefined;
  ended: boolean;
}

const holdings = new AsyncLocalStorage<Holding>();

/** A {@link Lock} by any method, with a bounded wait; waiters are not served in order. */
export class WaitingLock implements Lock {
  readonly #folder: string;
  readonly #waitMs: number;
  readonly #method: LockMethod;

  constructor(options: LockOptions, method: LockMethod) {
    this.#folder = path.resolve(options.folder);
    this.#waitMs = options.waitMs ?? DEFAULT_WAIT_MS;
    this.#method = method;
  }

  async hold<T>(name: string, purpose: string, body: () => Promise<T>): Promise<T> {
    const file = path.join(this.#folder, lockFileName(name));
    const outer = holdings.getStore();
    // Waiting would be waiting for oneself, and sharing would hide that two callers each expect to be alone.
    if (isInside(outer, file)) throw new Error(`The lock "${name}" is taken again inside its own body`);

    const release = await this.#take(name, file, purpose);
    const holding: Holding = { file, outer, ended: false };
    try {
      return await holdings.run(holding, body);
    } finally {
      holding.ended = true;
      release();
    }
  }

  async #take(name: string, file: string, purpose: string): Promise<() => void> {
    const deadline = performance.now() + this.#waitMs;
    try {
      mkdirSync(this.#folder, { recursive: true });
      for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        const release = this.#method.tryTake(file, holderRecord(purpose));
        if (release) return release;
        const left = deadline - performance.now();
        if (left <= 0) break;
        await sleep(Math.min(left, pause * (0.5 + Math.random())));
      }
    } catch (error) {
      throw diskFault(error, (error as NodeJS.ErrnoException).path ?? file);
    }
    const holder = await this.#liveHolder(file);
    throw busy(name, holder, this.#method.abandonedFile?.(file));
  }

  /** A dead holder's record stays until its successor has written its own, which takes a moment. */
  async #liveHolder(file: string): Promise<HolderRecord | undefined> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const holder = this.#method.readHolder(file);
      if (holder && judgeHolder(holder, thisPlace()) !== 'dead') return holder;
      await sleep(10);
    }
    return undefined;
  }
}

function isInside(holding: Holding | undefined, file: string): boolean {
  for (let at = holding; at; at = at.outer) {
    // Work that outlives the body it was started in holds nothing any more.
    if (at.file === file && !at.ended) return true;
  }
  return false;
}

function busy(name: string, record: HolderRecord | undefined, abandonedFile: string | undefined): Fault {
  const wait = 'Wait until it has finished, then run the command again.';
  if (!record) {
    return new Fault('busy', 'LOCK_BUSY', `Another process holds this lock: ${name}`, {
      hints: [wait],
      details: { lock: name, holder: null },
    });
  }
  const here = thisPlace();
  const { pid, host, since, purpose } = record;
  const place = host === here.host ? '' : ` on ${host || 'an unknown machine'}`;
  const unseen = abandonedFile !== undefined && judgeHolder(record, here) === 'unknown';
  return new Fault(
    'busy',
    'LOCK_BUSY',
    `${purpose} (process ${pid}${place}) has held this lock since ${since}: ${name}`,
    {
      hints: unseen ? [wait, `If that process no longer runs, delete ${abandonedFile}`] : [wait],
      details: { lock: name, holder: { pid, host, since, purpose } },
    },
  );
}

function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
