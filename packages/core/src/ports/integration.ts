import type { MergeStrategy } from '../project/merge-strategy.ts';

/** One lane's reviewed commit, on its way to the target. */
export interface LaneCommit {
  readonly laneId: string;
  readonly packages: readonly string[];
  readonly commit: string;
  /** Commit that it stood at when the first of the packages was claimed; `null` where no event names one. */
  readonly base: string | null;
  /** What was reviewed of each package, in the order of the lane; `null` where no event names a commit. */
  readonly reviewed: readonly { readonly wp: string; readonly commit: string | null }[];
  /** When the last of the reviews ended. */
  readonly reviewedAtMs?: number;
}

/** Who wrote a package's commits, as `Name <address>`. */
export interface Credit {
  readonly wp: string;
  readonly commit: string;
  readonly authors: readonly string[];
}

/** One place where both sides changed the same lines. */
export interface ConflictHunk {
  /** Line in the file with its markers, from 1. */
  readonly line: number;
  /** What the target has there, with the lanes merged before. */
  readonly ours: string;
  readonly theirs: string;
}

/** A path that a lane and what it meets have changed in ways that Git cannot bring together. */
export interface MergeConflict {
  readonly lane: string;
  readonly path: string;
  /** As Git calls it: `content`, `add/add`, `modify/delete`, `rename/rename` and so on. */
  readonly kind: string;
  /** Empty where the conflict is not one of lines. */
  readonly hunks: readonly ConflictHunk[];
}

/** What one lane brings to the target. */
export interface LaneResult extends LaneCommit {
  /** Number of commits that the target did not have. */
  readonly commits: number;
  /** Of these, those with more than one parent. */
  readonly merges: number;
  /** Number of those that change nothing. */
  readonly empty: number;
  readonly files: readonly string[];
  readonly conflicts: readonly MergeConflict[];
}

/** One merge that was recomputed path by path and came out the same. */
export interface ProofStep {
  readonly ours: string;
  readonly theirs: string;
  /** Tree of the result. */
  readonly result: string;
  /** Number of paths that were compared. */
  readonly paths: number;
  /** Number of those that both sides had changed. */
  readonly both: number;
}

/** A lane whose work the target has already: its commit itself, or a commit with the same changes. */
export interface LandedLane {
  readonly lane: string;
  readonly by: 'ancestry' | 'patch-id';
}

/** A merge that was left on a branch for a pull request. */
export interface Proposal {
  /** When it was recorded, later than everything recorded before. */
  readonly at: string;
  /** Short name of that branch; `null` where the record does not say it. */
  readonly branch: string | null;
  readonly strategy: string | null;
  /** Commit of each lane in it, by the lane's id: it says nothing about later ones. */
  readonly lanes: Readonly<Partial<Record<string, string>>>;
  readonly before: string;
  readonly merged: string;
}

/** How a merge gets on a branch for a pull request; nothing moves yet. */
export interface Offer {
  readonly branch: string;
  /** Where the branch is now; `null` where it is to be made. */
  readonly from: string | null;
  /** Where it goes: always on from there, so that pushing it again is no force. */
  readonly to: string;
  /** Worktrees that have it checked out and follow. */
  readonly checkouts: readonly string[];
  /** Ref that keeps where it was; `null` where it is made or stays. */
  readonly backup: string | null;
  /** Remote to push to; `null` where the repository has none. */
  readonly remote: string | null;
}

/** What is to be merged, and the words for it. */
export interface MergeOrder {
  /** Directory of the mission, for commands in hints. */
  readonly mission: string;
  readonly target: string;
  readonly lanes: readonly LaneCommit[];
  readonly strategy: MergeStrategy;
  /** What was offered as one change, where anything was. */
  readonly proposal: Proposal | null;
  readonly laneMessage: (lane: LaneCommit) => string;
  readonly squashMessage: (credits: readonly Credit[]) => string;
}

/** A merge that has been made beside all checkouts and moves nothing yet. */
export interface Integration {
  readonly target: string;
  /** `landed`: the target had it already. */
  readonly strategy: MergeStrategy | 'landed';
  /** Tip of the target that the merge is made on; applying stops if it has moved. */
  readonly before: string;
  /** Commit that holds every lane but those that conflict. */
  readonly merged: string;
  /** Paths that differ between the two. */
  readonly changed: readonly string[];
  readonly lanes: readonly LaneResult[];
  readonly proof: readonly ProofStep[];
  /** How each lane was found on the target, where it was not merged here. */
  readonly landed: readonly LandedLane[];
}

/** The mission's own files as they go into the last commit, by path relative to the repository. */
export interface SealedFiles {
  /** Files of the primary checkout, taken as they are; one that is gone there is removed. */
  readonly copied: readonly string[];
  /** Files with the text they get; they win over copied ones. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A validation that passed. */
export interface Validation {
  readonly command: readonly string[];
  /** File with all of its output. */
  readonly log: string;
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

/** What an undone merge has left as it is, because it is somebody's. */
export interface Remains {
  /** Where the target is now. */
  readonly tip: string | null;
  /** Files that are as the merge left them, or as somebody has made them since, by root of their checkout. */
  readonly left: readonly { readonly checkout: string; readonly paths: readonly string[] }[];
}

/** The Git side of merging. Nothing but {@link Integrator.apply} touches a branch or a checkout. */
export interface Integrator {
  /** Contents of a file on a branch, or `undefined`. */
  show(branch: string, path: string): Promise<string | undefined>;
  /**
   * Merges the lanes among the objects, one after the other, onto the tip of the target, and proves each step. A lane
   * that conflicts is left out and says so.
   *
   * @throws Fault `TARGET_NOT_FOUND`, `UNRELATED_HISTORIES` or `MERGE_NOT_PROVEN`; `LANDING_REVERTED` as
   * {@link Integrator.findLanded} of what the target has had.
   */
  prepare(order: MergeOrder): Promise<Integration>;
  /**
   * Proves that the target has every lane already, by ancestry or by the same changes.
   *
   * @throws Fault `LANES_NOT_LANDED` naming the lanes that it does not find; `LANDING_REVERTED` naming the commit that took
   * one back.
   */
  findLanded(order: MergeOrder): Promise<Integration>;
  /**
   * Plans to put a merge on a branch. One that has it already stays where it is; one that stands at the last proposal
   * gets a commit on top.
   *
   * @throws Fault `MISSION_BRANCH_CHANGED` naming the commits that are not ours; `CHECKOUT_WOULD_LOSE_CHANGES`.
   */
  offer(
    integration: Integration,
    place: { readonly branch: string; readonly last: Proposal | null; readonly dryRun: boolean },
  ): Promise<Offer>;
  /** Makes or moves the branch, its checkouts with it. @throws Fault `TARGET_MOVED` when it is not where it was. */
  publish(offer: Offer): Promise<void>;
  /**
   * Runs a command in the merged tree, which is prepared like a lane's worktree.
   *
   * @throws Fault `VALIDATION_FAILED` or `VALIDATION_NOT_RUN`, or what preparing throws.
   */
  validate(integration: Integration, command: readonly string[]): Promise<Validation>;
  /** Those of some commits that another one has in its history. */
  held(commit: string, of: readonly string[]): Promise<ReadonlySet<string>>;
  /** Commits the mission's own files on top of a commit; returns the commit. */
  seal(onto: string, files: SealedFiles, message: string): Promise<string>;
  /**
   * Brings every checkout of the target and then the target itself to the sealed commit. It stays on record until {@link Integrator.forget}.
   *
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES`, `TARGET_MOVED`, or `MERGE_PENDING` for another mission's merge to the
   * same target that was interrupted; nothing is changed then.
   */
  apply(landing: Landing): Promise<void>;
  /**
   * Makes sure that nothing is in the way of moving a target.
   *
   * @throws Fault `MERGE_PENDING` for another mission's merge to it that was interrupted; `BRANCH_IN_USE` or
   * `CHECKOUT_MISSING` for a worktree.
   */
  requireFree(target: string): Promise<void>;
  /**
   * Looks whether the checkouts of the target could follow, and changes nothing.
   *
   * @param own the mission's own files that come on top.
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES`, as {@link Integrator.apply} would.
   */
  verify(integration: Integration, own: readonly string[]): Promise<void>;
  /**
   * A merge that was interrupted, and whether the target has moved yet; `continued`: somebody has committed on top of it
   * since; `astray`: the target went elsewhere meanwhile. Once its events are recorded it cannot be undone.
   */
  pending(): Promise<
    | {
        readonly landing: Landing;
        readonly stage: 'begun' | 'moved' | 'continued' | 'astray';
        readonly recorded: boolean;
      }
    | undefined
  >;
  /** Goes on with an interrupted merge until target and checkouts have it. @throws as {@link apply}. */
  resume(): Promise<void>;
  /**
   * Undoes an interrupted merge, to the byte where nobody has changed anything since.
   *
   * @throws Fault `TARGET_MOVED` when the target has gone on from it.
   */
  abort(): Promise<Remains>;
  /** Ends a merge: nothing that belongs to it is left to do. */
  forget(): Promise<void>;
  /** Removes the scratch worktree; what cannot be removed is left for the next merge. */
  discard(): void;
}
