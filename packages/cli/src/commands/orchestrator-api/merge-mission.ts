import { Fault } from '@spec-kitty/core/fault';
import { mergeMission as merge } from '@spec-kitty/core/merge/merge-mission';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Merged, NothingMerged, Proposed } from '@spec-kitty/core/merge/merge-request';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { MERGE_STRATEGIES, type MergeStrategy } from '@spec-kitty/core/project/merge-strategy';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';
import { identityOf } from './contract/identity-of.ts';
import type { Facts } from './contract/payload-schemas.ts';

interface Flags {
  readonly mission: string;
  readonly target?: string;
  readonly strategy?: string;
  readonly push: boolean;
}

/** Merges a mission, as `merge` does; the strategy is the project's unless given. */
export async function mergeMission(this: AppContext, flags: Flags): Promise<void> {
  const { mission } = flags;
  await answer(this, { command: 'merge-mission', mission, known: targetOf }, async (workspace, view) => {
    const { target_branch: target } = targetOf(view);
    const strategy = strategyOf(flags.strategy);
    refuseImpossible(flags, target);
    const { autoCommit } = await workspace.config();
    const outcome = await merge(workspace, {
      mission,
      actor: await workspace.actor(),
      strategy,
      destination: undefined,
      withoutAcceptance: false,
      dryRun: false,
      commit: autoCommit,
      keepWorktrees: false,
      keepBranches: false,
      // Its readers know a mission that is merged, and one that is not.
      train: false,
    });
    // The number is given by the merge.
    const { mission: numbered } = await workspace.view(view.mission.directory);
    return { ...identityOf(numbered), ...factsOf(outcome, target) };
  });
}

function targetOf({ mission }: MissionView) {
  return { target_branch: targetBranch(mission.meta) };
}

function strategyOf(given: string | undefined): MergeStrategy | undefined {
  if (given === undefined) return undefined;
  const found = MERGE_STRATEGIES.find((name) => name === given);
  if (found) return found;
  throw new Fault('refused', 'UNSUPPORTED_STRATEGY', `There is no strategy "${given}".`, {
    hints: [`Strategies: ${MERGE_STRATEGIES.join(', ')}.`],
    details: { strategy: given, supported: MERGE_STRATEGIES },
  });
}

/** Before anything is moved: reviews were made against one target, and nothing here opens a connection. */
function refuseImpossible({ target: asked, push, mission }: Flags, target: string): void {
  if (asked !== undefined && asked !== target)
    throw new Fault(
      'refused',
      'PREFLIGHT_FAILED',
      `${mission} was made and reviewed for ${target}, not ${asked}.`,
      { hints: [`Leave out --target, or pass --target ${shellWord(target)}.`] },
    );
  if (push)
    throw new Fault('refused', 'PREFLIGHT_FAILED', 'Spec Kitty never pushes; nothing was merged.', {
      hints: [`Leave out --push; after the merge run \`git push origin ${shellWord(target)}\`.`],
    });
}

function factsOf(outcome: Merged | Proposed | NothingMerged, target: string): Facts<'merge-mission'> {
  if (outcome.kind === 'nothing')
    return {
      merged: outcome.landed !== null,
      target_branch: outcome.landed?.target ?? target,
      strategy: null,
      commit: outcome.landed?.commit ?? null,
      merged_wps: [],
      worktree_removed: allRemoved(outcome.retired),
      proposed_branch: null,
    };
  const { integration, plan } = outcome;
  const done = outcome.kind === 'merged';
  return {
    merged: done,
    target_branch: integration.target,
    strategy: integration.strategy,
    // What the log calls the merge: a second call is told the same.
    commit: done ? integration.merged : null,
    merged_wps: done ? [...plan.completes] : [],
    worktree_removed: done && allRemoved(outcome.retired),
    proposed_branch: done ? null : outcome.offer.branch,
  };
}

/** Only what really went away: a worktree with uncommitted files stays. */
function allRemoved(retired: Merged['retired']): boolean {
  return retired.length > 0 && retired.every(({ worktreeRemoved }) => worktreeRemoved);
}
