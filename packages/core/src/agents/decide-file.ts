/** Hashes of one file, as far as there is one. */
export interface FileFacts {
  /** Of the text that should be there. */
  readonly wanted: string | undefined;
  /** Of what is on disk. */
  readonly disk: string | undefined;
  /** Of what was written there last, by the manifest. */
  readonly ours: string | undefined;
}

/** What happens to a file; a conflict is somebody else's text, which is left alone. */
export type FileDecision = 'create' | 'keep' | 'update' | 'remove' | 'forget' | 'conflict';

/** Decides about one file: what somebody has changed since it was written is never touched. */
export function decideFile({ wanted, disk, ours }: FileFacts): FileDecision {
  if (disk === undefined) return wanted === undefined ? 'forget' : 'create';
  if (disk === wanted) return 'keep';
  if (disk !== ours) return 'conflict';
  return wanted === undefined ? 'remove' : 'update';
}
