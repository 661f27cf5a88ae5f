import { commitsOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { type ListedWorktree, worktreesOf } from '../git/list-worktrees.ts';

/** A branch and the commit that it is at. */
export interface BranchTip {
  readonly branch: string;
  readonly tip: string;
}

/** The first of several branches that exists. */
export async function existingBranch(git: Git, branches: readonly string[]): Promise<BranchTip | undefined> {
  return (await existingBranches(git, [branches]))[0];
}

/** The same for several lanes. */
export async function existingBranches(
  git: Git,
  lanes: readonly (readonly string[])[],
): Promise<readonly (BranchTip | undefined)[]> {
  const names = lanes.flat();
  const tips = await commitsOf(
    git,
    names.map((branch) => `refs/heads/${branch}`),
  );
  const known = new Map(names.map((branch, at) => [branch, tips[at]]));
  return lanes.map((branches) => {
    const branch = branches.find((name) => known.get(name) !== undefined);
    const tip = branch === undefined ? undefined : known.get(branch);
    return branch === undefined || tip === undefined ? undefined : { branch, tip };
  });
}

/** The worktree that has a branch checked out, the primary checkout among them. */
export async function worktreeOf(git: Git, branch: string): Promise<ListedWorktree | undefined> {
  return (await worktreesOf(git, branch))[0];
}
