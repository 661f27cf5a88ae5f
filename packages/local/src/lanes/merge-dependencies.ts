import type { DependencyCommit } from '@spec-kitty/core/ports/lane-repository';
import { reviewedCommitLost } from '@spec-kitty/core/work/reviewed-commit-lost';
import { commitTree } from '../checkout/commit-tree.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';

/** A dependency that does not go together with its lane. */
export interface MergeConflict extends DependencyCommit {
  readonly paths: readonly string[];
}

/** Where a lane gets to by its dependencies; with a conflict, as far as it got. */
export interface MergedDependencies {
  readonly tip: string;
  readonly conflict?: MergeConflict;
}

/**
 * Merges reviewed commits into a lane's tip, one commit each, as objects only: no branch or checkout changes.
 *
 * @throws Fault `REVIEWED_COMMIT_LOST` for a commit that this repository does not have.
 */
export async function mergeDependencies(
  git: Git,
  start: string,
  dependencies: readonly DependencyCommit[],
): Promise<MergedDependencies> {
  let tip = start;
  for (const dependency of dependencies) {
    const { wp, commit } = dependency;
    if ((await commitOf(git, commit)) === undefined) throw reviewedCommitLost(wp, commit);
    if (await git.ok(['merge-base', '--is-ancestor', commit, tip])) continue;
    const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', tip, commit];
    const merged = await git.attempt(args);
    const [tree = '', ...paths] = merged.stdout.split('\0').filter((part) => part !== '');
    // Exit code 1 alone also means that there was nothing to merge, such as an unknown commit.
    if (merged.exitCode === 1 && paths.length > 0) return { tip, conflict: { ...dependency, paths } };
    if (merged.exitCode !== 0) throw git.failure(args, merged);
    // The trailer tells it from what people do: it is no work on the package.
    const message = `Merge ${wp} into this lane\n\nSpec-Kitty-Command: implement\n`;
    tip = await commitTree(git, { tree, parents: [tip, commit], message });
  }
  return { tip };
}
