import { few } from '../../few.ts';
import { isOwnPath } from '../../own-paths.ts';

/** A change of a checkout that is not the one in which an attempt works. Nobody is named: people work there, too. */
export interface OutsideChange {
  /** Root of the checkout. */
  readonly root: string;
  readonly files: readonly string[];
  /** File that has the change, as `git apply` takes it; `null` where nothing of it could be kept. */
  readonly patch: string | null;
}

/** By path, something that differs wherever the file does. */
export type Fingerprints = ReadonlyMap<string, string>;

/**
 * Paths that have changed between two looks at one checkout. Our own are left out, which a run writes itself.
 *
 * @param before what was not committed at the first look.
 * @param now of the same files, and of what is not committed now.
 */
export function changedBetween(before: Fingerprints, now: Fingerprints): readonly string[] {
  return [...now.keys()].filter((file) => !isOwnPath(file) && before.get(file) !== now.get(file));
}

/** What is known of a change, for people. */
export function outsideSentence({ root, files, patch }: OutsideChange): string {
  const kept = patch === null ? 'They are too large to be kept.' : `The change is kept in ${patch}.`;
  return `Meanwhile ${few(files)} changed in ${root}, by whom is not known. ${kept}`;
}
