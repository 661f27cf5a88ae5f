import type { Evidence, NewRow } from '@spec-kitty/protocol/status-row';
import type { LogState } from '../status/reduce.ts';
import { decideTransition } from '../status/decide-transition.ts';
import type { PackageState } from '../status/package-state.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import type { RowWriter } from '../log/row-writer.ts';
import type { Merged, MergeRequest } from './merge-request.ts';
import type { TrainOutcome } from '../train/train-report.ts';
import { MISSION_MERGED } from '../status/latest-merge.ts';

interface Input extends Pick<Merged, 'view' | 'plan' | 'lanes' | 'integration'> {
  readonly state: LogState;
  readonly request: MergeRequest;
  readonly train: TrainOutcome | null;
}

/** Rows that a merge adds: every approved package becomes done, then the merge itself with what it rests on. */
export function completionRows(writer: RowWriter, input: Input): readonly NewRow[] {
  const { view, plan, lanes, integration, request, train } = input;
  const done = plan.completes.map((wpId) => completion(writer, wpId, input));
  const merged = writer.lifecycle(
    MISSION_MERGED,
    { id: view.mission.missionId, type: 'Mission' },
    {
      actor: request.actor,
      mission_slug: view.mission.directory,
      target_branch: integration.target,
      strategy: integration.strategy,
      before: integration.before,
      merged: integration.merged,
      proof: integration.proof,
      landed: integration.landed,
      lanes: lanes.map(({ laneId, packages, commit }) => ({ lane_id: laneId, wp_ids: packages, commit })),
      without_acceptance: plan.unaccepted,
      ...(train === null ? {} : trainPayload(train)),
    },
  );
  return [...done, merged];
}

/** What was accepted with the rest and is not merged, so that nobody takes the part for the whole. */
function trainPayload({ back, waiting, unsteady, validations }: TrainOutcome) {
  return {
    sent_back: back.map(({ wp }) => wp.id),
    waiting,
    validations,
    unsteady_validations: unsteady.length,
  };
}

function completion(writer: RowWriter, wpId: string, input: Input): NewRow {
  const { view, plan, lanes, integration, state, request } = input;
  const known = state.packages.get(wpId);
  const commit = known?.commit ?? lanes.find(({ packages }) => packages.includes(wpId))?.commit;
  const review = approvalOf(known, { reviewer: request.actor, commit: commit ?? integration.merged });
  const decision = decideTransition(known, { wpId, to: 'done', actor: 'merge', evidence: { review } });
  if (!decision.ok) throw explainRefusal(decision.refusal, view.mission.directory);
  const policy = { merge_phase: 'lane_integrated', target_branch: integration.target };
  return writer.transition(decision.value, {
    policy: commit === undefined ? policy : { ...policy, commit },
    executionMode: plan.planning.includes(wpId) ? 'direct_repo' : 'worktree',
  });
}

/** The review that approved a package, as evidence; old approvals may name only who gave them. */
function approvalOf(
  known: PackageState | undefined,
  otherwise: { readonly reviewer: string; readonly commit: string },
): Evidence['review'] {
  const result = known?.slot.review_result;
  return {
    reviewer: result?.reviewer ?? known?.slot.actor ?? otherwise.reviewer,
    verdict: 'approved',
    reference: result?.reference ?? `commit:${otherwise.commit}`,
  };
}
