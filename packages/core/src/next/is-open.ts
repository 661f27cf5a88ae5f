import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { DerivedLog } from '../log/derive-log.ts';
import { missionNumber } from '../mission/mission-number.ts';
import { isAccepted } from '../status/acceptance.ts';

type Ending = Pick<DerivedLog, 'state' | 'acceptance' | 'merge' | 'abandoned'>;

/** Tells whether a mission was merged. Merges of the predecessor left no row; they gave the mission its number. */
export function wasMerged(meta: MissionMeta, merge: DerivedLog['merge']): boolean {
  return merge !== null || meta.baseline_merge_commit !== undefined || missionNumber(meta) !== null;
}

/** Tells whether something is left to do for a mission: it is not given up, and not at its end with all its packages. */
export function isOpen(meta: MissionMeta, { state, acceptance, merge, abandoned }: Ending): boolean {
  if (abandoned) return false;
  const lanes = [...state.packages.values()].map(({ slot }) => slot.lane);
  // Old missions have had their number from the start, and one without packages may not have begun.
  if (lanes.length === 0)
    return merge === null && meta.baseline_merge_commit === undefined && acceptance === null;
  if (lanes.some((lane) => lane !== 'done' && lane !== 'canceled')) return true;
  const ended = wasMerged(meta, merge) || isAccepted(acceptance, state, meta);
  return !ended && lanes.includes('done');
}
