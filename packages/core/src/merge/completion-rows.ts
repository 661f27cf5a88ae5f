import type { NewRow } from '@spec-kitty/protocol/status-row';
import type { LogState } from '../status/reduce.ts';
import { decideTransition } from '../status/decide-transition.ts';
import { explainRefusal } from '../work/explain-refusal.ts';
import type { RowWriter } from '../work/row-writer.ts';
import type { Merged, MergeRequest } from './merge-mission.ts';

interface Input extends Pick<Merged, 'view' | 'plan' | 'lanes' | 'integration'> {
  readonly state: LogState;
  readonly request: MergeRequest;
}

/** Rows that a merge adds: every approved package becomes done, then the merge itself with what it rests on. */
export function completionRows(writer: RowWriter, input: Input): readonly NewRow[] {
  const { view, plan, lanes, integration, state, request } = input;
  const done = plan.completes.map((wpId) => {
    const known = state.packages.get(wpId);
    const result = known?.slot.review_result;
    const review = {
      reviewer: result?.reviewer ?? known?.slot.actor ?? request.actor,
      verdict: 'approved' as const,
      reference: result?.reference ?? `commit:${known?.commit ?? integration.merged}`,
    };
    const decision = decideTransition(known, { wpId, to: 'done', actor: 'merge', evidence: { review } });
    if (!decision.ok) throw explainRefusal(decision.refusal, view.mission.directory);
    const commit = known?.commit ?? lanes.find(({ packages }) => packages.includes(wpId))?.commit;
    return writer.transition(decision.value, {
      policy: {
        merge_phase: 'lane_integrated',
        target_branch: integration.target,
        ...(commit === undefined ? {} : { commit }),
      },
    });
  });
  const merged = writer.lifecycle(
    'MissionMerged',
    { id: view.mission.missionId, type: 'Mission' },
    {
      actor: request.actor,
      mission_slug: view.mission.directory,
      target_branch: integration.target,
      strategy: 'merge',
      before: integration.before,
      merged: integration.merged,
      lanes: lanes.map(({ laneId, packages, commit }) => ({ lane_id: laneId, wp_ids: packages, commit })),
      without_acceptance: request.withoutAcceptance,
    },
  );
  return [...done, merged];
}
