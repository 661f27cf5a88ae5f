import type { DependencyCommit } from '@spec-kitty/core/ports/lane-repository';
import { reviewedCommitLost } from '@spec-kitty/core/execution-lanes/reviewed-commit-lost';
import { commitTree } from '../checkout/commit-tree.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { mergeCommits } from '../trees/merge-trees.ts';

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
    if ((await commitOf(git, commit)) === undefined) throw reviewedCommitLost({ wp, commit });
    if (await git.ok(['merge-base', '--is-ancestor', commit, tip])) continue;
    const { tree, conflicts } = await mergeCommits(git, tip, commit);
    if (conflicts.length > 0)
      return { tip, conflict: { ...dependency, paths: conflicts.map(({ path }) => path) } };
    // The trailer tells it from what people do: it is no work on the package.
    const message = `Merge ${wp} into this lane\n\nSpec-Kitty-Command: implement\n`;
    tip = await commitTree(git, { tree, parents: [tip, commit], message });
  }
  return { tip };
}
