import type { NextDecision } from '../next/decide-next.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { lossAt, type MergePlace, mergeLost, mergePlace } from './lost-merge.ts';
import { revertAt, revertedWords } from './reverted-merge.ts';

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
  const place = await mergePlace(openLanes, view);
  if (!place) return decision;
  if (place.isThere) return decision.kind === 'terminal' ? tellingReverts(decision, place, view) : decision;
  const lost = await lossAt(place, view);
  if (!lost) return decision;
  const { message, hints } = mergeLost(view.mission.directory, lost);
  const loss = [`${message}.`, ...hints].join(' ');
  // What is finished is so for everybody but this clone.
  if (lost.remote !== null && decision.kind === 'terminal') return { ...decision, reason: loss };
  if (decision.kind === 'step' && !ENDING.has(decision.action))
    return { ...decision, reason: [decision.reason, loss].filter(Boolean).join(' ') };
  const waits = decision.kind === 'blocked' ? decision : { reason: '', failures: [] };
  return {
    kind: 'blocked',
    reason: [loss, waits.reason].filter(Boolean).join(' '),
    failures: [message, ...waits.failures],
  };
}

/** What the target has taken back is over as well, and not what its readers take it for. */
async function tellingReverts(
  decision: Extract<NextDecision, { kind: 'terminal' }>,
  place: MergePlace,
  view: MissionView,
): Promise<NextDecision> {
  const reverted = await revertAt(place, view);
  if (!reverted) return decision;
  const { sentence, hints } = revertedWords(view.mission.directory, reverted);
  return { ...decision, reason: [sentence, ...hints].join(' ') };
}
