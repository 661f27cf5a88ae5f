import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@spec-kitty/core/ports/clock';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { REFRESH_LIMITS } from '@spec-kitty/core/refresh/refresh-limits';
import type { RefreshResult } from '@spec-kitty/core/refresh/refresh-machine';
import { refreshSession } from '@spec-kitty/core/refresh/refresh-session';
import type { Secret } from '@spec-kitty/core/session/secret';
import { sameAccount, type Session } from '@spec-kitty/core/session/session';
import type { NativeLock } from '../lock/kernel-lock.ts';
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
  /** One line for people, of what is not as sure as it should be. */
  readonly warn?: (line: string) => void;
  /** The locks of the kernel, where they are not those of this machine. */
  readonly native?: NativeLock;
}

/** The login at one server: read from disk each time, refreshed once for all processes. */
export class SessionKeeper {
  readonly store: FileSessionStore;
  readonly endpoint: HttpTokenEndpoint;
  readonly #options: KeeperOptions;
  #refreshing: { readonly result: Promise<RefreshResult>; readonly minValidityMs: number } | undefined;

  constructor(options: KeeperOptions) {
    const nowMs = () => options.clock.nowMicros() / 1000;
    this.#options = options;
    this.store = new FileSessionStore(options.root, options.issuer, nowMs);
    this.endpoint = new HttpTokenEndpoint(nowMs);
  }

  /**
   * Gives a session that is good for a while. Callers in one process share one refresh; that they do is no more than
   * thrift, since the lock between processes would hold them apart too. Whoever it does not serve asks again.
   *
   * @param rejected an access token that the server has refused before its time.
   */
  async fresh(
    caller: Session | null,
    minValidityMs: number = REFRESH_LIMITS.minValidity,
    rejected: Secret | null = null,
  ): Promise<RefreshResult> {
    const shared = this.#refreshing;
    if (shared === undefined) return this.#begin(caller, minValidityMs, rejected);
    const result = await shared.result;
    return minValidityMs <= shared.minValidityMs && serves(result, caller, rejected)
      ? result
      : this.fresh(caller, minValidityMs, rejected);
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  /** The lock of refreshes, which logins and logouts take, too. */
  lock(waitMs: number = REFRESH_LIMITS.wait): Lock {
    const { folder } = this.store;
    const { warn, native } = this.#options;
    const onFallback = (code: string) =>
      warn?.(
        `Warning: the file system has no locks (${code}), so a file stands for one that other machines may not see; ` +
          `set SPEC_KITTY_HOME to a folder on a disk of this machine: ${folder}\n`,
      );
    return openLock({ folder, waitMs, mode: 0o600, onFallback }, native);
  }

  #begin(caller: Session | null, minValidityMs: number, rejected: Secret | null): Promise<RefreshResult> {
    const end = () => (this.#refreshing = undefined);
    const result = this.#refresh(caller, minValidityMs, rejected).finally(end);
    this.#refreshing = { result, minValidityMs };
    return result;
  }

  #refresh(caller: Session | null, minValidityMs: number, rejected: Secret | null): Promise<RefreshResult> {
    const { clock, log } = this.#options;
    return refreshSession(
      {
        store: this.store,
        endpoint: this.endpoint,
        lock: this.lock(REFRESH_LIMITS.slice),
        clock,
        monotonicMs: () => performance.now(),
        pause: (ms) => pause(ms),
        newAttempt: () => randomBytes(16).toString('base64url'),
        log,
      },
      caller,
      minValidityMs,
      rejected,
    );
  }
}

/** Whether what another caller got is an answer to this one, too. */
function serves(result: RefreshResult, caller: Session | null, rejected: Secret | null): boolean {
  if ('session' in result) {
    const isRefused = rejected?.equals(result.session.tokens.access) === true;
    return !isRefused && (caller === null || sameAccount(caller, result.session));
  }
  return result.outcome !== 'account_changed';
}
