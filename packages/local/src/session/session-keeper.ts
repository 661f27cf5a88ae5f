import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@spec-kitty/core/ports/clock';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { REFRESH_LIMITS } from '@spec-kitty/core/refresh/refresh-limits';
import type { RefreshResult } from '@spec-kitty/core/refresh/refresh-machine';
import { refreshSession } from '@spec-kitty/core/refresh/refresh-session';
import type { Secret } from '@spec-kitty/core/session/secret';
import type { Session } from '@spec-kitty/core/session/session';
import { openLock } from '../lock/open-lock.ts';
import { FileSessionStore } from './file-session-store.ts';
import { HttpTokenEndpoint } from './http-token-endpoint.ts';

/** Whose login it is, and where it is kept. */
export interface KeeperOptions {
  /** Folder of this user's logins: see `sessionRoot`. */
  readonly root: string;
  readonly issuer: string;
  readonly clock: Clock;
  /** One line for each refresh, without secrets. */
  readonly log: (line: string) => void;
}

/** The login at one server: read from disk each time, refreshed once for all processes. */
export class SessionKeeper {
  readonly store: FileSessionStore;
  readonly endpoint: HttpTokenEndpoint;
  readonly #options: KeeperOptions;
  #refreshing: Promise<RefreshResult> | undefined;

  constructor(options: KeeperOptions) {
    const nowMs = () => options.clock.nowMicros() / 1000;
    this.#options = options;
    this.store = new FileSessionStore(options.root, options.issuer, nowMs);
    this.endpoint = new HttpTokenEndpoint(nowMs);
  }

  /**
   * Gives a session that is good for a while. Callers in one process share one refresh; that they do is no more than
   * thrift, since the lock between processes would hold them apart too.
   *
   * @param rejected an access token that the server has refused before its time.
   */
  async fresh(
    caller: Session | null,
    minValidityMs?: number,
    rejected: Secret | null = null,
  ): Promise<RefreshResult> {
    if (rejected !== null) {
      await this.#refreshing;
      return this.#refresh(caller, minValidityMs, rejected);
    }
    this.#refreshing ??= this.#refresh(caller, minValidityMs).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** The lock of refreshes, which logins and logouts take, too. */
  lock(waitMs: number = REFRESH_LIMITS.wait): Lock {
    return openLock({ folder: this.store.folder, waitMs, mode: 0o600 });
  }

  #refresh(
    caller: Session | null,
    minValidityMs: number | undefined,
    rejected: Secret | null = null,
  ): Promise<RefreshResult> {
    const { clock, log } = this.#options;
    return refreshSession(
      {
        store: this.store,
        endpoint: this.endpoint,
        lock: this.lock(),
        clock,
        monotonicMs: () => performance.now(),
        pause: (ms) => pause(ms),
        log,
      },
      caller,
      minValidityMs,
      rejected,
    );
  }
}
