import { type LaneContext, recordedName } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import { wasMerged } from '../next/is-open.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';

/** Work that a lane has had, by who speaks of it. */
interface Known {
  readonly name: string;
  readonly commit: string;
}

/**
 * Commit that a lane goes on from whose branch is not here although there was work on it: somebody has removed the branch, or
 * the work is from another clone. `undefined` where it has its branch, or nothing was ever handed in.
 *
 * What a merge brought to the target is not looked for: the lane begins there.
 *
 * @throws Fault `LANE_WORK_MISSING` where the work is not here, or nobody can say which of several commits is the last.
 */
export async function laneStart(
  lanes: LaneRepository,
  view: MissionView,
  lane: LaneContext,
): Promise<string | undefined> {
  const open = openPackages(view, lane);
  if (open.length === 0) return undefined;
  const branches = await lanes.refs(...lane.branches.map((name) => `refs/heads/${name}`));
  if (branches.size > 0) return undefined;
  const { found, isUnknown } = await unmergedWork(lanes, view, { lane, open });
  const remote = await remoteBranches(lanes, lane);
  if (found.length === 0 && remote.length === 0 && !isUnknown) return undefined;
  return newest(lanes, lane, [...found, ...remote]);
}

/** What was handed in of packages and is on no target; unknown is what was sent back before anybody recorded it. */
async function unmergedWork(
  lanes: LaneRepository,
  view: MissionView,
  { lane, open }: { readonly lane: LaneContext; readonly open: readonly string[] },
): Promise<{ readonly found: readonly Known[]; readonly isUnknown: boolean }> {
  const found: Known[] = [];
  let isUnknown = false;
  for (const wp of open) {
    const known = await handedIn(lanes, view, wp);
    if (known === undefined) isUnknown ||= view.state.packages.get(wp)?.lastRejection != null;
    else if (await isUnmerged(lanes, view, { lane, known })) found.push(known);
  }
  return { found, isUnknown };
}

/** Those whose work is nowhere but on the lane. */
function openPackages({ mission, merge, state }: MissionView, lane: LaneContext): readonly string[] {
  // The predecessor does not say which lanes a merge of its own took.
  if (merge === null && wasMerged(mission.meta, merge)) return [];
  return lane.packages.filter((wp) => {
    const known = state.packages.get(wp);
    return known?.everStarted && known.slot.lane !== 'done' && known.slot.lane !== 'canceled';
  });
}

/** What was handed in of a package last: the ref that keeps it outlives what a new attempt forgets. */
export async function handedIn(
  lanes: LaneRepository,
  view: MissionView,
  wp: string,
): Promise<Known | undefined> {
  const { commit, lastRejection } = view.state.packages.get(wp) ?? {};
  const ref = `refs/spec-kitty/${recordedName(view.mission, wp)}`;
  const last = commit ?? (await lanes.resolve(ref)) ?? lastRejection?.commit;
  return last ? { name: `what was handed in of ${wp}`, commit: last } : undefined;
}

/** @throws Fault `LANE_WORK_MISSING`. */
async function isUnmerged(
  lanes: LaneRepository,
  { merge }: MissionView,
  { lane, known }: { readonly lane: LaneContext; readonly known: Known },
): Promise<boolean> {
  const merged = merge?.lanes[lane.laneId];
  if (known.commit === merged) return false;
  if ((await lanes.resolve(known.commit)) === undefined) throw notHere(lane, [known]);
  for (const tip of [merged, `refs/heads/${lane.target}`]) {
    if (tip === undefined || (await lanes.resolve(tip)) === undefined) continue;
    if (await lanes.isAncestor(known.commit, tip)) return false;
  }
  return true;
}

async function remoteBranches(lanes: LaneRepository, { branches }: LaneContext): Promise<readonly Known[]> {
  const refs = [...(await lanes.refs('refs/remotes/'))].map(([ref, commit]) => ({
    name: ref.slice('refs/remotes/'.length),
    commit,
  }));
  // The name of a remote may have slashes, too.
  return refs.filter(({ name }) => branches.some((branch) => name.endsWith(`/${branch}`)));
}

/** The one that holds all others. */
async function newest(
  lanes: LaneRepository,
  lane: LaneContext,
  found: readonly Known[],
): Promise<string | undefined> {
  let last: Known | undefined;
  for (const known of found) {
    if (last === undefined || (await lanes.isAncestor(last.commit, known.commit))) last = known;
    else if (!(await lanes.isAncestor(known.commit, last.commit))) throw notHere(lane, [last, known]);
  }
  if (last === undefined) throw notHere(lane, []);
  return last.commit;
}

function notHere({ laneId, branches }: LaneContext, known: readonly Known[]): Fault {
  const branch = branches[0] ?? '';
  const named = known.map(({ name, commit }) => `${name} (${commit})`);
  const why =
    named.length === 2
      ? `${named.join(' and ')} are not on one line`
      : `${named[0] ?? 'what was sent back'} is not in this repository`;
  return new Fault(
    'refused',
    'LANE_WORK_MISSING',
    `${laneId} has had work, its branch ${branch} is not here, and ${why}; nothing was changed.`,
    {
      hints: [
        'Run `git fetch --all`, in case another clone has pushed it, then run the command again.',
        `Or bring the branch back yourself: \`git branch ${shellWord(branch)} <commit>\`; \`spec-kitty recover list\` shows what is kept here.`,
      ],
      details: { lane_id: laneId, branch, commits: known.map(({ commit }) => commit) },
    },
  );
}
