import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type {
  Credit,
  Integration,
  LaneCommit,
  LaneResult,
  MergeOrder,
} from '@spec-kitty/core/ports/integration';
import { UNSHALLOW } from '@spec-kitty/core/execution-lanes/unshallow';
import { commitTree, signsCommits } from '../checkout/commit-tree.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { isShallow } from '../git/is-shallow.ts';
import { commonAncestors, type History, type Lacked, lackedOf } from '../history/history.ts';
import { laneHistory } from '../landing/find-landed.ts';
import { requireLandedThere } from '../landing/require-landed-there.ts';
import { mergeCommits, scratchCommit } from '../trees/merge-trees.ts';
import { goneFromTarget } from './gone-from-target.ts';
import { requireBothSides } from './one-sided.ts';
import { type MergeStep, type ProvedMerge, proveMerges } from './prove-merge.ts';
import { rebaseLanes } from './rebase-lanes.ts';
import { requireNothingDropped } from './require-nothing-dropped.ts';
import type { TreeWriter } from './tree-writer.ts';

/**
 * Merges lanes among the objects, beside every checkout, and proves each step.
 *
 * Every strategy begins with the same merges, so all of them end with the same tree; they differ in the commits.
 */
export async function buildMerge(git: Git, trees: TreeWriter, order: PlacedOrder): Promise<Integration> {
  const { target, strategy, tip: before } = order;
  const history = await laneHistory(git, order);
  await requireLandedThere(git, history, order);
  const chain = await mergeChain(git, history, order);
  const merges = await proveChain(git, trees, { target, chain });
  const merged = await shaped(git, { before, chain, order });
  const changed = await changedPaths(git, before, merged);
  const lanes = chain.links.map(({ lane, left, step }) => {
    const files = step ? (merges.get(step)?.files ?? []) : [];
    return { ...lane, files, conflicts: [], ...left };
  });
  const proof = [...merges.values()].map(({ step }) => step);
  return { target, strategy, before, merged, changed, lanes, proof, landed: [] };
}

/** A merge that is asked for, and the commit that the target is at. */
type PlacedOrder = MergeOrder & { readonly tip: string };

/** The lanes merged one after the other. */
interface Chain {
  readonly tip: string;
  readonly links: readonly Link[];
}

/** A lane in its turn: with a merge, left out for its conflicts, or neither, where the target has all of it. */
interface Link {
  readonly lane: LaneCommit & Counts;
  readonly step?: MergeStep;
  readonly left?: Pick<LaneResult, 'files' | 'conflicts'>;
}

type Counts = Pick<LaneResult, 'commits' | 'merges' | 'empty'>;

async function mergeChain(git: Git, history: History, order: PlacedOrder): Promise<Chain> {
  const links: Link[] = [];
  let { tip } = order;
  const joined = new Set<string>();
  const signs = order.strategy === 'merge' && (await signsCommits(git));
  const gone = await goneFromTarget(git, order);
  for (const [at, lane] of order.lanes.entries()) {
    const lacked = lackedOf(history, lane.commit, joined);
    const link = { lane: { ...lane, ...countsOf(history, lacked) } };
    if (lacked.commits.size === 0) {
      links.push(link);
      continue;
    }
    // A lane that was left out may be what the next one began with.
    if (links.every(({ left }) => !left)) {
      const later = order.lanes.slice(at + 1);
      await requireNothingDropped(git, { target: order.target, tip, lane, later, gone });
    }
    const { tree, conflicts } = await mergeCommits(git, tip, lane.commit).catch(async (error: unknown) => {
      await requireRelated(git, tip, lane);
      throw error;
    });
    if (conflicts.length > 0) {
      const found = conflicts.map((conflict) => ({ lane: lane.laneId, ...conflict }));
      links.push({ ...link, left: { files: await changedPaths(git, tip, tree), conflicts: found } });
      continue;
    }
    const parents = [tip, lane.commit] as const;
    const common = await commonAncestors(git, lacked, parents);
    links.push({ ...link, step: { ours: tip, theirs: lane.commit, result: tree, common } });
    for (const one of lacked.commits) joined.add(one);
    tip =
      order.strategy === 'merge'
        ? await commitTree(git, { tree, parents, message: order.laneMessage(lane), signs })
        : await scratchCommit(git, tree, parents);
  }
  return { tip, links };
}

/** How many commits a lane brings, and how many of them leave the files as they were. */
function countsOf({ trees, parents }: History, { commits }: Lacked): Counts {
  const made = [...commits].map((id) => ({ id, on: parents.get(id) ?? [] }));
  const isEmpty = (id: string, [one = '', ...more]: readonly string[]) =>
    more.length === 0 && trees.get(one) === trees.get(id);
  return {
    commits: made.length,
    merges: made.filter(({ on }) => on.length > 1).length,
    empty: made.filter(({ id, on }) => isEmpty(id, on)).length,
  };
}

/** Proves what was merged, all at once. */
async function proveChain(
  git: Git,
  trees: TreeWriter,
  { target, chain }: { readonly target: string; readonly chain: Chain },
): Promise<ReadonlyMap<MergeStep, ProvedMerge>> {
  const steps = chain.links.flatMap(({ step }) => step ?? []);
  const proved = await proveMerges(git, trees, steps);
  const merges = new Map<MergeStep, ProvedMerge>();
  for (const { lane, step } of chain.links) {
    const merge = step && proved[merges.size];
    if (!merge) continue;
    await requireBothSides(git, merge.both, { target, laneId: lane.laneId });
    merges.set(step, merge);
  }
  return merges;
}

interface Shaping {
  readonly before: string;
  readonly chain: Chain;
  readonly order: MergeOrder;
}

/** Gives the merged tree the commits that the strategy asks for. */
async function shaped(git: Git, { before, chain, order }: Shaping): Promise<string> {
  const clean = chain.links.filter(({ left }) => !left);
  if (order.strategy === 'merge' || clean.length < chain.links.length) return chain.tip;
  const tree = clean.findLast(({ step }) => step)?.step?.result;
  // What the target has already needs no commit.
  if (tree === undefined || tree === (await git.text(['rev-parse', `${before}^{tree}`]))) return before;
  if (order.strategy === 'rebase') {
    const lanes = clean.flatMap(({ lane, step }) => (step ? [{ lane, tree: step.result }] : []));
    const message = async (lane: LaneCommit, without: readonly string[]): Promise<string> =>
      order.squashMessage(await creditsOf(git, without, [lane]));
    return rebaseLanes(git, { before, lanes, message });
  }
  const message = order.squashMessage(
    await creditsOf(
      git,
      [before],
      clean.map(({ lane }) => lane),
    ),
  );
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
