/** Lines that one change takes from a file and puts there; numbers are those before and after the change. */
export interface LineEdit {
  readonly at: number;
  readonly taken: number;
  readonly now: number;
  readonly put: number;
}

/** Where a forecast gets what it rests on: the branch that the work begins at. */
export interface ForecastSource {
  files(): Promise<readonly string[]>;
  /** Paths that each of the latest commits changed, merges aside, the latest first; no more than a bounded number. */
  commits(): Promise<readonly (readonly string[])[]>;
  /** Texts of files; without those that are too large to be written by people. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** For each file what its latest commits did to it, the latest first. */
  edits(paths: readonly string[]): Promise<ReadonlyMap<string, readonly (readonly LineEdit[])[]>>;
}
