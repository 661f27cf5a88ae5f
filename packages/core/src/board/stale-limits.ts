/** After how many days without a lane event a package counts as forgotten (L§3.8). */
export interface StaleLimits {
  readonly claimedDays: number;
  readonly inProgressDays: number;
}

/** Limits that hold unless a command is told others. */
export const STALE_LIMITS: StaleLimits = { claimedDays: 7, inProgressDays: 14 };
