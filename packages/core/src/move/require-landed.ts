import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import { requireNotLost } from '../merged/lost-merge.ts';
import { openProposal } from '../log/latest-proposal.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneCommit } from '../ports/integration.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';
import type { PackageState } from '../status/package-state.ts';

interface Work {
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly commit: string;
}

/**
 * `done` means that the work is on the target (L§7.6, guard 10), and is so still. Returns where the target is, which is kept
 * as the target's backup, so that a later loss can be told and made good.
 *
 * @throws Fault `NOT_LANDED`; `LANDING_REVERTED` and `MERGE_LOST` as a merge would.
 */
export async function requireLanded(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, commit }: Work,
): Promise<PackageState['landing']> {
  const tip = await lanes.resolve(`refs/heads/${lane.target}`);
  if (tip === undefined || !(await lanes.isAncestor(commit, tip)))
    throw notLanded(view, { wp, lane, commit });
  if (!lane.planning) {
    const all = await landedCommits(lanes, view, { tip, lane, commit });
    const { mission, proposal } = view;
    const order = { mission: mission.directory, target: lane.target, lanes: all, proposal };
    await lanes.requireNotReverted({ ...order, tip }, lane.laneId);
  }
  // What is recorded now would hide it.
  await requireNotLost(async () => lanes, view);
  await lanes.keep(`backup/${view.mission.missionId}/target`, tip);
  return { target: lane.target, commit: tip };
}

/** The last commit of every lane that the target has; of the given one a commit that has the given commit. */
async function landedCommits(
  lanes: LaneRepository,
  { mission, state }: MissionView,
  { tip, lane, commit }: { readonly tip: string; readonly lane: LaneContext; readonly commit: string },
): Promise<readonly LaneCommit[]> {
  const found: LaneCommit[] = [];
  const manifest = readManifest(mission);
  for (const { lane_id: laneId } of manifest.lanes) {
    const { planning, packages } = contextOf(mission, manifest, laneId);
    const base = state.packages.get(packages[0] ?? '')?.firstBaseCommit ?? null;
    for (const wp of planning ? [] : packages.toReversed()) {
      const last = state.packages.get(wp)?.commit;
      if (!last || !(await lanes.isAncestor(last, tip))) continue;
      if (laneId === lane.laneId && !(await lanes.isAncestor(commit, last))) continue;
      found.push({ laneId, packages, commit: last, base, reviewed: [] });
      break;
    }
  }
  return found;
}

function notLanded(view: MissionView, { wp, lane, commit }: Work): Fault {
  const handle = view.mission.directory;
  return new Fault('refused', 'NOT_LANDED', `The commit of ${wp.id} is not on ${lane.target}: ${commit}`, {
    hints: [
      openProposal(view) === null
        ? `Run \`spec-kitty merge --mission ${shellWord(handle)}\` to put it there.`
        : `Once its pull request has landed and ${lane.target} is up to date, run \`spec-kitty merge --landed --mission ${shellWord(handle)}\`.`,
      `If it landed in another form, say how: \`spec-kitty agent tasks move-task ${wp.id} --to done --done-override-reason "<how>" --mission ${shellWord(handle)}\`.`,
    ],
    details: { wp_id: wp.id, commit, target_branch: lane.target },
  });
}
