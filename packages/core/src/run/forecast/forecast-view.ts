import { readManifest } from '../../execution-lanes/lane-context.ts';
import { PLANNING_LANE } from '../../execution-lanes/lane-ids.ts';
import { laneOf } from '../../execution-lanes/read-lanes.ts';
import { targetBranch } from '../../mission/target-branch.ts';
import type { MissionView } from '../../ports/mission-view.ts';
import { isSettled } from '../../status/package-state.ts';
import type { PairForecast } from './forecast-conflicts.ts';
import { forecastMission } from './forecast-mission.ts';
import type { ForecastSource } from './forecast-source.ts';
import { likelyConflicts } from './likely-conflicts.ts';

/** Says which packages of a mission that are still to be worked on are likely to conflict, the likeliest first. */
export async function forecastView(
  sourceAt: (base: string) => ForecastSource,
  view: MissionView,
): Promise<readonly PairForecast[]> {
  const lanes = readManifest(view.mission);
  const open = view.packages.filter(
    ({ id, ownedFiles }) =>
      ownedFiles.length > 0 && isOpen(view, id) && laneOf(lanes, id)?.lane_id !== PLANNING_LANE,
  );
  if (open.length < 2) return [];
  const source = sourceAt(`refs/heads/${targetBranch(view.mission.meta)}`);
  const dependencies = new Map(view.packages.map((wp) => [wp.id, wp.dependencies]));
  return likelyConflicts(await forecastMission(source, open), { lanes, dependencies });
}

function isOpen(view: MissionView, wp: string): boolean {
  const lane = view.state.packages.get(wp)?.slot.lane;
  return lane !== 'canceled' && !isSettled(lane);
}
