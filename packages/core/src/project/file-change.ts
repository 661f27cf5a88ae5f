/** One file that a plan would make, add to, replace or remove. */
export interface FileChange {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly kind: 'create' | 'append' | 'replace' | 'remove';
  /** Whole text afterwards; none for a file that goes. */
  readonly text: string | undefined;
  /** What it is good for, as the end of a line. */
  readonly why: string;
}

/** A file that a plan leaves as it is although it might have been its business. */
export interface LeftFile {
  readonly path: string;
  readonly why: string;
}
