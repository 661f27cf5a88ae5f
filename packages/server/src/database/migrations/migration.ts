/** One step of the schema; there is no way back but a backup. */
export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number;
  readonly name: string;
  /**
   * The oldest version of the schema that a server may know which still works beside this one. A step that only adds
   * keeps it; one that takes away raises it, a release after nobody needs it any more.
   */
  readonly oldestServer: number;
  readonly sql: string;
}
