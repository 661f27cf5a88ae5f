import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { type ListedWorktree, listWorktrees } from '../git/list-worktrees.ts';

/** The first of several branches that exists. */
export async function existingBranch(
  git: Git,
  branches: readonly string[],
): Promise<{ readonly branch: string; readonly tip: string } | undefined> {
  for (const branch of branches) {
    const tip = await commitOf(git, `refs/heads/${branch}`);
    if (tip !== undefined) return { branch, tip };
  }
  return undefined;
}

/** The worktree that has a branch checked out, the primary checkout among them. */
export async function worktreeOf(git: Git, branch: string): Promise<ListedWorktree | undefined> {
  return (await listWorktrees(git)).find((tree) => tree.branch === `refs/heads/${branch}`);
}
