import { type Backup, laneOfBackup, type TrashEntry } from '@spec-kitty/core/recovery/recoverable';
import type { Recovery } from '@spec-kitty/local/recovery/recovery';

const DAY_MS = 86_400_000;

/** A worktree in the trash, for programs; its size is measured now. */
export function trashDocument(recovery: Recovery, entry: TrashEntry, nowMs: number) {
  const { id, path, record, removedAtMs, complete } = entry;
  const { folder, reason, mission_id, lane_id, branch, commit } = record ?? UNKNOWN;
  return {
    id,
    path,
    folder,
    reason,
    mission_id,
    mission_slug: (mission_id === null ? undefined : recovery.directoryOf(mission_id)) ?? null,
    lane_id,
    branch,
    commit,
    removed_at: new Date(removedAtMs).toISOString(),
    age_days: days(nowMs - removedAtMs),
    size_bytes: recovery.sizeOf(entry),
    restorable: complete,
  };
}

/** What somebody put there by hand says of itself. */
const UNKNOWN = { folder: null, reason: null, mission_id: null, lane_id: null, branch: null, commit: null };

/** A backup, for programs. */
export function backupDocument(recovery: Recovery, backup: Backup, nowMs: number) {
  const { id, ref, missionId, commit, subject, madeAtMs } = backup;
  return {
    id,
    ref,
    mission_id: missionId,
    mission_slug: recovery.directoryOf(missionId) ?? null,
    lane_id: laneOfBackup(backup) ?? null,
    commit,
    subject,
    made_at: madeAtMs === null ? null : new Date(madeAtMs).toISOString(),
    age_days: madeAtMs === null ? null : days(nowMs - madeAtMs),
  };
}

function days(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY_MS));
}
