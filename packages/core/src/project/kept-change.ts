/** Content of one file; `null` in place of it means that there is none. */
export interface KeptFile {
  readonly sha256: string;
  /** Permission bits. */
  readonly mode: number;
  readonly base64: string;
}

/** What was about to be changed, with everything that brings it back. */
export interface KeptChange {
  readonly version: 1;
  readonly id: string;
  /** Command that changed it, such as `upgrade`. */
  readonly command: string;
  readonly spec_kitty_version: string;
  readonly started_at: string;
  /** `null` for one that was interrupted. */
  readonly finished_at: string | null;
  readonly restored_at: string | null;
  readonly files: readonly {
    readonly path: string;
    readonly before: KeptFile | null;
    /** SHA-256 afterwards; `null` for a file that goes. */
    readonly after: string | null;
  }[];
}

/** How many of them stay. */
export const KEPT_CHANGES = 10;

/** What is on disk now. */
export type Present = ReadonlyMap<string, Pick<KeptFile, 'sha256' | 'mode'> | null>;

/**
 * Paths that are neither as they were before nor as they were left: somebody has changed them since.
 *
 * Files as they were before are no obstacle: an interrupted upgrade or restoration has not reached or has passed them.
 */
export function changedSince({ files }: KeptChange, present: Present): readonly string[] {
  return files
    .filter(({ path, before, after }) => {
      const now = present.get(path) ?? null;
      const mode = before !== null && after !== null ? before.mode : now?.mode;
      const isAs = (hash: string | null) => (now?.sha256 ?? null) === hash && now?.mode === mode;
      return !isAs(before?.sha256 ?? null) && !isAs(after);
    })
    .map(({ path }) => path);
}

/** The oldest of them, which no longer stay; one that was interrupted always does. */
export function expiredKept(kept: readonly KeptChange[]): readonly KeptChange[] {
  const ended = kept.filter((record) => record.finished_at !== null || record.restored_at !== null);
  return ended.slice(0, Math.max(0, ended.length - KEPT_CHANGES));
}

/** The newest that something can be brought back from. */
export function newestKept(kept: readonly KeptChange[]): KeptChange | undefined {
  return kept.findLast(({ restored_at: restored }) => restored === null);
}
