import type { MergeDeviation } from './merge-deviation.ts';

/** A commit that changes a file. */
export interface TouchingCommit {
  readonly commit: string;
  /** As `Name <address>`. */
  readonly author: string;
  readonly subject: string;
  /** Whether the file is gone after it, under any name. */
  readonly deletes: boolean;
  /** What the file was called before it, and is after it, where that differs. */
  readonly renames: { readonly from: string; readonly to: string } | null;
}

/** One line of work that a lane meets: the target, or a lane that is merged before it. */
export interface MetLine {
  /** `null` for the target. */
  readonly laneId: string | null;
  /** Branch of the target, or id of the lane. */
  readonly name: string;
  readonly packages: readonly string[];
  readonly commit: string;
}

/** The conflicts of one lane, resolved by somebody in a folder of their own. */
export interface Resolution {
  readonly laneId: string;
  /** Package that the resolution goes to review with: the last of the lane. */
  readonly wp: string;
  /** Reviewed commit of the lane, on which the resolution is made. */
  readonly lane: string;
  readonly target: string;
  readonly met: readonly MetLine[];
  /** Paths that conflict. */
  readonly paths: readonly string[];
  /** What the lane's branch is moved to; `null` until it is made. */
  readonly commit: string | null;
}

/** A resolution under way, with the folder of its scratch worktree. */
export interface OpenResolution extends Resolution {
  readonly folder: string;
}

/** What a resolution still lacks, by path. */
export interface OpenEnds {
  readonly unmerged: readonly string[];
  readonly marked: readonly string[];
  /** Changes that are in the folder and not staged. */
  readonly unstaged: readonly string[];
}

/** The Git side of conflicts: who made them, and where they are resolved. */
export interface ConflictRepository {
  /** Commits reachable from `tip` and not from the others that change a file of these names, newest first. */
  touching(
    names: readonly string[],
    tip: string,
    without: readonly string[],
  ): Promise<readonly TouchingCommit[]>;
  /** Resolutions under way of the mission, by lane. @throws Fault `RECORD_UNREADABLE`. */
  list(): readonly OpenResolution[];
  /**
   * Checks the lane out in a folder below the Git directory and merges what it meets into it, markers left in the files.
   * `again`: the folder of an earlier start was deleted.
   */
  open(resolution: Resolution): Promise<OpenResolution & { readonly again: boolean }>;
  openEnds(resolution: OpenResolution): Promise<OpenEnds>;
  /** Commits what is staged as a merge of the lane with what it met; moves nothing, and keeps commits made by hand. */
  commit(resolution: OpenResolution, message: string): Promise<string>;
  /** Compares a resolution's commit with what Git alone makes of its parents; paths that were in conflict may be as they are. */
  judge(resolution: OpenResolution, commit: string): Promise<MergeDeviation>;
  /**
   * Brings the lane's branch and its worktree to a commit, from the reviewed one. Run again after an interruption it
   * finishes. Call it under the lane's lock.
   *
   * @param lane folder of the lane's worktree, and its branch.
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES` or `TARGET_MOVED`; nothing is changed then.
   */
  advance(
    resolution: OpenResolution,
    commit: string,
    lane: { readonly folder: string; readonly branch: string },
  ): Promise<void>;
  /**
   * Finishes a move of the lane that was interrupted, or undoes it where the branch has not moved yet. Call it under the
   * lane's lock.
   */
  settle(lane: { readonly folder: string }, undo: boolean): Promise<void>;
  /** Keeps what was done in the folder, commits and uncommitted work, under a backup; answers with its id. */
  keep(resolution: OpenResolution): Promise<string>;
  /** Removes the folder and forgets the resolution. */
  drop(resolution: OpenResolution): void;
}
