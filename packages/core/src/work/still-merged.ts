import type { NextDecision } from '../next/decide-next.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { lostMerge, mergeLost } from './lost-merge.ts';

/** Steps that end a mission: as long as something of it is lost, each of them is refused. */
const ENDING: ReadonlySet<string> = new Set(['accept', 'merge']);

/**
 * What was merged is finished for as long as the target has it, whatever else of the mission goes on. Git is asked only
 * where a merge is on record.
 */
export async function stillMerged(
  view: MissionView,
  decision: NextDecision,
  openLanes: () => Promise<LaneRepository>,
): Promise<NextDecision> {
  if (decision.kind === 'decision_required') return decision;
  const lost = await lostMerge(openLanes, view);
  if (!lost) return decision;
  const { message, hints } = mergeLost(view.mission.directory, lost);
  const loss = [`${message}.`, ...hints].join(' ');
  if (decision.kind === 'step' && !ENDING.has(decision.action))
    return { ...decision, reason: [decision.reason, loss].filter(Boolean).join(' ') };
  const waits = decision.kind === 'blocked' ? decision : { reason: '', failures: [] };
  return {
    kind: 'blocked',
    reason: [loss, waits.reason].filter(Boolean).join(' '),
    failures: [message, ...waits.failures],
  };
}
