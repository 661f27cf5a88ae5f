import { Fault } from '../fault.ts';
import { requireMergeableLanes } from '../accept/require-mergeable-lanes.ts';
import { lossAt, type LostMerge, mergeLost, mergePlace } from '../merged/lost-merge.ts';
import { revertAt, type RevertedMerge, revertedWords } from '../merged/reverted-merge.ts';
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
    const place = await mergePlace(() => ports.lanes(), view);
    const lost = place && !place.isThere ? await lossAt(place, view) : undefined;
    if (lost) return [lossOf(mission, lost)];
    // A merge of the predecessor may have left its packages approved.
    if (mission.meta.baseline_merge_commit === undefined || view.merge !== null)
      await requireMergeableLanes(() => ports.lanes(), view);
    const reverted = place?.isThere ? await revertAt(place, view) : undefined;
    return reverted ? [revert(mission, reverted)] : [];
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'refused') throw error;
    return [finding('not_mergeable', error)];
  }
}

function lossOf({ directory }: Mission, lost: LostMerge): DoctorFinding {
  const fault = mergeLost(directory, lost);
  // Others have the work, and only this clone has to fetch it.
  return lost.remote === null
    ? finding('merge_lost', fault)
    : { ...finding('target_behind', fault), severity: 'warning' };
}

function revert({ directory }: Mission, reverted: RevertedMerge): DoctorFinding {
  const { sentence, hints } = revertedWords(directory, reverted);
  return {
    severity: 'warning',
    category: 'merge_reverted',
    wp_id: reverted.packages.length === 1 ? (reverted.packages[0] ?? null) : null,
    message: sentence,
    recommended_action: hints.join(' '),
  };
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
