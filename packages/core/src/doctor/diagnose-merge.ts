import { Fault } from '../fault.ts';
import { requireMergeableLanes } from '../accept/require-mergeable-lanes.ts';
import { lostMerge, mergeLost } from '../work/lost-merge.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { DoctorPorts } from './doctor-ports.ts';

/** Asks what `accept` and `merge` would about the lanes of a finished mission: the first thing that they refuse over. */
export async function diagnoseMerge(
  ports: Pick<DoctorPorts, 'viewOf' | 'lanes'>,
  mission: Mission,
): Promise<readonly DoctorFinding[]> {
  try {
    const view = await ports.viewOf(mission);
    const lost = await lostMerge(() => ports.lanes(), view);
    if (lost) return [finding('merge_lost', mergeLost(mission.directory, lost))];
    // A merge of the predecessor may have left its packages approved.
    if (mission.meta.baseline_merge_commit === undefined)
      await requireMergeableLanes(() => ports.lanes(), view);
    return [];
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'refused') throw error;
    return [finding('not_mergeable', error)];
  }
}

function finding(category: string, { message, hints, details: { wp_id: wp } }: Fault): DoctorFinding {
  return {
    severity: 'error',
    category,
    wp_id: typeof wp === 'string' ? wp : null,
    message: message.replace('; nothing was changed.', '.'),
    recommended_action: hints.join(' '),
  };
}
