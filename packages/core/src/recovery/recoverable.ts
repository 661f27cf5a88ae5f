/** What is written beside a worktree in the trash: all that putting it back needs to know. */
export interface TrashRecord {
  readonly version: 1;
  /** Name of its folder under `.worktrees/`. */
  readonly folder: string;
  /** Why it went: a merge, an abandoned mission, or a claim that found something in the place of its lane. */
  readonly reason: 'merged' | 'abandoned' | 'leftover';
  readonly removed_at: string;
  /** Mission and lane that its backups are under; `null` for a leftover. */
  readonly mission_id: string | null;
  readonly lane_id: string | null;
  /** Name that Git knows the worktree by; `null` where Git knows nothing of it. */
  readonly admin: string | null;
  /** Branch that was checked out; `null` for a detached HEAD. */
  readonly branch: string | null;
  readonly commit: string | null;
}

/** A folder in `.worktrees/.trash/`. */
export interface TrashEntry {
  readonly id: string;
  readonly path: string;
  /** Never earlier than it came here. */
  readonly removedAtMs: number;
  /** `undefined` for a folder that did not come here by our hand, or has lost its record. */
  readonly record: TrashRecord | undefined;
  /** Whether everything is there that putting it back needs. */
  readonly complete: boolean;
}

/** A ref under `refs/spec-kitty/backup/`. */
export interface Backup {
  readonly ref: string;
  readonly id: string;
  readonly missionId: string;
  /** What comes after the mission: a lane, `target`, or either with a suffix that tells older states apart. */
  readonly name: string;
  readonly commit: string;
  readonly subject: string;
  /** When the ref got its commit; `null` where Git does not remember. */
  readonly madeAtMs: number | null;
}

/** Where backups are. */
export const BACKUPS = 'refs/spec-kitty/backup/';

/** Lane that a backup is of, whatever suffix it has; `undefined` for that of a target. */
export function laneOfBackup({ name }: Pick<Backup, 'name'>): string | undefined {
  return /^lane-[a-z]+(?=-|$)/.exec(name)?.[0];
}
