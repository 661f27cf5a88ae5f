import type { NextDecision } from '../next/decide-next.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { lostMerge, mergeLost } from './lost-merge.ts';

type Ending<Kind> = Extract<NextDecision, { kind: Kind }>;

/** What was merged is finished for as long as the target has it; nothing else needs to be asked. */
export async function stillMerged(
  view: MissionView,
  decision: Ending<'terminal'>,
  openLanes: () => Promise<LaneRepository>,
): Promise<Ending<'terminal' | 'blocked'>> {
  const lost = await lostMerge(openLanes, view);
  if (!lost) return decision;
  const { message, hints } = mergeLost(view.mission.directory, lost);
  return { kind: 'blocked', reason: [`${message}.`, ...hints].join(' '), failures: [message] };
}
