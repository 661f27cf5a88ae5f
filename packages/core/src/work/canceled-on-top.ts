import { counted } from '../counted.ts';
import { bringWorktreeBack } from '../execution-lanes/bring-worktree-back.ts';
import { type LaneContext, recordedName } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';
import { handedIn } from './lane-start.ts';

/**
 * What to say of a lane whose newer commits are the work of a package that was canceled since: sent to review, they would be
 * refused again. `undefined` where they are nobody's.
 *
 * @param newest what is wanted of the lane now.
 * @param again sends what people have committed on top of it to review.
 */
export async function canceledOnTop(
  lanes: LaneRepository,
  view: MissionView,
  { lane, found, newest, again }: Lane,
): Promise<Fault | undefined> {
  const { tip } = found;
  if (tip === undefined) return undefined;
  for (const wp of lane.packages.toReversed()) {
    const commit = await canceledCommit(lanes, view, wp);
    if (commit === undefined || !(await lanes.isAncestor(commit, tip))) continue;
    if (await lanes.isAncestor(commit, newest)) continue;
    const newer = counted(await lanes.countCommits(newest, commit), 'commit');
    return new Fault(
      'refused',
      'UNREVIEWED_COMMITS',
      `${lane.laneId} has ${newer} of ${wp}, which is canceled, on top of what is wanted; nothing was changed.`,
      {
        hints: [
          ...bringWorktreeBack(found),
          leaveOut(found, newest, commit),
          ...(tip === commit ? [] : [`What was committed after it needs a review. ${again}`]),
        ],
        details: {
          lane_id: lane.laneId,
          wp_id: wp,
          reviewed_commit: newest,
          tip,
          workspace_path: found.path,
        },
      },
    );
  }
  return undefined;
}

/**
 * What is built on a canceled package is refused in the end, so nobody should begin to.
 *
 * @throws Fault `UNREVIEWED_COMMITS`, with what leaves it out.
 */
export async function requireNothingCanceled(
  lanes: LaneRepository,
  view: MissionView,
  lane: LaneContext,
): Promise<void> {
  const isCanceled = (wp: string) => view.state.packages.get(wp)?.slot.lane === 'canceled';
  if (!lane.packages.some(isCanceled)) return;
  const found = await lanes.inspect(lane.folder, lane.branches);
  if (found.tip === undefined) return;
  let newest = await lanes.mergeBase(`refs/heads/${lane.target}`, found.tip);
  for (const wp of lane.packages.filter((id) => !isCanceled(id))) {
    const commit = (await handedIn(lanes, view, wp))?.commit;
    if (commit === undefined || !(await lanes.isAncestor(commit, found.tip))) continue;
    if (newest === undefined || (await lanes.isAncestor(newest, commit))) newest = commit;
  }
  if (newest === undefined) return;
  const fault = await canceledOnTop(lanes, view, {
    lane,
    found,
    newest,
    again: 'Then run the command again.',
  });
  if (fault) throw fault;
}

/** Whatever was committed after it stays on the lane, and what is not committed in its worktree. */
function leaveOut({ path, branch, tip }: LaneState, newest: string, commit: string): string {
  const at = shellWord(path);
  const kept = `its work stays under ${commit}.`;
  return tip === commit
    ? `Leave it out with \`git -C ${at} reset --keep ${shellWord(newest)}\`; ${kept}`
    : `Leave it out with \`git -C ${at} rebase --onto ${shellWord(newest)} ${shellWord(commit)} ${shellWord(branch)}\`; ${kept}`;
}

interface Lane {
  readonly lane: LaneContext;
  readonly found: LaneState;
  readonly newest: string;
  readonly again: string;
}

async function canceledCommit(
  lanes: LaneRepository,
  { mission, state }: MissionView,
  wp: string,
): Promise<string | undefined> {
  const known = state.packages.get(wp);
  if (known?.slot.lane !== 'canceled') return undefined;
  const recorded = await lanes.resolve(`refs/spec-kitty/${recordedName(mission, wp)}`);
  return recorded ?? (known.commit === null ? undefined : await lanes.resolve(known.commit));
}
