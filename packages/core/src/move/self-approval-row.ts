import type { LifecycleRow } from '@spec-kitty/protocol/status-row';
import type { Mission } from '../ports/mission-store.ts';
import type { Transition } from '../status/decide-transition.ts';
import type { RowWriter } from '../work/row-writer.ts';

/** An approval by somebody who implemented the package. */
export interface SelfApproval {
  readonly step: Transition;
  readonly mission: Mission;
  readonly intendedReviewer: string | null;
  readonly failureReason: string | null;
}

/** Builds the row that makes an approval of one's own work visible (L§7.8). */
export function selfApprovalRow(
  writer: RowWriter,
  { step, mission, intendedReviewer, failureReason }: SelfApproval,
): LifecycleRow {
  const payload = {
    wp_id: step.wpId,
    mission_slug: mission.directory,
    implementing_actor: step.actor,
    intended_reviewer: intendedReviewer,
    failure_reason: failureReason,
    fallback_approved: true,
  };
  return writer.lifecycle('ReviewerSelfApproval', { id: step.wpId, type: 'WorkPackage' }, payload);
}
