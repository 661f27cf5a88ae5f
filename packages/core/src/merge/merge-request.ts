import type { MergeStrategy } from '../project/merge-strategy.ts';
import type { Integration, LaneCommit, Offer, Validation } from '../ports/integration.ts';
import type { KeptPart, LaneRemoval, RefMove } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { MergeRemarks } from '../work/lane-merges.ts';
import type { RevertedMerge } from '../merged/reverted-merge.ts';
import type { TrainReport } from '../train/train-report.ts';
import type { MergePlan } from './plan-merge.ts';

/** Where a merge goes: to the target; to the mission's branch, for a pull request; or it is there already. */
export type Destination = 'target' | 'branch' | 'landed';

/** What `merge` was asked to do. */
export interface MergeRequest {
  readonly mission: string | undefined;
  readonly actor: string;
  /** `undefined`: what the project's configuration says, else squash. */
  readonly strategy: MergeStrategy | undefined;
  /** `undefined`: the branch for a mission that lands by pull request, else the target. */
  readonly destination: Destination | undefined;
  readonly withoutAcceptance: boolean;
  readonly dryRun: boolean;
  readonly commit: boolean;
  readonly keepWorktrees: boolean;
  readonly keepBranches: boolean;
  /**
   * Whether a merge whose validation fails goes on without the packages that break it; `undefined`: what the project's
   * configuration says, else not.
   */
  readonly train?: boolean | undefined;
  /** Asked before anything is moved: whether somebody wishes by then that nothing is. */
  readonly isCalledOff?: () => boolean;
}

/** What became of a lane's worktree and branch, or would. */
export type RetiredLane = LaneRemoval & { readonly laneId: string };

/** What became of the branch of a pull request that has landed. */
export interface RetiredProposal {
  readonly branch: string;
  readonly removed: boolean;
  /** Why it stays; `null` when it does not. */
  readonly reason: KeptPart['reason'] | 'moved_on' | null;
  /** Ref that keeps its commit once it is removed. */
  readonly backup: string;
  readonly refs: readonly RefMove[];
}

/** A mission of which every package is done or canceled. */
export interface NothingMerged {
  readonly kind: 'nothing';
  readonly dryRun: boolean;
  readonly view: MissionView;
  /** Where it was merged to before; `null` when it never was. */
  readonly landed: { readonly target: string; readonly commit: string | null } | null;
  /** What the target has taken back of it since; `null` when it has all of it. */
  readonly reverted: RevertedMerge | null;
  readonly retired: readonly RetiredLane[];
}

/** A merge that waits on a branch for a pull request, or would. */
export interface Proposed extends MergeRemarks {
  readonly kind: 'proposed';
  readonly dryRun: boolean;
  readonly view: MissionView;
  readonly plan: MergePlan;
  /** Its commit is the one on the branch. */
  readonly integration: Integration;
  readonly validation: Validation | null;
  readonly train: TrainReport | null;
  readonly offer: Offer;
  readonly refs: readonly RefMove[];
}

/** Commits on top of a merge that was interrupted. */
export interface SinceMerge {
  /** Tip of the target now. */
  readonly tip: string;
  /** Files of the mission that these commits have otherwise than the merge. */
  readonly uncommitted: readonly string[];
}

/** What a merge did, or would do. */
export interface Merged extends MergeRemarks {
  readonly kind: 'merged';
  readonly view: MissionView;
  readonly plan: MergePlan;
  readonly lanes: readonly LaneCommit[];
  readonly integration: Integration;
  /** Where the target went; `null` for a dry run. */
  readonly commit: string | null;
  /** What somebody has made of it before the merge was finished; `null` where the target is where the merge brought it. */
  readonly since: SinceMerge | null;
  readonly validation: Validation | null;
  /** `null` where the validation of the whole has passed at once. */
  readonly train: TrainReport | null;
  readonly refs: readonly RefMove[];
  readonly retired: readonly RetiredLane[];
  /** `null` where no pull request has landed, or its branch is gone. */
  readonly proposal: RetiredProposal | null;
  /** Whether the mission's own files are committed on top. */
  readonly seals: boolean;
  /** Files of the mission that had uncommitted changes, which its last commit takes along; relative to the repository. */
  readonly swept: readonly string[];
}
