import { counted } from '../counted.ts';
import { type LaneContext, recordedName } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';

/**
 * What to say of a lane whose newer commits are the work of a package that was canceled since: sent to review, they would be
 * refused again. `undefined` where they are nobody's.
 *
 * @param newest what reviews approve of the lane now.
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
      `${lane.laneId} has ${newer} of ${wp}, which is canceled, on top of what is approved; nothing was changed.`,
      {
        hints: [
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

/** Whatever was committed after it stays on the lane. */
function leaveOut({ present, path, branch, tip }: LaneState, newest: string, commit: string): string {
  const kept = `its work stays under ${commit}.`;
  if (tip !== commit) {
    const root = present ? path : '.';
    return `Leave it out with \`git -C ${shellWord(root)} rebase --onto ${shellWord(newest)} ${shellWord(commit)} ${shellWord(branch)}\`; ${kept}`;
  }
  return present
    ? `Leave it out with \`git -C ${shellWord(path)} reset --hard ${shellWord(newest)}\`; ${kept}`
    : `Leave it out with \`git branch --force ${shellWord(branch)} ${shellWord(newest)}\`; ${kept}`;
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
