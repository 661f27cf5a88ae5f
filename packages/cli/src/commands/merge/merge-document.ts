import type { Merged, NothingMerged, Proposed, RetiredLane } from '@spec-kitty/core/merge/merge-request';
import type { TrainReport } from '@spec-kitty/core/train/train-report';
import type { KeptPart } from '@spec-kitty/core/ports/lane-repository';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { overridesDocument } from '../../render/overrides.ts';

/** What a merge did, or would do, for programs. */
export function mergeDocument(
  {
    view,
    plan,
    integration,
    commit,
    since,
    validation,
    train,
    refs,
    retired,
    proposal,
    seals,
    swept,
    ...remarks
  }: Merged,
  { dryRun }: { readonly dryRun: boolean },
) {
  return {
    result: dryRun ? 'dry_run' : isPart(train) ? 'partial' : 'success',
    // Whether the mission is: a part of it is no merge of it.
    merged: !dryRun && !isPart(train),
    mission_slug: view.mission.directory,
    target_branch: integration.target,
    strategy: integration.strategy,
    before: integration.before,
    merge_commit: integration.merged,
    reverted: null,
    commit,
    since,
    done_wps: plan.completes,
    lanes: integration.lanes.map(({ laneId, packages, commit: reviewed, commits, empty, files }) => ({
      lane_id: laneId,
      wp_ids: packages,
      commit: reviewed,
      commits,
      empty_commits: empty,
      files,
    })),
    changed_files: integration.changed,
    conflicts: [],
    ...remarksDocument(remarks),
    proof: integration.proof,
    landed: integration.landed,
    refs,
    validated: validation !== null,
    validation_log: validation?.log ?? null,
    train: trainDocument(train),
    without_acceptance: plan.unaccepted,
    commits_own_files: seals,
    committed_changes: swept,
    proposal,
    overrides: overridesDocument(view),
    ...retiredDocument(retired, dryRun),
  };
}

/** Whether a train has left something of the mission behind. */
export function isPart(train: TrainReport | null): boolean {
  return train !== null && train.sentBack.length > 0;
}

function trainDocument(train: TrainReport | null) {
  if (train === null) return null;
  const { sentBack, waiting, unsteady, validations } = train;
  return {
    sent_back: sentBack.map(({ wp, reason, feedbackFile }) => ({
      wp_id: wp,
      reason,
      feedback_file: feedbackFile,
    })),
    waiting_wps: waiting,
    unsteady: unsteady.map(({ packages, output }) => ({ wp_ids: packages, output })),
    validations,
  };
}

/** What its reader should know of the lanes. */
function remarksDocument({ dropping, idle, undoing }: Pick<Merged, 'dropping' | 'idle' | 'undoing'>) {
  return {
    merges_to_judge: dropping.map(({ laneId, commit: id, paths }) => ({
      lane_id: laneId,
      commit: id,
      paths,
    })),
    lanes_without_changes: idle.map(({ laneId, packages }) => ({ lane_id: laneId, wp_ids: packages })),
    lanes_taking_back: undoing.map(({ laneId, commit: id, paths }) => ({
      lane_id: laneId,
      commit: id,
      paths,
    })),
  };
}

/** A merge that waits on a branch. */
export function proposalDocument({ dryRun, offer, refs, ...proposed }: Proposed) {
  const { integration } = proposed;
  const whole = { ...proposed, kind: 'merged', lanes: integration.lanes } as const;
  const document = mergeDocument(
    { ...whole, commit: null, since: null, refs, retired: [], proposal: null, seals: false, swept: [] },
    { dryRun },
  );
  return {
    ...document,
    result: dryRun ? 'dry_run' : 'proposed',
    merged: false,
    done_wps: [],
    branch: offer.branch,
    branch_before: offer.from,
    backup: offer.backup,
    checkouts: offer.checkouts,
    remote: offer.remote,
  };
}

/** The same keys, for a mission that has nothing to merge. */
export function nothingDocument({ dryRun, view, landed, reverted, retired }: NothingMerged) {
  return {
    result: reverted ? 'reverted' : landed ? 'already_merged' : 'nothing_to_merge',
    merged: landed !== null && reverted === null,
    mission_slug: view.mission.directory,
    target_branch: landed?.target ?? targetBranch(view.mission.meta),
    strategy: null,
    before: null,
    merge_commit: landed?.commit ?? null,
    reverted: reverted && {
      commit: reverted.by,
      paths: reverted.paths,
      wp_ids: reverted.packages,
    },
    commit: null,
    since: null,
    done_wps: [],
    lanes: [],
    changed_files: [],
    conflicts: [],
    merges_to_judge: [],
    lanes_without_changes: [],
    proof: [],
    landed: [],
    refs: retired.flatMap(({ refs }) => refs),
    validated: false,
    validation_log: null,
    train: null,
    without_acceptance: false,
    commits_own_files: false,
    committed_changes: [],
    proposal: null,
    overrides: overridesDocument(view),
    ...retiredDocument(retired, dryRun),
  };
}

/** A dry run removes nothing; what it would keep, and why, is the same. */
function retiredDocument(retired: readonly RetiredLane[], dryRun: boolean) {
  const gone = (kind: KeptPart['kind']) =>
    dryRun ? [] : retired.filter(({ removed }) => removed.includes(kind)).map(({ laneId }) => laneId);
  return {
    worktrees_removed: gone('worktree'),
    branches_removed: gone('branch'),
    kept: retired.flatMap(({ laneId, kept }) => kept.map((part) => ({ lane_id: laneId, ...part }))),
  };
}
