import type { Lane } from '@spec-kitty/protocol/lane';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { Snapshot } from '@spec-kitty/protocol/snapshot';
import type { LogState } from './reduce.ts';

const NONE: Readonly<Record<Lane, number>> = {
  planned: 0,
  claimed: 0,
  in_progress: 0,
  for_review: 0,
  in_review: 0,
  approved: 0,
  done: 0,
  blocked: 0,
  canceled: 0,
};

/** Projects a reduced log to the document that `status.json` holds (L§3.7). */
export function toSnapshot(state: LogState, meta: MissionMeta): Snapshot {
  return {
    event_count: state.eventCount,
    last_event_id: state.lastEventId,
    // The time of the last event, not of the projection: equal logs give equal bytes.
    materialized_at: state.lastAt ?? '',
    mission_number: meta.mission_number === null ? '' : String(meta.mission_number ?? ''),
    mission_slug: state.missionSlug,
    mission_type: meta.mission_type ?? '',
    summary: summarize(state),
    work_packages: Object.fromEntries([...state.packages].map(([wpId, { slot }]) => [wpId, slot])),
    ...(state.retrospective === null ? {} : { retrospective: { ...state.retrospective } }),
  };
}

/** Counts packages per lane, all nine named; a package without lane events counts nowhere. */
function summarize(state: LogState): Record<Lane, number> {
  const counts = { ...NONE };
  for (const { slot } of state.packages.values()) {
    if (slot.lane !== 'uninitialized') counts[slot.lane] += 1;
  }
  return counts;
}
