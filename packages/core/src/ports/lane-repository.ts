import type { MergeOrder } from './integration.ts';
import type { MergeDeviation } from './merge-deviation.ts';

/** What a lane's branch and worktree look like now. */
export interface LaneState {
  /** Short name of the branch, whether or not it exists. */
  readonly branch: string;
  /** Tip of the branch; `undefined` before the lane is first claimed. */
  readonly tip: string | undefined;
  /** Absolute path of the worktree, whether or not it exists. */
  readonly path: string;
  readonly present: boolean;
  /** Uncommitted or untracked paths in the worktree, ignored ones aside. */
  readonly dirty: readonly string[];
  /** Those of them that Git was told not to look at, so that it shows and commits nothing of them. */
  readonly unwatched: readonly string[];
  /**
   * What the worktree has checked out, where that is not the lane's branch; `on` is `null` for a detached HEAD, and `by` the
   * command of Git that waits there.
   */
  readonly astray:
    | { readonly on: string | null; readonly commit: string; readonly by: 'rebase' | 'bisect' | null }
    | undefined;
}

/** A commit that people made, with the paths it changes; a merge changes what Git alone would have made otherwise. */
export interface PeoplesCommit {
  readonly id: string;
  /** First line of its message. */
  readonly subject: string;
  /** Address of its author. */
  readonly author: string;
  readonly paths: readonly string[];
}

/** One commit that a lane rests on. */
export interface DependencyCommit {
  readonly wp: string;
  readonly commit: string;
  /** Command that resolves, on its own lane, what it conflicts in with the target and other lanes, where there is one. */
  readonly resolve?: string;
}

/** What a lane's worktree is made from. */
export interface LaneRequest {
  /** Name of the worktree's folder under `.worktrees/`. */
  readonly folder: string;
  /** Branch names to look for, the one to create first. */
  readonly branches: readonly string[];
  /** Branch that a new lane starts from. */
  readonly base: string;
  /** Commit that a lane without a branch goes on from; `undefined`: the base. */
  readonly start?: string | undefined;
  /** Reviewed commits that must be in the lane before work starts, in order. */
  readonly dependencies: readonly DependencyCommit[];
}

/** A worktree that is ready to work in. */
export interface LaneWorkspace {
  readonly path: string;
  readonly branch: string;
  /** Tip of the lane when it was handed out: later commits are the package's work. */
  readonly head: string;
  readonly created: boolean;
}

/** What became of an abandoned lane. */
export interface AbandonedLane {
  /** `null` where there was none. */
  readonly branch: {
    readonly name: string;
    readonly commit: string;
    /** Ref that keeps the commit. */
    readonly backup: string;
    readonly removed: boolean;
  } | null;
  /** What was not committed, as a commit under a ref of its own. */
  readonly uncommitted: {
    readonly ref: string;
    readonly commit: string;
    /** Number of files concerned. */
    readonly paths: number;
  } | null;
  /** Name of the worktree in the trash. */
  readonly trashId: string | null;
  /** Whether it had the lane's branch checked out, which then comes back with it. */
  readonly wasOnBranch: boolean;
  /** Path of the worktree where it stays, because it is locked or in use. */
  readonly worktreeKept: string | null;
}

/** A submodule, and the commit of it that a lane has. */
export interface SubmoduleCommit {
  readonly path: string;
  readonly commit: string;
}

/** A lane to put away after a merge. */
export interface RetiringLane {
  readonly folder: string;
  readonly branches: readonly string[];
  /** Commit of the lane that a merge brought to the target in whatever form. */
  readonly merged: string | null;
  /** Name of its backup: id of the mission, `/`, id of the lane. */
  readonly backup: string;
  /** How it was found a moment ago: enough to say what would be done, and never to do it. */
  readonly looked?: LaneState | undefined;
}

/** A ref that is moved, made (`from` is `null`) or removed (`to` is `null`). */
export interface RefMove {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** How lanes end whose work is on the target. */
export interface Retirement {
  /** Revision that has the work. */
  readonly target: string;
  /** Whether worktrees are to go. */
  readonly worktree: boolean;
  /** Whether branches are to go. */
  readonly branch: boolean;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
}

/** A worktree or branch that stays when a lane is put away. */
export interface KeptPart {
  readonly kind: 'worktree' | 'branch';
  /** Absolute path of the worktree, or short name of the branch. */
  readonly name: string;
  readonly reason:
    | 'asked'
    | 'uncommitted_changes'
    | 'unlanded_commits'
    | 'worktree_kept'
    | 'locked'
    | 'claimed'
    | 'in_use'
    | 'submodules'
    | 'commit_without_ref'
    | 'no_branch'
    | 'not_a_worktree';
  /** Paths with uncommitted changes, where they are the reason. */
  readonly paths: readonly string[];
  /** Number of its commits that were not merged and are not on the target, whatever the reason. */
  readonly commits: number;
}

/** What became of a lane, or would. */
export interface LaneRemoval {
  /** Whether it is gone, also when it was before. */
  readonly worktreeRemoved: boolean;
  readonly branchRemoved: boolean;
  /** What went now. */
  readonly removed: readonly KeptPart['kind'][];
  readonly kept: readonly KeptPart[];
  readonly refs: readonly RefMove[];
}

/** What a merge moved its target over. */
export interface Move {
  readonly before: string;
  readonly after: string;
}

/** What has become of the paths of a change. */
export interface TakenBack {
  /** Those that are as they were before it. */
  readonly back: readonly string[];
  /** The others, where there are any of the first: they have something of it, here or where they have moved to. */
  readonly kept: readonly string[];
}

/** The Git side of execution lanes, seen from the primary checkout. */
export interface LaneRepository {
  /** Absolute path of the primary checkout. */
  readonly primary: string;
  /** Paths that Git tracks in the primary checkout. */
  trackedFiles(): Promise<readonly string[]>;
  /** Commit that a revision names, or `undefined`. */
  resolve(revision: string): Promise<string | undefined>;
  /** Commits of all refs below the given prefixes, by full name. */
  refs(...prefixes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  isAncestor(commit: string, of: string): Promise<boolean>;
  /** Commit from which two others have parted; `undefined` when they have nothing in common. */
  mergeBase(a: string, b: string): Promise<string | undefined>;

  /** Whether the repository has the latest commits alone, without those before them. */
  isShallow(): Promise<boolean>;
  /** Paths, but for our own, that a change made, by whether `tip` has them as they were before it. */
  takenBack(before: string, after: string, tip: string): Promise<TakenBack>;
  /** The same of everything that moves made, the later over the earlier; back is also what was undone line by line in a file that was edited elsewhere. */
  undone(moves: readonly Move[], tip: string): Promise<TakenBack>;
  /** The last commit on the line of `tip` that changed one of the paths; empty without one. */
  lastChange(tip: string, paths: readonly string[]): Promise<string>;
  /**
   * Makes sure that a target, which is at `tip`, still has what it has had of a lane, one of those given that it has; without
   * one, what it has had of any of them, as before a merge of all.
   *
   * @throws Fault `LANDING_REVERTED`, as a merge of all of them would.
   */
  requireNotReverted(
    of: Pick<MergeOrder, 'mission' | 'target' | 'lanes' | 'proposal'> & { readonly tip: string },
    laneId: string | undefined,
  ): Promise<void>;
  /** Number of commits reachable from `tip` and neither from `base` nor from one of `without`. */
  countCommits(base: string, tip: string, ...without: readonly string[]): Promise<number>;
  /** Paths that differ between the merge base of the two and `tip` (the three-dot difference). */
  changedSince(base: string, tip: string): Promise<readonly string[]>;
  /** Of several tips at once, in their order, what such paths begin with; `undefined` for one that has nothing in common with the base. */
  topsChangedSince(
    base: string,
    tips: readonly string[],
  ): Promise<readonly (readonly string[] | undefined)[]>;
  /** Commits reachable from `tip` and from none of `without`, without those that we make and what our merges bring. */
  commitsByPeople(tip: string, ...without: readonly string[]): Promise<readonly PeoplesCommit[]>;
  /** Merges reachable from `tip` and from none of the others that had conflicts, or that are not as Git makes them; the latest first. */
  handMerges(tip: string, without: readonly string[]): Promise<readonly MergeDeviation[]>;
  /** Paths in which `tip`, which was begun at `from` and has `side`, lacks what `side` has changed, other than by work on the same lines. */
  lacking(tip: string, from: string, side: string): Promise<readonly string[]>;
  /** Keeps a commit reachable whatever happens to its branch, under a name below `refs/spec-kitty/`; what had the name before stays reachable, too. */
  keep(name: string, commit: string): Promise<void>;
  inspect(folder: string, branches: readonly string[]): Promise<LaneState>;
  /**
   * Creates or reuses a lane's worktree. Call it under the lane's lock.
   *
   * @throws Fault `DIRTY_WORKTREE`, `DEPENDENCY_LANE_MERGE_CONFLICT`, `LANE_BRANCH_MISMATCH`,
   * `SUBMODULE_NOT_INITIALISED` or `LFS_NOT_INSTALLED`; nothing of the lane's work is lost in any of them.
   */
  allocate(request: LaneRequest): Promise<LaneWorkspace>;
  /** Submodules that a lane has at commits which nobody would have who gets the lane's work. */
  unpublishedSubmodules(folder: string): Promise<readonly SubmoduleCommit[]>;
  /** Uncommitted or untracked paths of the primary checkout below the given paths. */
  dirtyInPrimary(paths: readonly string[]): Promise<readonly string[]>;
  /**
   * Ends lanes whose work is on the target: moves their worktrees to the trash if nothing in them is uncommitted, and
   * removes their branches if every commit of them is on the target or was merged. What is kept is said, lane by lane.
   * Call it under the locks of all of them.
   */
  retire(lanes: readonly RetiringLane[], options: Retirement): Promise<readonly LaneRemoval[]>;
  /** Puts a lane away whatever is in it, so that everything can be brought back. Call it under the lane's lock. */
  abandon(
    folder: string,
    branches: readonly string[],
    lane: { readonly missionId: string; readonly laneId: string },
  ): Promise<AbandonedLane>;
  /** For work that must not stop half-way. @throws Fault `GIT_TOO_OLD`. */
  requireVersion(): Promise<void>;
  /** Short names of all local branches that are named like ours. */
  laneBranches(): Promise<readonly string[]>;
}
