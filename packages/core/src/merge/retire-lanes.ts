import type { MissionView } from '../ports/mission-view.ts';
import { contextOf, readManifest } from '../execution-lanes/lane-context.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MergeRequest, RetiredLane } from './merge-request.ts';

/** Puts the lanes of a mission away: worktrees without uncommitted changes, and branches whose commits are on the target. */
export async function retireLanes(
  ports: MergePorts,
  { mission }: MissionView,
  request: Pick<MergeRequest, 'keepWorktrees' | 'keepBranches'>,
): Promise<readonly RetiredLane[]> {
  // A mission from before there were lanes has none to put away.
  if (mission.files.read('lanes.json') === undefined) return [];
  const lanes = await ports.lanes();
  const manifest = readManifest(mission);
  const retired = [];
  for (const { lane_id: laneId } of manifest.lanes) {
    const lane = contextOf(mission, manifest, laneId);
    if (lane.planning) continue;
    const outcome = await lanes.retire(lane.folder, lane.branches, {
      target: lane.target,
      backup: `${mission.missionId}/${laneId}`,
      worktree: !request.keepWorktrees,
      branch: !request.keepBranches,
    });
    retired.push({ laneId, ...outcome });
  }
  return retired;
}
