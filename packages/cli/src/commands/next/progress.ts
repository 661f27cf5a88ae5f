import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { board } from '@spec-kitty/core/status/board';

/** Counts of L§6.2: claimed counts as in progress, in_review as for_review; a package without events only as total. */
export function progressOf({ packages, state }: MissionView) {
  const {
    by_lane: lanes,
    total_wps,
    weighted_percentage,
  } = board(
    packages.map(({ id }) => id),
    state,
  );
  return {
    total_wps,
    done_wps: lanes.done ?? 0,
    approved_wps: lanes.approved ?? 0,
    in_progress_wps: (lanes.claimed ?? 0) + (lanes.in_progress ?? 0),
    planned_wps: lanes.planned ?? 0,
    for_review_wps: (lanes.for_review ?? 0) + (lanes.in_review ?? 0),
    weighted_percentage,
  };
}
