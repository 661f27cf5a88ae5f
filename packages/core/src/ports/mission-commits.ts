/** Commits a mission's own files on the branch that is checked out, leaving everything else as it is. */
export interface MissionCommits {
  /**
   * Commits everything below `kitty-specs/<directory>/`; staged changes elsewhere stay staged and uncommitted.
   *
   * @returns the commit, or `undefined` when there was nothing to commit.
   * @throws Fault `NO_IDENTITY`, `MERGE_IN_PROGRESS` or `MISSION_IGNORED`.
   */
  commit(directory: string, message: string): Promise<string | undefined>;
  /** Files below `kitty-specs/<directory>/` that differ from HEAD, by path relative to the repository. */
  changed(directory: string): Promise<readonly string[]>;
}
