import { Fault } from '../fault.ts';
import type { ConflictPorts } from '../ports/conflict-ports.ts';
import type { OpenResolution } from '../ports/conflict-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import { shellWord } from '../shell-word.ts';
import { withIntegrator } from '../merge/with-integrator.ts';
import { findResolution } from './find-resolution.ts';
import type { ResolutionRequest } from './resolution-request.ts';

/** A resolution that was given up. */
export interface AbortedResolution {
  readonly mission: Mission;
  readonly resolution: OpenResolution;
  /** Id of the backup that has what was done in the folder. */
  readonly backup: string;
}

/**
 * Removes the folder of a resolution; what was done there is kept under a backup, and nothing else changes.
 *
 * @throws Fault `NO_RESOLUTION`; `RESOLUTION_COMMITTED` when it is on the lane already.
 */
export async function abortResolution(
  ports: ConflictPorts,
  request: ResolutionRequest,
): Promise<AbortedResolution> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async () => {
    const conflicts = await ports.conflicts(mission);
    const resolution = findResolution(mission, conflicts.list(), request.lane);
    const lane = contextOf(mission, readManifest(mission), resolution.laneId);
    return ports.lock.hold(
      laneLock(mission, lane.laneId),
      `give up a resolution of ${lane.laneId}`,
      async () => {
        // Otherwise the next claim would bring the lane to what was given up.
        await conflicts.settle(lane, true);
        const { commit } = resolution;
        if (commit !== null && (await isOnLane(ports, lane, commit))) throw committed(mission, resolution);
        const backup = await conflicts.keep(resolution);
        conflicts.drop(resolution);
        return { mission, resolution, backup };
      },
    );
  });
}

async function isOnLane(
  ports: ConflictPorts,
  { folder, branches }: LaneContext,
  commit: string,
): Promise<boolean> {
  const lanes = await ports.lanes();
  const { tip } = await lanes.inspect(folder, branches);
  return tip !== undefined && (await lanes.isAncestor(commit, tip));
}

function committed({ directory }: Mission, { laneId, commit }: OpenResolution): Fault {
  return new Fault('refused', 'RESOLUTION_COMMITTED', `The resolution is on ${laneId} already: ${commit}`, {
    hints: [
      `Finish it with \`spec-kitty conflicts continue --lane ${shellWord(laneId)} --mission ${shellWord(directory)}\`.`,
    ],
    details: { lane_id: laneId, commit },
  });
}
