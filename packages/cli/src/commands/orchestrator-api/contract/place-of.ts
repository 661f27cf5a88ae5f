import path from 'node:path';
import type { LaneContext } from '@spec-kitty/core/execution-lanes/lane-context';
import type { WorkPackage } from '@spec-kitty/core/planning/work-packages';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** Where a package is worked on and what its prompt is, in the words of the contract. */
export function placeOf(
  { repository }: Workspace,
  { mission }: MissionView,
  {
    wp,
    lane,
    at,
  }: { wp: WorkPackage; lane: LaneContext; at: { readonly path: string; readonly branch: string } },
) {
  return {
    workspace_path: at.path,
    prompt_path: promptPath(repository.primary, mission.directory, wp),
    lane_id: lane.laneId,
    lane_branch: at.branch,
    // The same base that `agent action implement` names.
    lane_base_ref: lane.target,
  };
}

/** The package's own file: an orchestrator composes what its agents read, and moves the package itself. */
export function promptPath(primary: string, directory: string, { fileName }: WorkPackage): string {
  return path.join(primary, 'kitty-specs', directory, 'tasks', fileName);
}
