/** Who holds a lock, as written into its file for others to read. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO time at which the lock was taken. */
  readonly since: string;
  /** The command that took it, such as `move-task`. */
  readonly purpose: string;
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
