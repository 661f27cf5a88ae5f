import type { LifecycleRow } from '@spec-kitty/protocol/status-row';
import type { Mission } from '../ports/mission-store.ts';
import type { Transition } from '../status/decide-transition.ts';
import type { RowWriter } from '../log/row-writer.ts';

/** What is known about an approval by somebody who implemented the package. */
export interface SelfApproval {
  readonly mission: Mission;
  readonly intendedReviewer: string | null;
  readonly failureReason: string | null;
}

/** Builds the row that makes an approval of one's own work visible (L§7.8); none for every other step. */
export function selfApprovalRows(
  writer: RowWriter,
  { wpId, approvingImplementer }: Transition,
  { mission, intendedReviewer, failureReason }: SelfApproval,
): readonly LifecycleRow[] {
  if (approvingImplementer === null) return [];
  const payload = {
    wp_id: wpId,
    mission_slug: mission.directory,
    implementing_actor: approvingImplementer,
    intended_reviewer: intendedReviewer,
    failure_reason: failureReason,
    fallback_approved: true,
  };
  return [writer.lifecycle('ReviewerSelfApproval', { id: wpId, type: 'WorkPackage' }, payload)];
}
