/** One lane's reviewed commit, on its way to the target. */
export interface LaneCommit {
  readonly laneId: string;
  readonly packages: readonly string[];
  readonly commit: string;
}

/** A merge that has been made beside all checkouts and moves nothing yet. */
export interface Integration {
  readonly target: string;
  /** Tip of the target that the merge is made on; applying stops if it has moved. */
  readonly before: string;
  /** Commit that holds every lane. */
  readonly merged: string;
  /** Paths that differ between the two. */
  readonly changed: readonly string[];
}

/** The mission's own files as they go into the last commit, by path relative to the repository. */
export interface SealedFiles {
  /** Files of the primary checkout, taken as they are; one that is gone there is removed. */
  readonly copied: readonly string[];
  /** Files with the text they get; they win over copied ones. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A merge on its way to the target. */
export interface Landing {
  readonly integration: Integration;
  /** Commit that the target goes to. */
  readonly commit: string;
  /** Folders of Spec Kitty's own files: their index follows, the files are written with the events. */
  readonly ownPaths: readonly string[];
  /** Name below `refs/spec-kitty/backup/` that keeps the old tip. */
  readonly backup: string;
  /** What the caller wants back from {@link Integrator.resume}. */
  readonly note: string;
}

/** The Git side of merging. Nothing but {@link Integrator.apply} touches a branch or a checkout. */
export interface Integrator {
  /** Contents of a file on a branch, or `undefined`. */
  show(branch: string, path: string): Promise<string | undefined>;
  /**
   * Merges the lanes, one after the other, onto the tip of the target, in a scratch worktree.
   *
   * @throws Fault `MERGE_CONFLICT` with lane and paths; everything is then as it was.
   */
  prepare(
    target: string,
    lanes: readonly LaneCommit[],
    messages: (lane: LaneCommit) => string,
  ): Promise<Integration>;
  /**
   * Runs a command in the merged tree, which is prepared like a lane's worktree.
   *
   * @throws Fault `VALIDATION_FAILED` or `VALIDATION_NOT_RUN`, or what preparing throws.
   */
  validate(command: readonly string[]): Promise<void>;
  /** Commits the mission's own files on top of the merge; returns the commit. */
  seal(files: SealedFiles, message: string): Promise<string>;
  /**
   * Brings the target and then every checkout of it to the sealed commit. It stays on record until {@link Integrator.forget}.
   *
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES` or `TARGET_MOVED`; nothing is changed then.
   */
  apply(landing: Landing): Promise<void>;
  /** Lets the checkouts follow a target that was moved by a merge that did not come to its end; what it had landed. */
  resume(): Promise<Landing | undefined>;
  /** Ends a merge: nothing that belongs to it is left to do. */
  forget(): void;
  /** Removes the scratch worktree; what cannot be removed is left for the next merge. */
  discard(): void;
}
