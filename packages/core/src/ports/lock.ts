/** Who holds a lock, as written into its file for others to read. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO time at which the lock was taken. */
  readonly since: string;
  /** The command that took it, such as `move-task`. */
  readonly purpose: string;
}

/** What can be seen of a lock from outside. */
export interface LockState {
  /** `abandoned_record`: nobody holds it, and whoever did was not able to say so; the next holder takes it over. */
  readonly state: 'free' | 'held' | 'abandoned_record';
  /** `null` where there is no record, or none that can be read. */
  readonly holder: LockHolder | null;
  /** Whether the one in the record still runs; `unknown` is anybody who cannot be seen from here. */
  readonly verdict: 'alive' | 'dead' | 'unknown';
  /** When it was taken, by its record or else by its file; `null` where it is free. */
  readonly sinceMs: number | null;
  /** Whether nothing but a file says that it is held: then a person may know better. */
  readonly releasable: boolean;
  /** Whether the process in the record is seen to be the one that holds it, so that ending that one frees it. */
  readonly isProven: boolean;
}

/**
 * Mutual exclusion between processes of one repository.
 *
 * Every implementation passes `lockContract` in the testkit.
 */
export interface Lock {
  /**
   * Runs `body` while holding the lock called `name`.
   *
   * @throws Fault `busy` `LOCK_BUSY`, naming the holder, when it is not free within the wait time.
   */
  hold<T>(name: string, purpose: string, body: () => Promise<T>): Promise<T>;
}
