import { actorName } from '@spec-kitty/protocol/actor';
import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import type { Mission } from '../ports/mission-store.ts';
import { shellWord } from '../shell-word.ts';
import { isSettled } from '../status/package-state.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import type { DoctorFinding } from './doctor-finding.ts';

interface Undone {
  readonly approval: LaneEvent;
  readonly by: LaneEvent;
  readonly last: LaneEvent;
}

/**
 * Names approvals which the union of two clones' logs has undone: a later move, by somebody whose log did not have the
 * approval yet, counts as the latest. Nobody has refused the work, and nobody is told otherwise.
 */
export function undoneApprovals(
  mission: Pick<Mission, 'directory'>,
  { laneEvents }: Pick<LogRows, 'laneEvents'>,
): readonly DoctorFinding[] {
  const before = new Map<string, LaneEvent>();
  const found = new Map<string, Undone>();
  for (const event of laneEvents.toSorted(byTime)) {
    const { wp_id: wp, to_lane: to } = event;
    const last = before.get(wp);
    const undone = found.get(wp);
    if (isSettled(to) || to === 'canceled') found.delete(wp);
    else if (undone) found.set(wp, { ...undone, last: event });
    else if (last && isSettled(last.to_lane) && event.from_lane !== last.to_lane && !event.force)
      found.set(wp, { approval: last, by: event, last: event });
    before.set(wp, event);
  }
  return [...found.values()].map((undone) => finding(mission, undone));
}

function byTime(a: LaneEvent, b: LaneEvent): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.event_id < b.event_id ? -1 : 1;
}

function finding({ directory }: Pick<Mission, 'directory'>, { approval, by, last }: Undone): DoctorFinding {
  const { wp_id: wp } = approval;
  const actor = actorName(by.actor);
  return {
    severity: 'warning',
    category: 'undone_approval',
    wp_id: wp,
    message: `${wp} was ${approval.to_lane} by ${actorName(approval.actor)}, and ${actor}, who had it as ${by.from_lane} in another clone, has made it ${by.to_lane} since; it is ${last.to_lane} now.`,
    recommended_action: `Agree on whose work counts, have it on the lane, and send it to review again: \`spec-kitty agent tasks move-task ${wp} --to for_review --agent ${shellWord(actor)} --mission ${shellWord(directory)}\`.`,
  };
}
