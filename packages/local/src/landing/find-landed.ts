import { Fault } from '@spec-kitty/core/fault';
import type {
  Integration,
  LandedLane,
  LaneCommit,
  MergeOrder,
  Proposal,
} from '@spec-kitty/core/ports/integration';
import { few } from '@spec-kitty/core/few';
import { shellWord } from '@spec-kitty/core/shell-word';
import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { AbsentLane } from './merged-part.ts';
import type { Git } from '../git/git.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { commonAncestors, type History, lackedOf, readHistory } from '../history/history.ts';
import { judgeMerge } from '../trees/judge-merge.ts';
import { mergeCommits, mergeThreeTrees } from '../trees/merge-trees.ts';
import { patchIdsBetween, patchIdsOf } from './patch-ids.ts';
import { requireNotReverted } from './require-not-reverted.ts';

/** What is to be looked for on a target, which stands at `tip`. */
type Sought = Pick<MergeOrder, 'lanes' | 'proposal'> & { readonly tip: string };

/**
 * Proves that a target has the work of every lane.
 *
 * @throws Fault `LANES_NOT_LANDED`; `LANDING_REVERTED` when a later commit has taken it back.
 */
export async function findLanded(
  git: Git,
  { mission, target, ...sought }: Sought & Pick<MergeOrder, 'mission' | 'target'>,
): Promise<Integration> {
  const { tip, lanes } = sought;
  const { landed, missing } = await landedLanes(git, await laneHistory(git, sought), sought);
  if (missing.length > 0)
    throw notLanded({ mission, target }, missing, await lackingLanes(git, tip, missing));
  await requireNotReverted(git, { mission, target }, { ...sought, landed });
  const results = lanes.map((lane) => ({
    ...lane,
    commits: 0,
    merges: 0,
    empty: 0,
    files: [],
    conflicts: [],
  }));
  return {
    target,
    strategy: 'landed',
    before: tip,
    merged: tip,
    changed: [],
    lanes: results,
    proof: [],
    landed,
  };
}

/** What a target lacks of lanes. */
export function laneHistory(git: Git, { tip, lanes }: Pick<Sought, 'tip' | 'lanes'>): Promise<History> {
  return readHistory(
    git,
    tip,
    lanes.map(({ commit }) => commit),
  );
}

/**
 * Tells of which lanes a target has had the work: the commit itself, one with the same changes as the whole proposal or
 * the whole lane (a squash merge), or one for each of its commits (a rebase).
 */
export async function landedLanes(
  git: Git,
  history: History,
  { lanes, proposal }: Pick<Sought, 'lanes' | 'proposal'>,
): Promise<{ readonly landed: readonly LandedLane[]; readonly missing: readonly AbsentLane[] }> {
  const { target: tip } = history;
  const whole =
    proposal != null &&
    ((await git.ok(['merge-base', '--is-ancestor', proposal.merged, tip])) ||
      (await hasWork(git, tip, proposal)));
  const landed: LandedLane[] = [];
  const missing: AbsentLane[] = [];
  for (const lane of lanes) {
    const { laneId, commit } = lane;
    const lacked = lackedOf(history, commit);
    const itself = lacked.commits.size === 0;
    const [common] = itself ? [] : await commonAncestors(git, lacked, [tip, commit]);
    if (itself) landed.push({ lane: laneId, by: 'ancestry' });
    else if ((whole && proposal.lanes[laneId] === commit) || (await hasLane(git, tip, { commit, common })))
      landed.push({ lane: laneId, by: 'patch-id' });
    else missing.push({ ...lane, common });
  }
  return { landed, missing };
}

async function hasLane(
  git: Git,
  tip: string,
  { commit, common }: Pick<AbsentLane, 'commit' | 'common'>,
): Promise<boolean> {
  return common !== undefined && (await hasWork(git, tip, { before: common, merged: commit }));
}

/**
 * Whether one commit of the target makes the same change as all commits between two, or each of them is there. What only a
 * merge among them has, such as a resolution, is in none of them.
 */
async function hasWork(
  git: Git,
  tip: string,
  { before, merged }: Pick<Proposal, 'before' | 'merged'>,
): Promise<boolean> {
  // The target is where it was.
  if (tip === before) return false;
  const there = await patchIdsOf(git, ['--no-merges', tip, `^${before}`]);
  if (there.length === 0) return false;
  const [id] = await patchIdsBetween(git, [[before, merged]]);
  if (id !== undefined && (await hasChange(git, there, { before, after: merged, id }))) return true;
  const here = await patchIdsOf(git, ['--no-merges', merged, `^${before}`]);
  for (const [commit, own] of here)
    if (!(await hasChange(git, there, { before: `${commit}^`, after: commit, id: own }))) return false;
  return here.length > 0 && !(await hasOwnMerge(git, { before, merged }));
}

/** Whether one of the merges between two commits is otherwise than Git alone makes it. */
async function hasOwnMerge(
  git: Git,
  { before, merged }: Pick<Proposal, 'before' | 'merged'>,
): Promise<boolean> {
  for (const merge of await git.lines(['rev-list', '--merges', merged, `^${before}`])) {
    const judged = await judgeMerge(git, merge);
    if (!judged || ![...judged.conflicts, ...judged.besides].every(isOwnPath)) return true;
  }
  return false;
}

/**
 * Whether one of the commits makes a change. A patch id says nothing about where in a file, so each that has it must also be
 * what Git makes of the change on the commit before it.
 */
async function hasChange(
  git: Git,
  commits: Awaited<ReturnType<typeof patchIdsOf>>,
  { before, after, id }: { readonly before: string; readonly after: string; readonly id: string },
): Promise<boolean> {
  for (const [commit, own] of commits) {
    if (own !== id) continue;
    const [base, ours, theirs] = [
      await treeOf(git, before),
      await treeOf(git, `${commit}^`),
      `${after}^{tree}`,
    ];
    const { tree } = await mergeThreeTrees(git, { base, ours, theirs });
    if ([...(await treeChanges(git, tree, commit)).keys()].every(isOwnPath)) return true;
  }
  return false;
}

/** The tree of a commit, and an empty one before the first. */
async function treeOf(git: Git, commit: string): Promise<string> {
  const tree = await git.tryText(['rev-parse', '--verify', '--quiet', `${commit}^{tree}`]);
  return tree ?? git.text(['mktree'], { stdin: '' });
}

/** A lane of which a target lacks something, and the paths that merging it would change. */
interface Lacking extends LaneCommit {
  readonly paths: readonly string[];
}

/**
 * Finds the lanes of which a target lacks something: the others were made again by hand, or in more than one commit. What
 * a lane has of one below it is that one's to miss.
 */
async function lackingLanes(
  git: Git,
  tip: string,
  missing: readonly LaneCommit[],
): Promise<readonly Lacking[]> {
  const found: Lacking[] = [];
  for (const lane of missing) {
    const { tree, conflicts } = await mergeCommits(git, tip, lane.commit);
    const changed = [...(await treeChanges(git, tip, tree)).keys(), ...conflicts.map(({ path }) => path)];
    let paths = [...new Set(changed)].filter((file) => !isOwnPath(file));
    for (const below of paths.length > 0 ? found : []) {
      if (!(await git.ok(['merge-base', '--is-ancestor', below.commit, lane.commit]))) continue;
      const own = await treeChanges(git, below.commit, lane.commit);
      paths = paths.filter((file) => own.has(file) || !below.paths.includes(file));
    }
    if (paths.length > 0) found.push({ ...lane, paths });
  }
  return found;
}

function notLanded(
  { mission, target }: Pick<MergeOrder, 'mission' | 'target'>,
  missing: readonly LaneCommit[],
  lacking: readonly Lacking[],
): Fault {
  const merge = `spec-kitty merge --no-to-branch --mission ${shellWord(mission)}`;
  const sameFiles = lacking.length === 0;
  const lanes = (sameFiles ? missing : lacking).map(({ laneId }) => laneId);
  const paths = [...new Set(lacking.flatMap((lane) => lane.paths))];
  return new Fault(
    'refused',
    'LANES_NOT_LANDED',
    sameFiles
      ? `${target} has the files as ${lanes.join(', ')} would make them, but no commit that proves where they come from; nothing was recorded.`
      : `${target} has neither the commits nor all changes of ${lanes.join(', ')}; nothing was recorded. These paths lack something: ${few(paths)}`,
    {
      hints: sameFiles
        ? [`To record it all the same, run \`${merge}\`: it changes no file of theirs.`]
        : [
            `Bring ${target} up to date, for example with \`git pull\`, and run the command again.`,
            `If the work was changed on its way, merge what is left of it with \`${merge}\`.`,
          ],
      details: {
        target_branch: target,
        lanes,
        same_files: sameFiles,
        missing: lacking.map((lane) => ({ lane: lane.laneId, paths: lane.paths })),
      },
    },
  );
}
