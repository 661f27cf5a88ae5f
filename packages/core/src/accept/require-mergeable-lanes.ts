import { laneNotFound, readManifest } from '../execution-lanes/lane-context.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { laneCommits } from '../merge/lane-commits.ts';
import { planMerge } from '../merge/plan-merge.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';

/**
 * Refuses a finished mission whose lanes a merge would refuse; one that is not finished has nothing to ask yet.
 *
 * A mission without lanes was delivered before there were any. @throws Fault as {@link laneCommits}.
 */
export async function requireMergeableLanes(
  openLanes: () => Promise<LaneRepository>,
  view: MissionView,
): Promise<void> {
  if (view.mission.files.read('lanes.json') === undefined) return;
  const plan = planMerge({
    manifest: () => readManifest(view.mission),
    state: view.state,
    packages: view.packages.map(({ id }) => id),
    accepted: true,
    withoutAcceptance: true,
  });
  if ('code' in plan) {
    if (plan.code === 'LANE_NOT_FOUND') throw laneNotFound(view.mission, plan.wp);
    return;
  }
  const lanes = await openLanes();
  await requireTargetKept(lanes, view);
  await laneCommits(lanes, view, plan);
}
