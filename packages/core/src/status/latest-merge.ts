import type { LogRows } from '../status/rows/decode-log.ts';

/** `event_type` of the row that a merge ends a log with. */
export const MISSION_MERGED = 'MissionMerged';

/** Where a merge brought the work of a mission. */
export interface MergeRecord {
  readonly at: string;
  readonly target: string;
  /** The commit that the target then had; `null` where the row does not say. */
  readonly commit: string | null;
}

/** Finds the latest merge in a log. */
export function latestMerge({ lifecycle }: Pick<LogRows, 'lifecycle'>): MergeRecord | null {
  let latest: MergeRecord | null = null;
  for (const row of lifecycle) {
    if (row['event_type'] !== MISSION_MERGED) continue;
    const at = text(row['timestamp']);
    if (latest !== null && at < latest.at) continue;
    const payload = (row['payload'] ?? {}) as Readonly<Record<string, unknown>>;
    latest = { at, target: text(payload['target_branch']), commit: text(payload['merged']) || null };
  }
  return latest;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
