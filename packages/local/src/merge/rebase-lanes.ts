import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import { commitTree } from '../checkout/commit-tree.ts';
import type { Git } from '../git/git.ts';
import { mergeThreeTrees } from './merge-trees.ts';

/** Commits to put onto a target, one after the other. */
export interface Rebase {
  readonly before: string;
  readonly lanes: readonly LaneCommit[];
  /** What must come out: the same as when the lanes are merged. */
  readonly tree: string;
}

/**
 * Picks the commits of the lanes onto the target, merges aside; one that changes nothing any more is left out.
 *
 * @throws Fault `REBASE_DIFFERS` when a commit conflicts on the way, or the result is not that of merging: a merge in a
 * lane held work that no plain commit has.
 */
export async function rebaseLanes(git: Git, { before, lanes, tree }: Rebase): Promise<string> {
  let tip = before;
  const known = [before];
  for (const lane of lanes) {
    const range = ['--reverse', '--topo-order', '--no-merges', lane.commit, ...known.map((one) => `^${one}`)];
    for (const commit of await git.lines(['rev-list', ...range]))
      tip = await pick(git, { commit, onto: tip, lane });
    known.push(lane.commit);
  }
  if ((await treeOf(git, tip)) === tree) return tip;
  throw differs('Its commits, picked one by one, do not give what merging them gives', { before });
}

async function pick(
  git: Git,
  { commit, onto, lane }: { commit: string; onto: string; lane: LaneCommit },
): Promise<string> {
  const parent = await git.tryText(['rev-parse', '--verify', '--quiet', `${commit}^`]);
  const base = parent === undefined ? await git.text(['mktree'], { stdin: '' }) : await treeOf(git, parent);
  const ours = await treeOf(git, onto);
  const { tree, conflicts } = await mergeThreeTrees(git, { base, ours, theirs: await treeOf(git, commit) });
  if (conflicts.length > 0) {
    const paths = conflicts.map(({ path }) => path);
    throw differs(`${commit.slice(0, 12)} of ${lane.laneId} conflicts in ${few(paths)}`, { commit, paths });
  }
  if (tree === ours) return onto;
  const [name = '', email = '', date = ''] = await git.records([
    'log',
    '-1',
    '--format=%an%x00%ae%x00%ad',
    '--date=raw',
    '-z',
    commit,
  ]);
  const shown = await git.run(['log', '-1', '--format=%B', commit]);
  // The last newline is that of the output.
  const message = shown.stdout.replace(/\n$/, '');
  // Git reads a commit without an author's name, and makes none.
  const author = { name: name || 'unknown', email, date: `@${date}` };
  // Without the sign a date of the first years is one that Git cannot read.
  return commitTree(git, { tree, parents: [onto], message, author });
}

function treeOf(git: Git, commit: string): Promise<string> {
  return git.text(['rev-parse', `${commit}^{tree}`]);
}

function differs(what: string, details: Readonly<Record<string, unknown>>): Fault {
  return new Fault('refused', 'REBASE_DIFFERS', `${what}; nothing was moved.`, {
    hints: ['Merge with `--strategy squash` or `--strategy merge`, which take the lanes as they are.'],
    details,
  });
}
