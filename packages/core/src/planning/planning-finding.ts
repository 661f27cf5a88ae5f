/** Something a planning file says that the reader should know about: a near miss, a problem, a loss. */
export interface PlanningFinding {
  /** Relative to the mission directory, with `/`. */
  readonly file: string;
  /** Counted from 1; `undefined` where the finding is about the file as a whole. */
  readonly line: number | undefined;
  /** Stable kebab-case name of the rule that found it. */
  readonly rule: string;
  readonly message: string;
}
