import type { WorkPackage } from '../planning/work-packages.ts';
import type { DependencyCommit, LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { laneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { PLANNING_LANE } from '../execution-lanes/lane-ids.ts';
import { isSettled } from '../status/package-state.ts';
import { shellWord } from '../shell-word.ts';

/**
 * The commits that reviews approved for what a package depends on, as lanes are ordered for a merge: of two that conflict,
 * the later is where that is resolved. A planning package's is on the target.
 *
 * The predecessor recorded none: what is on the lane of a package that it approved is what was approved.
 */
export async function dependencyCommits(
  lanes: LaneRepository,
  view: MissionView,
  wp: WorkPackage,
): Promise<readonly DependencyCommit[]> {
  const manifest = readManifest(view.mission).lanes;
  const wanted = view.packages
    .filter(({ id }) => wp.dependencies.includes(id))
    .map(({ id }) => ({ id, at: manifest.findIndex(({ wp_ids: ids }) => ids.includes(id)) }));
  const found: DependencyCommit[] = [];
  for (const { id, at } of wanted.toSorted((a, b) => a.at - b.at)) {
    const known = view.state.packages.get(id);
    // One that was named after the claim may be under way: what nobody has approved is nothing to build on.
    if (!isSettled(known?.slot.lane)) continue;
    const commit = known?.commit ?? (await laneTip(lanes, view, id));
    const laneId = manifest[at]?.lane_id ?? PLANNING_LANE;
    // What is done is on the target: its lane is merged no more.
    const takesPart = laneId !== PLANNING_LANE && known?.slot.lane === 'approved';
    const resolve = `spec-kitty conflicts start --lane ${shellWord(laneId)} --mission ${shellWord(view.mission.directory)}`;
    if (commit !== undefined) found.push({ wp: id, commit, ...(takesPart ? { resolve } : {}) });
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
