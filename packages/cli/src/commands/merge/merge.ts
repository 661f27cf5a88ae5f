import { counted, numbered } from '@spec-kitty/core/counted';
import { mergeMission } from '@spec-kitty/core/merge/merge-mission';
import type { Merged, NothingMerged, RetiredLane } from '@spec-kitty/core/merge/merge-request';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { AppContext } from '../../context.ts';
import { overrideLines, overridesDocument } from '../../render/overrides.ts';

interface Flags {
  readonly mission?: string;
  readonly actor?: string;
  readonly dryRun: boolean;
  readonly withoutAcceptance: boolean;
  readonly commit: boolean;
  readonly keepWorktree: boolean;
  readonly keepBranch: boolean;
  readonly json: boolean;
}

/** Merges a mission, or shows what a merge would do. */
export async function merge(this: AppContext, flags: Flags): Promise<void> {
  const workspace = await this.workspace();
  const { autoCommit } = await workspace.config();
  this.progress('Merging in a scratch worktree…');
  const outcome = await mergeMission(workspace, {
    mission: flags.mission,
    actor: flags.actor ?? (await workspace.person()) ?? 'user',
    dryRun: flags.dryRun,
    withoutAcceptance: flags.withoutAcceptance,
    commit: flags.commit && autoCommit,
    keepWorktrees: flags.keepWorktree,
    keepBranches: flags.keepBranch,
  });
  if (outcome.kind === 'nothing')
    this.show(flags.json, nothingDocument(outcome, flags), () => nothingSentences(outcome).join('\n'));
  else this.show(flags.json, document(outcome, flags), () => sentences(outcome).join('\n'));
}

function document(
  { view, plan, lanes, integration, commit, validated, retired }: Merged,
  { withoutAcceptance, dryRun }: Flags,
) {
  return {
    result: dryRun ? 'dry_run' : 'success',
    merged: !dryRun,
    mission_slug: view.mission.directory,
    target_branch: integration.target,
    strategy: 'merge',
    before: integration.before,
    merge_commit: integration.merged,
    commit,
    done_wps: plan.completes,
    lanes: lanes.map(({ laneId, packages, commit: reviewed }) => ({
      lane_id: laneId,
      wp_ids: packages,
      commit: reviewed,
    })),
    changed_files: integration.changed,
    conflicts: [],
    validated,
    without_acceptance: withoutAcceptance,
    overrides: overridesDocument(view),
    ...removed(retired),
  };
}

/** The same keys, for a mission that has nothing to merge. */
function nothingDocument({ view, landed, retired }: NothingMerged, { withoutAcceptance }: Flags) {
  return {
    result: landed ? 'already_merged' : 'nothing_to_merge',
    merged: landed !== null,
    mission_slug: view.mission.directory,
    target_branch: landed?.target ?? targetBranch(view.mission.meta),
    strategy: 'merge',
    before: null,
    merge_commit: landed?.commit ?? null,
    commit: null,
    done_wps: [],
    lanes: [],
    changed_files: [],
    conflicts: [],
    validated: false,
    without_acceptance: withoutAcceptance,
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

function nothingSentences({ view, landed, retired }: NothingMerged): readonly string[] {
  const { directory } = view.mission;
  const at = landed?.commit ? ` at ${landed.commit.slice(0, 12)}` : '';
  return [
    landed
      ? `${directory} is already merged into ${landed.target}${at}.`
      : `There is nothing to merge: every package of ${directory} is done or canceled.`,
    ...keptSentence(retired),
  ];
}

/** Uncommitted changes keep a worktree, and commits that are not on the target a branch. */
function keptSentence(retired: readonly RetiredLane[]): readonly string[] {
  const kept = retired
    .filter(({ worktreeRemoved, branchRemoved }) => !worktreeRemoved || !branchRemoved)
    .map(({ laneId }) => laneId);
  return kept.length > 0 ? [`Kept the worktree or branch of: ${kept.join(', ')}.`] : [];
}

function sentences({
  view,
  plan,
  lanes,
  integration,
  commit,
  validated,
  retired,
}: Merged): readonly string[] {
  const are = commit === null ? 'would be' : numbered(plan.completes, 'is', 'are');
  const completed = `${plan.completes.join(', ')} ${are}`;
  return [
    `${commit === null ? 'Would merge' : 'Merged'} ${view.mission.directory} into ${integration.target}:`,
    ...lanes.map(
      ({ laneId, packages, commit: reviewed }) =>
        `  ${laneId}: ${packages.join(', ')} at ${reviewed.slice(0, 12)}`,
    ),
    `${counted(integration.changed.length, 'file')} ${numbered(integration.changed, 'changes', 'change')}; ${completed} done.`,
    ...overrideLines(view),
    ...(validated ? ['The validation passed on the merged result.'] : []),
    ...(commit === null
      ? ['Nothing was moved.']
      : [
          ...(commit === integration.merged
            ? []
            : [`Committed the mission's files as ${commit.slice(0, 12)}.`]),
          `${integration.target}: ${integration.before.slice(0, 12)} → ${commit.slice(0, 12)}.`,
        ]),
    ...keptSentence(retired),
  ];
}
