import { Fault } from '../fault.ts';
import type { ConflictPorts } from '../ports/conflict-ports.ts';
import type { OpenResolution } from '../ports/conflict-repository.ts';
import type { LaneResult } from '../ports/integration.ts';
import type { LaneState } from '../ports/lane-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import { contextOf, readManifest, requireLane } from '../execution-lanes/lane-context.ts';
import { shellWord } from '../shell-word.ts';
import { withIntegrator } from '../merge/with-integrator.ts';
import { metLines } from './met-lines.ts';
import type { ResolutionRequest } from './resolution-request.ts';
import { tryLanes } from './try-lanes.ts';

/** A resolution to work on. */
export interface StartedResolution {
  readonly mission: Mission;
  readonly resolution: OpenResolution;
  /** False when it was under way already; then nothing was done. */
  readonly fresh: boolean;
  /** Whether it was under way before, and somebody has deleted its folder. */
  readonly again: boolean;
  /** Other lanes with conflicts that nobody has started to resolve. */
  readonly others: readonly string[];
}

/**
 * Opens the conflicts of one lane, the first that has any unless told, in a scratch worktree. No branch moves.
 *
 * @throws Fault `LANE_NOT_FOUND`, `NO_CONFLICTS`, `LANE_MOVED`, or what keeps the mission from being merged otherwise.
 */
export async function startResolution(
  ports: ConflictPorts,
  request: ResolutionRequest,
): Promise<StartedResolution> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async (integrator) => {
    const conflicts = await ports.conflicts(mission);
    const started = conflicts.list();
    const underWay = started.find(({ laneId }) => request.lane === undefined || laneId === request.lane);
    if (underWay) return { mission, resolution: underWay, fresh: false, again: false, others: [] };
    if (request.lane !== undefined) requireLane(mission, request.lane);
    const { integration } = await tryLanes(ports, integrator, mission, request.lane);
    const conflicting = integration?.lanes.filter((lane) => lane.conflicts.length > 0) ?? [];
    const lane = conflicting.find(({ laneId }) => request.lane === undefined || laneId === request.lane);
    if (!integration || !lane) throw noConflicts(mission, request, conflicting);
    const context = contextOf(mission, readManifest(mission), lane.laneId);
    const found = await (await ports.lanes()).inspect(context.folder, context.branches);
    if (found.tip !== lane.commit) throw notAtReviewed(lane, found);
    const { again, ...resolution } = await conflicts.open({
      laneId: lane.laneId,
      wp: lane.packages.at(-1) ?? '',
      lane: lane.commit,
      target: integration.target,
      met: metLines(integration, lane),
      paths: lane.conflicts.map(({ path }) => path),
      commit: null,
    });
    const known = new Set([lane.laneId, ...started.map(({ laneId }) => laneId)]);
    const others = conflicting.map(({ laneId }) => laneId).filter((laneId) => !known.has(laneId));
    return { mission, resolution, fresh: true, again, others };
  });
}

/** The resolution becomes the next commit of the branch. */
function notAtReviewed({ laneId, commit }: LaneResult, { branch, tip, path }: LaneState): Fault {
  const back =
    tip === undefined
      ? `git branch ${shellWord(branch)} ${commit}`
      : `git -C ${shellWord(path)} merge --ff-only ${commit}`;
  return new Fault(
    'refused',
    'LANE_MOVED',
    `The branch of ${laneId} is not at its reviewed commit: ${commit}`,
    {
      hints: [`Bring it there: \`${back}\`.`],
      details: { lane_id: laneId, expected: commit, found: tip ?? null },
    },
  );
}

function noConflicts(
  { directory }: Mission,
  { lane }: ResolutionRequest,
  conflicting: readonly LaneResult[],
): Fault {
  const others = conflicting.map(({ laneId }) => laneId);
  return new Fault('refused', 'NO_CONFLICTS', `${lane ?? directory} has no conflicts; nothing was changed.`, {
    hints:
      others.length > 0
        ? others.map(
            (id) => `Run \`spec-kitty conflicts start --lane ${id} --mission ${shellWord(directory)}\`.`,
          )
        : [`Run \`spec-kitty merge --mission ${shellWord(directory)}\`.`],
    details: { mission_slug: directory, lane_id: lane ?? null, conflicting_lanes: others },
  });
}
