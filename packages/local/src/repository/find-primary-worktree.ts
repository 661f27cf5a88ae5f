import { existsSync } from 'node:fs';
import path from 'node:path';
import { Git } from '../git/git.ts';

interface ListedWorktree {
  readonly root: string;
  readonly branch: string | undefined;
  readonly bare: boolean;
}

/**
 * Picks the checkout that holds the missions of a repository whose main worktree is not beside its Git directory.
 *
 * In order: `core.worktree`; of a bare repository, the worktree of its default branch; else its only worktree.
 * The same answer for every caller, so that two processes never write two logs.
 */
export async function findPrimaryWorktree(commonDir: string): Promise<string | undefined> {
  const git = new Git(commonDir);
  const configured = await git.tryText(['config', '--local', 'core.worktree']);
  if (configured) return path.resolve(commonDir, configured);

  const listed = parseWorktrees(await git.text(['worktree', 'list', '--porcelain']));
  const people = listed.filter((tree) => !tree.bare && !isOurs(tree) && existsSync(path.join(tree.root, '.git')));
  const defaultBranch = await git.tryText(['symbolic-ref', '-q', 'HEAD']);
  return (people.find((tree) => tree.branch === defaultBranch) ?? (people.length === 1 ? people[0] : undefined))?.root;
}

function isOurs(tree: ListedWorktree): boolean {
  return tree.root.split(path.sep).includes('.worktrees') || (tree.branch?.startsWith('refs/heads/kitty/') ?? false);
}

function parseWorktrees(porcelain: string): readonly ListedWorktree[] {
  return porcelain
    .split(/\n\n+/)
    .map((block) => block.split('\n'))
    .flatMap((lines) => {
      const value = (key: string) => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
      const root = value('worktree');
      return root === undefined ? [] : [{ root, branch: value('branch'), bare: lines.includes('bare') }];
    });
}
