import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Git } from '../git/git.ts';
import { limitedTo } from '../git/limited-to.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { mergeCommits, scratchCommit } from '../trees/merge-trees.ts';

/** A lane on its way to the target. */
interface Arrival {
  readonly target: string;
  /** The target, with the lanes merged before. */
  readonly tip: string;
  readonly lane: LaneCommit;
  /** Lanes that are merged after it. */
  readonly later: readonly LaneCommit[];
  /** What lanes, by their ids, had of the target and it has no more. */
  readonly gone: ReadonlyMap<string, readonly string[]>;
}

/**
 * Makes sure that what a lane began with, or had of the target when it was reviewed, is still on the target: of a commit that was
 * removed from there, a merge of the lane would bring all changes back. The same content under other commits is no loss.
 *
 * @throws Fault `LANE_BRINGS_BACK` naming commits and paths.
 */
export async function requireNothingDropped(git: Git, arrival: Arrival): Promise<void> {
  for (const base of arrival.gone.get(arrival.lane.laneId) ?? []) await requireThere(git, arrival, base);
}

async function requireThere(git: Git, arrival: Arrival, base: string): Promise<void> {
  const { target, lane } = arrival;
  const { laneId, commit } = lane;
  if (await git.ok(['merge-base', '--is-ancestor', base, arrival.tip])) return;
  // A lane that was begun anew rests on something else by now.
  if (!(await git.ok(['merge-base', '--is-ancestor', base, commit]))) return;
  if (!(await git.ok(['merge-base', base, arrival.tip]))) return;
  const tip = await withLaterWork(git, arrival, base);
  const { tree, conflicts } = await mergeCommits(git, tip, base);
  // Conflicts are told when the lane itself is merged.
  const told = new Set(conflicts.map(({ path }) => path));
  const changed = [...(await treeChanges(git, tip, tree)).keys()];
  const paths = changed.filter((file) => !told.has(file) && !isOwnPath(file));
  if (paths.length === 0) return;
  const range = ['--literal-pathspecs', 'rev-list', '--right-only', '--cherry-pick', '--no-merges'];
  const { args, options } = limitedTo([`${tip}...${base}`], paths);
  const commits = await git.lines([...range, ...args], options);
  throw new Fault(
    'refused',
    'LANE_BRINGS_BACK',
    `${laneId} has commits from ${target} that ${target} has no more, and would bring them back; nothing was changed: ${few(paths)}`,
    {
      hints: [
        `To leave them out, run \`git -C <worktree> rebase --onto ${shellWord(target)} ${base}\` for the worktree of ${laneId}, and send its packages to review.`,
        `If ${target} shall have them again, run \`git merge ${base}\` with it checked out, then the command once more.`,
        ...(base === lane.base
          ? []
          : [
              `If they shall come with ${laneId}, have them reviewed as its work: send its packages to review.`,
            ]),
      ],
      details: { lane_id: laneId, target_branch: target, base, commits, paths },
    },
  );
}

/**
 * The tip with what the lane began with of lanes that come after it, which happens where lanes rest on each other: a package of
 * the one needs a package of the other, which needs an earlier one of the first.
 */
async function withLaterWork(git: Git, arrival: Arrival, base: string): Promise<string> {
  const { tip, later } = arrival;
  let all = tip;
  for (const lane of later) {
    const begunWith = await ownCommitsIn(git, lane, { base, tip });
    if (begunWith.length === 0) continue;
    // What that lane itself would bring back is no work of it.
    await requireNothingDropped(git, { ...arrival, lane, later: later.filter((one) => one !== lane) });
    for (const commit of begunWith) {
      const { tree } = await mergeCommits(git, all, commit);
      all = await scratchCommit(git, tree, [all, commit]);
    }
  }
  return all;
}

/** The latest commit made on a lane that a base has in its history and the tip does not, and what was reviewed of it before it was rewritten. */
async function ownCommitsIn(
  git: Git,
  lane: LaneCommit,
  { base, tip }: { readonly base: string; readonly tip: string },
): Promise<readonly string[]> {
  if (lane.base === null) return [];
  const lacked = new Set(await git.lines(['rev-list', base, `^${tip}`]));
  const made = await git.lines(['rev-list', '--first-parent', lane.commit, `^${lane.base}`]);
  const reviewed = lane.reviewed.flatMap(({ commit }) =>
    commit !== null && lacked.has(commit) ? [commit] : [],
  );
  const latest = made.find((commit) => lacked.has(commit));
  return [...new Set(latest === undefined ? reviewed : [latest, ...reviewed])];
}
