import { Git } from '@spec-kitty/local/git/git';

/** What plain Git says about the repository after the merge, whatever the demo believes. */
export interface GitFacts {
  /** First-parent line of `main`, newest first; commits by their short names. */
  readonly commits: readonly { readonly commit: string; readonly subject: string }[];
  /** How many of the approved commits are on `main`. */
  readonly landed: number;
  /** Paths that `git status` lists, untracked ones included. */
  readonly uncommitted: readonly string[];
  /** Commits of agents on `main` that touch files of Spec Kitty. */
  readonly mixed: readonly string[];
  /** Refs that keep what branches pointed to before the merge. */
  readonly backups: readonly string[];
}

/** Asks Git what came of a delivered mission. */
export async function readGitFacts(git: Git, approved: readonly string[]): Promise<GitFacts> {
  let landed = 0;
  for (const commit of approved)
    if (await git.ok(['merge-base', '--is-ancestor', commit, 'main'])) landed += 1;
  const line = await git.lines(['log', '--first-parent', '--format=%h %s', 'main']);
  const commits = line.map((text) => {
    const [commit = '', ...subject] = text.split(' ');
    return { commit, subject: subject.join(' ') };
  });
  const status = await git.records(['status', '--porcelain=v1', '-z', '--untracked-files=all']);
  const byAgents = [
    '--no-merges',
    '--invert-grep',
    '--grep=^Spec-Kitty-Command:',
    `${commits.at(-1)?.commit ?? ''}..main`,
  ];
  return {
    commits,
    landed,
    uncommitted: status.map((entry) => entry.slice(3)),
    mixed: await git.lines(['log', '--format=%h', ...byAgents, '--', 'kitty-specs', '.kittify']),
    backups: await git.lines(['for-each-ref', '--format=%(refname)', 'refs/spec-kitty/backup']),
  };
}
