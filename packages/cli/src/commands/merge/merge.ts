import { counted, numbered } from '@spec-kitty/core/counted';
import { mergeMission } from '@spec-kitty/core/merge/merge-mission';
import type { Merged } from '@spec-kitty/core/merge/merge-request';
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
  const merged = await mergeMission(workspace, {
    mission: flags.mission,
    actor: flags.actor ?? 'user',
    dryRun: flags.dryRun,
    withoutAcceptance: flags.withoutAcceptance,
    commit: flags.commit && autoCommit,
    keepWorktrees: flags.keepWorktree,
    keepBranches: flags.keepBranch,
  });
  this.show(flags.json, document(merged, flags), () => sentences(merged).join('\n'));
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
    worktrees_removed: retired.filter(({ worktreeRemoved }) => worktreeRemoved).map(({ laneId }) => laneId),
    branches_removed: retired.filter(({ branchRemoved }) => branchRemoved).map(({ laneId }) => laneId),
  };
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
  const kept = retired
    .filter(({ worktreeRemoved, branchRemoved }) => !worktreeRemoved || !branchRemoved)
    .map(({ laneId }) => laneId);
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
      : [`${integration.target}: ${integration.before.slice(0, 12)} → ${commit.slice(0, 12)}.`]),
    ...(commit !== null && kept.length > 0 ? [`Kept the worktree or branch of: ${kept.join(', ')}.`] : []),
  ];
}
