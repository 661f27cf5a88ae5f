/** Where a commit goes, and what it says. */
export interface MissionCommit {
  /** The commit goes there and nowhere else, whatever is checked out by now. */
  readonly branch: string;
  /** What the caller found at the tip of the branch; a branch that does not lead there any more was set back meanwhile. */
  readonly since: string | null;
  readonly message: string;
}

/** Commits a mission's own files on the branch that is checked out, leaving everything else as it is. */
export interface MissionCommits {
  /**
   * Makes sure, before anything is written, that a commit of the mission's files can be made.
   *
   * @throws Fault `GIT_IDENTITY_MISSING`, `MERGE_IN_PROGRESS` or `MISSION_IGNORED`.
   */
  requirePossible(directory: string): Promise<void>;
  /**
   * Commits everything below `kitty-specs/<directory>/`; staged changes elsewhere stay staged and uncommitted.
   *
   * @returns the commit, or `undefined` when there was nothing to commit.
   * @throws Fault `WRONG_BRANCH`, `TARGET_MOVED`, `GIT_IDENTITY_MISSING`, `MERGE_IN_PROGRESS`, `MISSION_IGNORED` or `GIT_LOCKED`.
   */
  commit(directory: string, commit: MissionCommit): Promise<string | undefined>;
  /** The commit of a branch that first had a text somewhere below `kitty-specs/<directory>/`. */
  firstWith(
    directory: string,
    wanted: { readonly branch: string; readonly text: string },
  ): Promise<string | undefined>;
  /** Paths that a commit changes, relative to the repository. */
  filesOf(commit: string): Promise<readonly string[]>;
  /** Files below `kitty-specs/<directory>/` that differ from HEAD, by path relative to the repository. */
  changed(directory: string): Promise<readonly string[]>;
}
