import type { PeoplesCommit } from '@spec-kitty/core/ports/lane-repository';
import type { Git } from '../git/git.ts';

/** Trailer of every commit that this product makes. */
const OWN_COMMIT = 'Spec-Kitty-Command';

/** Begins a commit among the paths of `git log -z`: its id follows, and its author; then its subject after a space, so that none is taken for a beginning. */
const COMMIT_MARK = '\u0001';
// oxlint-disable-next-line no-control-regex -- a path must not be taken for it
const COMMIT_START = /(?:^|\0)\u0001(?=[0-9a-f]+<[^\0]*>\0)/;

/** Which commits are asked for. */
export interface CommitRange {
  readonly tip: string;
  readonly without: readonly string[];
  /** What a merge changes: other than Git would have made it, for which Git writes objects, or other than each of its sides. */
  readonly merges: 'remerge' | 'dense-combined';
}

/** Commits of people, the latest first, without those that we make and what our merges bring. */
export async function peoplesCommits(
  git: Git,
  { tip, without, merges }: CommitRange,
): Promise<readonly PeoplesCommit[]> {
  const args = [
    'log',
    '--basic-regexp',
    `--diff-merges=${merges}`,
    '--ignore-submodules=none',
    '--name-only',
    '--no-renames',
    `--format=${COMMIT_MARK}%H<%ae>%x00 %s`,
    '-z',
    '--invert-grep',
    `--grep=^${OWN_COMMIT}:`,
    tip,
    ...without.map((commit) => `^${commit}`),
  ];
  const { stdout } = await git.run(args, { encoding: 'escaped' });
  const brought = await broughtByOurMerges(git, tip, without);
  return stdout
    .split(COMMIT_START)
    .slice(1)
    .flatMap((commit) => {
      const [head = '', subject = '', ...lines] = commit.split('\0');
      const [id = '', author = ''] = head.split('<');
      if (brought.has(id)) return [];
      const paths = lines.map((file) => file.replace(/^\n/, '')).filter((file) => file !== '');
      return [{ id, subject: subject.trim(), author: author.slice(0, -1), paths }];
    });
}

/** Ids of the commits that merges of ours brought: they were reviewed where they come from. */
async function broughtByOurMerges(
  git: Git,
  tip: string,
  without: readonly string[],
): Promise<ReadonlySet<string>> {
  const own = ['--basic-regexp', '--merges', `--grep=^${OWN_COMMIT}:`];
  const merges = await git.text([
    'log',
    ...own,
    '--format=%P',
    tip,
    ...without.map((commit) => `^${commit}`),
  ]);
  const brought = new Set<string>();
  for (const line of merges.split('\n').filter(Boolean)) {
    const [into = '', ...parents] = line.split(' ');
    const ids = await git.text(['rev-list', ...parents, `^${into}`]);
    for (const id of ids.split('\n')) brought.add(id);
  }
  return brought;
}
