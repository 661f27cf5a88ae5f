import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import { commitTree } from '../checkout/commit-tree.ts';
import type { Git } from '../git/git.ts';
import { mergeThreeTrees } from '../trees/merge-trees.ts';

/** Commits to put onto a target, one after the other. */
export interface Rebase {
  readonly before: string;
  readonly lanes: readonly RebasedLane[];
  /** Message of the one commit that stands for a lane, whose commits are those that lead to none of the others. */
  readonly message: (lane: LaneCommit, without: readonly string[]) => Promise<string>;
}

/** A lane, and what must come out once it is there: the same as when it is merged. */
export interface RebasedLane {
  readonly lane: LaneCommit;
  readonly tree: string;
}

/**
 * Picks the commits of the lanes onto the target, merges aside; one that changes nothing any more is left out.
 *
 * A lane whose commits do not give what merging it gives becomes one commit: one of them conflicts on the way, or a merge
 * in the lane holds work that no plain commit has, such as a resolution.
 */
export async function rebaseLanes(git: Git, { before, lanes, message }: Rebase): Promise<string> {
  let tip = before;
  const known = [before];
  for (const { lane, tree } of lanes) {
    const picked = await pickAll(git, { lane, known, onto: tip });
    if (picked !== undefined && (await treeOf(git, picked)) === tree) tip = picked;
    else if ((await treeOf(git, tip)) !== tree)
      tip = await commitTree(git, { tree, parents: [tip], message: await message(lane, known) });
    known.push(lane.commit);
  }
  return tip;
}

/** @returns the last commit; `undefined` when one of them conflicts. */
async function pickAll(
  git: Git,
  { lane, known, onto }: { lane: LaneCommit; known: readonly string[]; onto: string },
): Promise<string | undefined> {
  const range = ['--reverse', '--topo-order', '--no-merges', lane.commit, ...known.map((one) => `^${one}`)];
  let tip: string | undefined = onto;
  for (const commit of await git.lines(['rev-list', ...range])) {
    tip = await pick(git, commit, tip);
    if (tip === undefined) return undefined;
  }
  return tip;
}

async function pick(git: Git, commit: string, onto: string): Promise<string | undefined> {
  const parent = await git.tryText(['rev-parse', '--verify', '--quiet', `${commit}^`]);
  const base = parent === undefined ? await git.text(['mktree'], { stdin: '' }) : await treeOf(git, parent);
  const ours = await treeOf(git, onto);
  const { tree, conflicts } = await mergeThreeTrees(git, { base, ours, theirs: await treeOf(git, commit) });
  if (conflicts.length > 0) return undefined;
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
