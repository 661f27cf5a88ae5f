import { OWN_FOLDERS } from '@spec-kitty/core/own-paths';
import { Git } from '@spec-kitty/local/git/git';

/** What plain Git says about the repository after the merge, whatever the demo believes. */
export interface GitFacts {
  /** First-parent line of `main`, newest first; commits by their short names. */
  readonly commits: readonly { readonly commit: string; readonly subject: string }[];
  /** How many of the approved commits are on `main`, or in a lane of which `main` has every file. */
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
  const tips = ['main', ...(await landedTips(git))];
  for (const commit of approved) if (await isBelow(git, commit, tips)) landed += 1;
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
    mixed: await git.lines(['log', '--format=%h', ...byAgents, '--', ...OWN_FOLDERS]),
    backups: await git.lines(['for-each-ref', '--format=%(refname)', 'refs/spec-kitty/backup']),
  };
}

/** Lanes that a squash has brought to `main`: every file that they changed is there as they left it. */
async function landedTips(git: Git): Promise<readonly string[]> {
  const tips: string[] = [];
  for (const ref of await git.lines([
    'for-each-ref',
    '--format=%(refname)',
    'refs/spec-kitty/backup/*/lane-*',
  ])) {
    const changed = await git.records(['diff', '--name-only', '--no-renames', '-z', `main...${ref}`]);
    if (await git.ok(['diff', '--quiet', ref, 'main', '--', ...changed])) tips.push(ref);
  }
  return tips;
}

async function isBelow(git: Git, commit: string, tips: readonly string[]): Promise<boolean> {
  for (const tip of tips) if (await git.ok(['merge-base', '--is-ancestor', commit, tip])) return true;
  return false;
}
