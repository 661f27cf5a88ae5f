import type { Merged, NothingMerged, Proposed, RetiredLane } from '@spec-kitty/core/merge/merge-request';
import type { KeptPart } from '@spec-kitty/core/ports/lane-repository';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { overridesDocument } from '../../render/overrides.ts';

/** What a merge did, or would do, for programs. */
export function mergeDocument(
  { view, plan, integration, dropping, commit, validation, refs, retired, proposal, seals, swept }: Merged,
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
    merges_to_judge: dropping.map(({ laneId, commit: id, paths }) => ({
      lane_id: laneId,
      commit: id,
      paths,
    })),
    proof: integration.proof,
    landed: integration.landed,
    refs,
    validated: validation !== null,
    validation_log: validation?.log ?? null,
    without_acceptance: plan.unaccepted,
    commits_own_files: seals,
    committed_changes: swept,
    proposal,
    overrides: overridesDocument(view),
    ...retiredDocument(retired, dryRun),
  };
}

/** A merge that waits on a branch. */
export function proposalDocument({ dryRun, offer, refs, ...proposed }: Proposed) {
  const { integration } = proposed;
  const whole = { ...proposed, kind: 'merged', lanes: integration.lanes } as const;
  const document = mergeDocument(
    { ...whole, commit: null, refs, retired: [], proposal: null, seals: false, swept: [] },
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
export function nothingDocument({ dryRun, view, landed, retired }: NothingMerged) {
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
    merges_to_judge: [],
    proof: [],
    landed: [],
    refs: retired.flatMap(({ refs }) => refs),
    validated: false,
    validation_log: null,
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
