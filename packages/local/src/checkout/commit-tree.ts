import type { Git } from '../git/git.ts';

/** A commit to make from objects that exist. */
export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** Makes a commit without touching a checkout or a branch; signed when the user signs commits. */
export async function commitTree(git: Git, { tree, parents, message }: NewCommit): Promise<string> {
  // Only `git commit` reads this setting by itself.
  const signs = (await git.tryText(['config', '--type=bool', '--get', 'commit.gpgSign'])) === 'true';
  const options = [...(signs ? ['-S'] : []), ...parents.flatMap((parent) => ['-p', parent])];
  return git.text(['commit-tree', tree, ...options, '-F', '-'], { stdin: message });
}
