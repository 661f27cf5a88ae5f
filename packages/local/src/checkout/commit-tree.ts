import type { Git } from '../git/git.ts';

/** A commit to make from objects that exist. */
export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Who wrote it, where that is not the user; the date as Git has it raw. */
  readonly author?: { readonly name: string; readonly email: string; readonly date: string };
}

/** Makes a commit without touching a checkout or a branch; signed when the user signs commits. */
export async function commitTree(git: Git, { tree, parents, message, author }: NewCommit): Promise<string> {
  // Only `git commit` reads this setting by itself.
  const signs = (await git.tryText(['config', '--type=bool', '--get', 'commit.gpgSign'])) === 'true';
  const options = [...(signs ? ['-S'] : []), ...parents.flatMap((parent) => ['-p', parent])];
  const env = author && {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
  };
  return git.text(['commit-tree', tree, ...options, '-F', '-'], { stdin: message, ...(env && { env }) });
}
