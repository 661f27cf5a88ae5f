import type { Git } from '../git/git.ts';

/** A commit to make from objects that exist. */
export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Who wrote it, where that is not the user; the date as Git has it raw. */
  readonly author?: { readonly name: string; readonly email: string; readonly date: string };
  /** Whether the user signs commits, where many are made and that has been asked; see {@link signsCommits}. */
  readonly signs?: boolean;
}

/** Whether the user signs commits. */
export async function signsCommits(git: Git): Promise<boolean> {
  return (await git.tryText(['config', '--type=bool', '--get', 'commit.gpgSign'])) === 'true';
}

/** Makes a commit without touching a checkout or a branch; signed when the user signs commits. */
export async function commitTree(git: Git, commit: NewCommit): Promise<string> {
  const { tree, parents, message, author } = commit;
  // Only `git commit` reads this setting by itself.
  const signs = commit.signs ?? (await signsCommits(git));
  const options = [...(signs ? ['-S'] : []), ...parents.flatMap((parent) => ['-p', parent])];
  const env = author && {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
  };
  return git.text(['commit-tree', tree, ...options, '-F', '-'], { stdin: message, ...(env && { env }) });
}
