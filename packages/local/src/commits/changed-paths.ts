import { type CheckoutOwner, withIndexCopy } from '../checkout/hold-index.ts';
import { commitOf } from '../git/commit-of.ts';

/**
 * Paths below others in the primary checkout that differ from HEAD or are new, ignored ones aside.
 *
 * Not by `git status`, which looks at all files; and on a copy of the index, as `git diff` would write the index again.
 */
export async function changedPaths(
  owner: CheckoutOwner,
  within: readonly string[],
): Promise<readonly string[]> {
  if (within.length === 0) return [];
  return withIndexCopy(owner, owner.repository.primary, async (git) => {
    const born = (await commitOf(git, 'HEAD')) !== undefined;
    const changed = born
      ? await git.records(['diff', '--name-only', '--no-renames', '-z', 'HEAD', '--', ...within])
      : await git.records(['ls-files', '-z', '--', ...within]);
    const added = await git.records(['ls-files', '--others', '--exclude-standard', '-z', '--', ...within]);
    return [...changed, ...added];
  });
}
