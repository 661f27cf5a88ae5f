import { Fault } from '../fault.ts';
import { requireMergeableLanes } from '../accept/require-mergeable-lanes.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { DoctorPorts } from './doctor-ports.ts';

/** Asks what `accept` and `merge` would about the lanes of a finished mission: the first thing that they refuse over. */
export async function diagnoseMerge(ports: DoctorPorts, mission: Mission): Promise<readonly DoctorFinding[]> {
  // A merge of the predecessor may have left its packages approved.
  if (mission.meta.baseline_merge_commit !== undefined) return [];
  try {
    await requireMergeableLanes(() => ports.lanes(), await ports.viewOf(mission));
    return [];
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'refused') throw error;
    const { wp_id: wp } = error.details;
    return [
      {
        severity: 'error',
        category: 'not_mergeable',
        wp_id: typeof wp === 'string' ? wp : null,
        message: error.message.replace('; nothing was changed.', '.'),
        recommended_action: error.hints.join(' '),
      },
    ];
  }
}
