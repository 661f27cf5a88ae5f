import { existsSync } from 'node:fs';
import path from 'node:path';
import { Git } from '../git/git.ts';
import { type ListedWorktree, listWorktrees } from '../git/list-worktrees.ts';

/**
 * Picks the checkout that holds the missions of a repository whose main worktree is not beside its Git directory.
 *
 * In order: `core.worktree`; of a bare repository, the worktree of its default branch; else its only worktree.
 * The same answer for every caller, so that two processes never write two logs. A separate Git directory
 * without `core.worktree` does not know its checkout, so any guess would depend on where the caller stands.
 */
export async function findPrimaryWorktree(commonDir: string): Promise<string | undefined> {
  const git = new Git(commonDir);
  const configured = await git.tryText(['config', '--local', 'core.worktree']);
  if (configured) return path.resolve(commonDir, configured);

  const listed = await listWorktrees(git);
  if (!listed[0]?.bare) return undefined;
  const people = listed.filter(
    (tree) => !tree.bare && !isOurs(tree, commonDir) && existsSync(path.join(tree.root, '.git')),
  );
  const defaultBranch = await git.tryText(['symbolic-ref', '-q', 'HEAD']);
  return (
    people.find((tree) => tree.branch === defaultBranch) ?? (people.length === 1 ? people[0] : undefined)
  )?.root;
}

/** A lane's worktree, or the scratch worktree of a merge. */
function isOurs({ root, branch }: ListedWorktree, commonDir: string): boolean {
  const own = path.join(commonDir, 'spec-kitty') + path.sep;
  return (
    branch?.startsWith('refs/heads/kitty/') === true ||
    /[/\\]\.worktrees[/\\][^/\\]+-lane-[a-z]+$/.test(root) ||
    path.resolve(root).startsWith(own)
  );
}
