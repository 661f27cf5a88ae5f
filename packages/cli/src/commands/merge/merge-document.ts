import type { Merged, NothingMerged, Proposed, RetiredLane } from '@spec-kitty/core/merge/merge-request';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { overridesDocument } from '../../render/overrides.ts';

/** What a merge did, or would do, for programs. */
export function mergeDocument(
  { view, plan, integration, commit, validation, refs, retired, proposal, swept }: Merged,
  { dryRun }: { readonly dryRun: boolean },
) {
  return {
    result: dryRun ? 'dry_run' : 'success',
    merged: !dryRun,
    mission_slug: view.mission.directory,
    target_branch: integration.target,
    strategy: integration.strategy,
    before: integration.before,
    merge_commit: integration.merged,
    commit,
    done_wps: plan.completes,
    lanes: integration.lanes.map(({ laneId, packages, commit: reviewed, commits, files }) => ({
      lane_id: laneId,
      wp_ids: packages,
      commit: reviewed,
      commits,
      files,
    })),
    changed_files: integration.changed,
    conflicts: [],
    proof: integration.proof,
    landed: integration.landed,
    refs,
    validated: validation !== null,
    validation_log: validation?.log ?? null,
    without_acceptance: plan.unaccepted,
    committed_changes: swept,
    proposal,
    overrides: overridesDocument(view),
    ...removed(retired),
  };
}

/** A merge that waits on a branch. */
export function proposalDocument({ view, plan, integration, validation, branch, remote }: Proposed) {
  const whole = { kind: 'merged', view, plan, lanes: integration.lanes, integration, validation } as const;
  const document = mergeDocument(
    { ...whole, commit: null, refs: [], retired: [], proposal: null, swept: [] },
    { dryRun: false },
  );
  return { ...document, result: 'proposed', merged: false, done_wps: [], branch, remote };
}

/** The same keys, for a mission that has nothing to merge. */
export function nothingDocument({ view, landed, retired }: NothingMerged) {
  return {
    result: landed ? 'already_merged' : 'nothing_to_merge',
    merged: landed !== null,
    mission_slug: view.mission.directory,
    target_branch: landed?.target ?? targetBranch(view.mission.meta),
    strategy: null,
    before: null,
    merge_commit: landed?.commit ?? null,
    commit: null,
    done_wps: [],
    lanes: [],
    changed_files: [],
    conflicts: [],
    proof: [],
    landed: [],
    refs: [],
    validated: false,
    validation_log: null,
    without_acceptance: false,
    committed_changes: [],
    proposal: null,
    overrides: overridesDocument(view),
    ...removed(retired),
  };
}

function removed(retired: readonly RetiredLane[]) {
  return {
    worktrees_removed: retired.filter(({ worktreeRemoved }) => worktreeRemoved).map(({ laneId }) => laneId),
    branches_removed: retired.filter(({ branchRemoved }) => branchRemoved).map(({ laneId }) => laneId),
  };
}
