import { laneContext } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import { openSubtasks } from './open-subtasks.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { laneEvidence } from '../work/lane-evidence.ts';

/** What there is to show for a package, finished or not. */
export interface PackageEvidence {
  /** Where its work begins, and the tip of its lane; `null` before there is one. */
  readonly from: string | null;
  readonly tip: string | null;
  readonly changedFiles: readonly string[];
  readonly openSubtasks: readonly string[];
  /** Why it could not go to review as it is; `null` where its lane has what a review needs. */
  readonly lacks: Fault | null;
}

/** Looks at a package as a review would find it, and changes nothing. */
export async function packageEvidence(
  lanes: LaneRepository,
  view: MissionView,
  wp: WorkPackage,
): Promise<PackageEvidence> {
  const lane = laneContext(view.mission, wp.id);
  const known = view.state.packages.get(wp.id);
  const target = await lanes.resolve(`refs/heads/${lane.target}`);
  const tip = lane.planning ? target : (await lanes.inspect(lane.folder, lane.branches)).tip;
  const from = known?.firstBaseCommit ?? target;
  const range = from === undefined || tip === undefined ? undefined : { from, tip };
  return {
    from: range?.from ?? null,
    tip: range?.tip ?? null,
    changedFiles: range === undefined ? [] : await lanes.changedSince(range.from, range.tip),
    openSubtasks: openSubtasks(wp, known),
    lacks: await lackOf(() => laneEvidence(lanes, view, { wp, lane })),
  };
}

async function lackOf(look: () => Promise<unknown>): Promise<Fault | null> {
  try {
    await look();
    return null;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'refused') return error;
    throw error;
  }
}
