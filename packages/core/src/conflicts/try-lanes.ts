import type { Integration, LaneCommit, Integrator } from '../ports/integration.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { readManifest } from '../execution-lanes/lane-context.ts';
import { laneCommits } from '../merge/lane-commits.ts';
import { planOf } from '../merge/merge-mission.ts';
import { mergePending } from '../merge-pending.ts';

/** The lanes of a mission, merged among the objects to see where they conflict. */
export interface TriedLanes {
  readonly view: MissionView;
  /** `undefined` when there is nothing to merge. */
  readonly integration: Integration | undefined;
}

/**
 * Merges the reviewed commits as `merge` would, whether or not the mission is accepted, and moves nothing.
 *
 * @param concerned lanes whose packages must all be approved; every lane unless given.
 * @throws Fault `MERGE_PENDING`, or what keeps the mission from being merged, conflicts aside.
 */
export async function tryLanes(
  ports: MergePorts,
  integrator: Integrator,
  mission: Mission,
  concerned?: readonly string[],
): Promise<TriedLanes> {
  const pending = await integrator.pending();
  if (pending) throw mergePending(mission.directory, pending.recorded ? 'recorded' : 'open');
  const view = await ports.viewOf(mission);
  const plan = planOf(view, { withoutAcceptance: true, aside: packagesAside(mission, concerned) });
  if (!plan) return { view, integration: undefined };
  const lanes: readonly LaneCommit[] = await laneCommits(await ports.lanes(), view, plan);
  const integration = await integrator.prepare({
    target: targetBranch(mission.meta),
    lanes,
    // Conflicts do not depend on it, and these commits are for nobody to see.
    strategy: 'merge',
    laneMessage: ({ laneId }) => laneId,
    squashMessage: () => '',
  });
  return { view, integration };
}

/** Packages of the other lanes: the resolution of another conflict may wait for its review there. */
function packagesAside(
  mission: Mission,
  concerned: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (concerned === undefined) return undefined;
  const { lanes } = readManifest(mission);
  return new Set(lanes.flatMap(({ lane_id: id, wp_ids }) => (concerned.includes(id) ? [] : wp_ids)));
}
