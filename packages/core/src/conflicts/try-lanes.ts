import type { ExecutionLane } from '@spec-kitty/protocol/lanes-manifest';
import type { Integration, LaneCommit, Integrator } from '../ports/integration.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { readManifest } from '../execution-lanes/lane-context.ts';
import { laneCommits } from '../merge/lane-commits.ts';
import { planOf } from '../merge/merge-mission.ts';
import type { LaneMerge } from '../merge/plan-merge.ts';
import { mergePending } from '../merge-pending.ts';
import { isSettled } from '../status/package-state.ts';

/** The lanes of a mission, merged among the objects to see where they conflict. */
export interface TriedLanes {
  readonly view: MissionView;
  /** `undefined` when there is nothing to merge. */
  readonly integration: Integration | undefined;
}

/**
 * Merges the reviewed commits as `merge` would, whether or not the mission is accepted, and moves nothing.
 *
 * @param concerned lane on which nothing may be under way, while work on the others goes on; none may unless given.
 * @throws Fault `MERGE_PENDING`, or what keeps the mission from being merged, conflicts aside.
 */
export async function tryLanes(
  ports: MergePorts,
  integrator: Integrator,
  mission: Mission,
  concerned?: string,
): Promise<TriedLanes> {
  const pending = await integrator.pending();
  if (pending) throw mergePending(mission.directory, pending.recorded ? 'recorded' : 'open');
  const view = await ports.viewOf(mission);
  const open = concerned === undefined ? [] : openLanes(view);
  const plan = planOf(view, { withoutAcceptance: true, aside: packagesAside(view, open, concerned) });
  if (!plan) return { view, integration: undefined };
  const atWork = new Set(open.map(({ lane_id: id }) => id).filter((id) => id !== concerned));
  const quiet = { ...plan, lanes: plan.lanes.filter(({ laneId }) => !atWork.has(laneId)) };
  const found = await laneCommits(await ports.lanes(), view, quiet);
  const integration = await integrator.prepare({
    mission: mission.directory,
    target: targetBranch(mission.meta),
    lanes: plan.lanes.flatMap(
      (lane) => found.find(({ laneId }) => laneId === lane.laneId) ?? approvedPart(lane),
    ),
    // Conflicts do not depend on it, and these commits are for nobody to see.
    strategy: 'merge',
    proposal: view.proposal,
    laneMessage: ({ laneId }) => laneId,
    squashMessage: () => '',
  });
  return { view, integration };
}

/** Lanes of which something is not approved yet: the resolution of another conflict may wait for its review there. */
function openLanes({ mission, state }: MissionView): readonly ExecutionLane[] {
  const ended = (wp: string) => {
    const lane = state.packages.get(wp)?.slot.lane;
    return isSettled(lane) || lane === 'canceled';
  };
  return readManifest(mission).lanes.filter(({ wp_ids: ids }) => !ids.every(ended));
}

/** On the lane concerned, only what nobody has begun, after what is approved. */
function packagesAside(
  { state }: MissionView,
  open: readonly ExecutionLane[],
  concerned: string | undefined,
): ReadonlySet<string> {
  const laneOf = (wp: string) => state.packages.get(wp)?.slot.lane;
  const aside = open.flatMap(({ lane_id: id, wp_ids: ids }) => {
    if (id !== concerned) return ids;
    return ids.some((wp) => laneOf(wp) === 'approved') ? ids.filter((wp) => laneOf(wp) === 'planned') : [];
  });
  return new Set(aside);
}

/** What lies above it is judged once it is to be merged. */
function approvedPart({ laneId, packages, commits }: LaneMerge): readonly LaneCommit[] {
  const commit = commits.findLast((one) => one !== null);
  return commit == null ? [] : [{ laneId, packages, commit, base: null, reviewed: [] }];
}
