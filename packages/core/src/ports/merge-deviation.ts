/** How a merge commit differs from what Git alone makes of its parents. */
export interface MergeDeviation {
  readonly commit: string;
  readonly into: string;
  /** What was merged into it. */
  readonly sides: readonly string[];
  /** What Git makes of them, with markers in the files that conflict. */
  readonly tree: string;
  readonly conflicts: readonly string[];
  /** Those of them that lack a whole place which one side has added and Git merged beside the conflict. */
  readonly thinned: readonly string[];
  /** Paths without a conflict that the commit has otherwise than Git. */
  readonly besides: readonly string[];
  /** Those of them that lack what a side has changed there, and still lack it. */
  readonly dropped: readonly string[];
  /** The files as they would be with all of that. */
  readonly repaired: string;
}
