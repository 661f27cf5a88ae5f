/** Merges commits to see whether it works, and changes nothing. */
export interface ConflictFinder {
  /**
   * Merges every two commits, by the attributes of the target's.
   *
   * @returns for each pair the files in conflict, and `null` where there is no conflict.
   */
  conflicts(
    pairs: readonly (readonly [string, string])[],
    target: string,
  ): Promise<readonly (readonly string[] | null)[]>;
  /** Resolves when it is time to look again, at the latest with `over`. */
  pause(over: Promise<unknown>): Promise<void>;
}
