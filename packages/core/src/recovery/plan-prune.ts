import { type Backup, laneOfBackup, type TrashEntry } from './recoverable.ts';

const DAY_MS = 86_400_000;

/** What there is, and what decides how much of it goes. */
export interface PruneFacts {
  readonly trash: readonly TrashEntry[];
  readonly backups: readonly Backup[];
  readonly nowMs: number;
  readonly olderThanDays: number;
  /** Missions in the middle of a merge: undoing it needs their backups. */
  readonly merging: ReadonlySet<string>;
}

/** What is deleted, and the backups that would be old enough and stay nevertheless. */
export interface PrunePlan {
  readonly trash: readonly TrashEntry[];
  readonly backups: readonly Backup[];
  /** A younger worktree in the trash, or a merge under way, rests on them. */
  readonly needed: readonly Backup[];
  /** Nobody knows how old they are. */
  readonly undated: readonly Backup[];
}

/** Decides what is old enough to be deleted; a worktree that stays keeps all backups of its lane. */
export function planPrune({ trash, backups, nowMs, olderThanDays, merging }: PruneFacts): PrunePlan {
  const isOld = (atMs: number) => nowMs - atMs >= olderThanDays * DAY_MS;
  const staying = trash.filter(({ removedAtMs }) => !isOld(removedAtMs));
  const isNeeded = (backup: Backup) =>
    merging.has(backup.missionId) ||
    staying.some(
      ({ record }) => record?.mission_id === backup.missionId && record.lane_id === laneOfBackup(backup),
    );
  const old = backups.filter(({ madeAtMs }) => madeAtMs !== null && isOld(madeAtMs));
  return {
    trash: trash.filter((entry) => !staying.includes(entry)),
    backups: old.filter((backup) => !isNeeded(backup)),
    needed: old.filter(isNeeded),
    undated: backups.filter(({ madeAtMs }) => madeAtMs === null),
  };
}
