import { isJsonObject, text } from './rows/json-value.ts';
import type { LogRows } from '../status/rows/decode-log.ts';

/** `event_type` of the row that a merge ends a log with. */
export const MISSION_MERGED = 'MissionMerged';

/** Where a merge brought the work of a mission. */
export interface MergeRecord {
  readonly at: string;
  readonly target: string;
  /** The commit that the target then had; `null` where the row does not say. */
  readonly commit: string | null;
  /** What every merge moved the target over; one that was found there moved nothing. */
  readonly moves: readonly { readonly before: string; readonly merged: string }[];
  /** Commit of each lane that any merge brought there, by the lane's id. */
  readonly lanes: Readonly<Partial<Record<string, string>>>;
}

/** Finds the latest merge in a log. */
export function latestMerge({ lifecycle }: Pick<LogRows, 'lifecycle'>): MergeRecord | null {
  let latest: MergeRecord | null = null;
  let lanes: MergeRecord['lanes'] = {};
  const moves: { before: string; merged: string }[] = [];
  for (const row of lifecycle) {
    if (row['event_type'] !== MISSION_MERGED) continue;
    const at = text(row['timestamp']);
    const payload = (row['payload'] ?? {}) as Readonly<Record<string, unknown>>;
    const [before, merged] = [text(payload['before']), text(payload['merged'])];
    if (before && merged && before !== merged) moves.push({ before, merged });
    if (latest !== null && at < latest.at) continue;
    lanes = { ...lanes, ...laneCommitsOf(payload) };
    latest = { at, target: text(payload['target_branch']), commit: merged || null, moves, lanes };
  }
  return latest;
}

/** Commit of each lane that a merge or a proposal names, by the lane's id. */
export function laneCommitsOf(payload: Readonly<Record<string, unknown>>): MergeRecord['lanes'] {
  const lanes: readonly unknown[] = Array.isArray(payload['lanes']) ? payload['lanes'] : [];
  return Object.fromEntries(
    lanes.filter(isJsonObject).map((lane) => [text(lane['lane_id']), text(lane['commit'])]),
  );
}
