import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type {
  Credit,
  Integration,
  LaneCommit,
  LaneResult,
  MergeOrder,
  ProofStep,
} from '@spec-kitty/core/ports/integration';
import { UNSHALLOW } from '@spec-kitty/core/execution-lanes/unshallow';
import { commitTree, signsCommits } from '../checkout/commit-tree.ts';
import { ancestorsOf } from '../git/ancestors.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { isShallow } from '../git/is-shallow.ts';
import { requireLandedThere } from '../landing/require-landed-there.ts';
import { mergeCommits, scratchCommit } from '../trees/merge-trees.ts';
import { requireBothSides } from './one-sided.ts';
import { type ProvedMerge, proveMerge } from './prove-merge.ts';
import { rebaseLanes } from './rebase-lanes.ts';
import { requireNothingDropped } from './require-nothing-dropped.ts';
import type { TreeWriter } from './tree-writer.ts';

/**
 * Merges lanes among the objects, beside every checkout, and proves each step.
 *
 * Every strategy begins with the same merges, so all of them end with the same tree; they differ in the commits.
 */
export async function buildMerge(git: Git, trees: TreeWriter, order: MergeOrder): Promise<Integration> {
  const { target, strategy } = order;
  const before = await targetTip(git, target);
  await requireLandedThere(git, before, order);
  const chain = await mergeChain(git, trees, { before, order });
  const merged = await shaped(git, { before, chain, order });
  const changed = await changedPaths(git, before, merged);
  return { target, strategy, before, merged, changed, lanes: chain.lanes, proof: chain.proof, landed: [] };
}

/** The lanes merged one after the other. */
interface Chain {
  readonly tip: string;
  readonly lanes: readonly LaneResult[];
  readonly proof: readonly ProofStep[];
}

async function mergeChain(
  git: Git,
  trees: TreeWriter,
  { before, order }: { before: string; order: MergeOrder },
): Promise<Chain> {
  const lanes: LaneResult[] = [];
  const proof: ProofStep[] = [];
  let tip = before;
  let known: ProvedMerge['onward'] | undefined;
  const signs = order.strategy === 'merge' && (await signsCommits(git));
  const bases = order.lanes.flatMap(({ base }) => base ?? []);
  const kept = await ancestorsOf(git, before, bases);
  for (const lane of order.lanes) {
    const counts = await countsOf(git, lane.commit, tip);
    if (counts.commits === 0) {
      lanes.push({ ...lane, ...counts, files: [], conflicts: [] });
      continue;
    }
    // A lane that was left out may be what the next one began with.
    if (!kept.has(lane.base ?? '') && lanes.every((one) => one.conflicts.length === 0))
      await requireNothingDropped(git, { target: order.target, tip, lane });
    const { tree, conflicts } = await mergeCommits(git, tip, lane.commit).catch(async (error: unknown) => {
      await requireRelated(git, tip, lane);
      throw error;
    });
    if (conflicts.length > 0) {
      const found = conflicts.map((conflict) => ({ lane: lane.laneId, ...conflict }));
      lanes.push({ ...lane, ...counts, files: await changedPaths(git, tip, tree), conflicts: found });
      continue;
    }
    const proved = await proveMerge(git, trees, { ours: tip, theirs: lane.commit, result: tree, known });
    await requireBothSides(git, proved.both, { target: order.target, laneId: lane.laneId });
    known = proved.onward;
    proof.push(proved.step);
    lanes.push({ ...lane, ...counts, files: proved.files, conflicts: [] });
    const parents = [tip, lane.commit];
    tip =
      order.strategy === 'merge'
        ? await commitTree(git, { tree, parents, message: order.laneMessage(lane), signs })
        : await scratchCommit(git, tree, parents);
  }
  return { tip, lanes, proof };
}

/** How many commits a lane brings, and how many of them leave the files as they were. */
async function countsOf(
  git: Git,
  tip: string,
  without: string,
): Promise<Pick<LaneResult, 'commits' | 'merges' | 'empty'>> {
  const lines = await git.lines(['log', '--boundary', '--format=%m %H %T %P', tip, `^${without}`]);
  const found = lines.map((line) => line.split(' '));
  const trees = new Map(found.map(([, id, tree]) => [id, tree]));
  const own = found.filter(([mark]) => mark !== '-');
  const empty = own.filter(
    ([, , tree, ...parents]) => parents.length === 1 && trees.get(parents[0]) === tree,
  );
  const merges = own.filter(([, , , ...parents]) => parents.length > 1);
  return { commits: own.length, merges: merges.length, empty: empty.length };
}

interface Shaping {
  readonly before: string;
  readonly chain: Chain;
  readonly order: MergeOrder;
}

/** Gives the merged tree the commits that the strategy asks for. */
async function shaped(git: Git, { before, chain, order }: Shaping): Promise<string> {
  const clean = chain.lanes.filter(({ conflicts }) => conflicts.length === 0);
  if (order.strategy === 'merge' || clean.length < chain.lanes.length) return chain.tip;
  const tree = await git.text(['rev-parse', `${chain.tip}^{tree}`]);
  // What the target has already needs no commit.
  if (tree === (await git.text(['rev-parse', `${before}^{tree}`]))) return before;
  if (order.strategy === 'rebase') {
    const trees = new Map(chain.proof.map(({ theirs, result }) => [theirs, result]));
    const lanes = clean.flatMap((lane) => {
      const merged = trees.get(lane.commit);
      return merged === undefined ? [] : [{ lane, tree: merged }];
    });
    const message = async (lane: LaneCommit, without: readonly string[]): Promise<string> =>
      order.squashMessage(await creditsOf(git, without, [lane]));
    return rebaseLanes(git, { before, lanes, message });
  }
  const message = order.squashMessage(await creditsOf(git, [before], clean));
  return commitTree(git, { tree, parents: [before], message });
}

/** Who wrote what: commits that a package added to those before it, merges aside. */
async function creditsOf(
  git: Git,
  without: readonly string[],
  lanes: readonly LaneCommit[],
): Promise<readonly Credit[]> {
  const ends = lanes.flatMap(({ commit: tip, reviewed }) =>
    reviewed.map(({ wp, commit }, at) => ({
      wp,
      commit: at === reviewed.length - 1 ? tip : (commit ?? tip),
    })),
  );
  if (ends.length === 0) return [];
  const range = [...ends.map(({ commit }) => commit), ...without.map((commit) => `^${commit}`)];
  const stdin = range.map((line) => `${line}\n`).join('');
  const lines = await git.lines(['log', '--format=%H%x09%P%x09%an <%ae>', '--stdin'], { stdin });
  const open = new Map(
    lines.map((line) => {
      const [id = '', parents = '', ...author] = line.split('\t');
      return [id, { parents: parents.split(' '), author: author.join('\t') }];
    }),
  );
  return ends.map(({ wp, commit }) => {
    const authors = new Set<string>();
    const ahead = [commit];
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      const found = open.get(id);
      if (!found) continue;
      open.delete(id);
      ahead.push(...found.parents);
      if (found.parents.length < 2) authors.add(found.author);
    }
    return { wp, commit, authors: [...authors].toSorted() };
  });
}

async function changedPaths(git: Git, before: string, after: string): Promise<readonly string[]> {
  return git.records(['diff-tree', '-r', '--name-only', '--no-renames', '-z', before, after]);
}

/** @throws Fault `TARGET_NOT_FOUND`. */
export async function targetTip(git: Git, target: string): Promise<string> {
  const tip = await commitOf(git, `refs/heads/${target}`);
  if (tip !== undefined) return tip;
  throw new Fault('refused', 'TARGET_NOT_FOUND', `The target branch does not exist: ${target}`, {
    hints: [
      'If the branch has another name now, correct target_branch in meta.json.',
      `If it was never made, create it with \`git branch ${shellWord(target)}\`.`,
    ],
    details: { target_branch: target },
  });
}

async function requireRelated(git: Git, tip: string, { laneId, commit }: LaneCommit): Promise<void> {
  if (await git.ok(['merge-base', tip, commit])) return;
  const shallow = await isShallow(git);
  const why = shallow ? '; this is a shallow clone, which lacks it' : '';
  throw new Fault(
    'refused',
    'UNRELATED_HISTORIES',
    `${laneId} and its target have no commit in common${why}: ${commit}`,
    {
      hints: [
        shallow
          ? UNSHALLOW
          : 'Nothing was moved. If the target was rewritten, rebase the lane onto it and send it to review.',
      ],
      details: { lane_id: laneId, commit },
    },
  );
}
