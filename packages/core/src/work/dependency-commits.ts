import type { WorkPackage } from '../planning/work-packages.ts';
import type { DependencyCommit, LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { laneContext } from '../execution-lanes/lane-context.ts';

/**
 * The commits that reviews approved for what a package depends on; a planning package's is on the target.
 *
 * The predecessor recorded none: what is on the lane of a package that it approved is what was approved.
 */
export async function dependencyCommits(
  lanes: LaneRepository,
  view: MissionView,
  wp: WorkPackage,
): Promise<readonly DependencyCommit[]> {
  const wanted = view.packages.filter(({ id }) => wp.dependencies.includes(id));
  const found: DependencyCommit[] = [];
  for (const { id } of wanted) {
    const commit = view.state.packages.get(id)?.commit ?? (await laneTip(lanes, view, id));
    if (commit !== undefined) found.push({ wp: id, commit });
  }
  return found;
}

async function laneTip(
  lanes: LaneRepository,
  { mission }: MissionView,
  id: string,
): Promise<string | undefined> {
  const lane = laneContext(mission, id);
  return lane.planning ? undefined : (await lanes.inspect(lane.folder, lane.branches)).tip;
}
