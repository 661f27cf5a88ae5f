import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { type ListedWorktree, listWorktrees } from '../git/list-worktrees.ts';

/** The first of several branch names that exists. */
export async function existingBranch(git: Git, branches: readonly string[]): Promise<string | undefined> {
  for (const branch of branches) {
    if (await commitOf(git, `refs/heads/${branch}`)) return branch;
  }
  return undefined;
}

/** The worktree that has a branch checked out, the primary checkout among them. */
export async function worktreeOf(git: Git, branch: string): Promise<ListedWorktree | undefined> {
  return (await listWorktrees(git)).find((tree) => tree.branch === `refs/heads/${branch}`);
}
