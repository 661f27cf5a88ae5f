/** Two execution lanes whose work Git cannot merge, or one and the target. */
export interface LaneConflict {
  readonly lane: string;
  /** The other lane; `null` for the target. */
  readonly other: string | null;
  /** Files in conflict; empty where Git names none. */
  readonly paths: readonly string[];
}
