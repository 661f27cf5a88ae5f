import type { LaneContext } from '../execution-lanes/lane-context.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { Integration } from '../ports/integration.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MergeDeviation } from '../ports/merge-deviation.ts';
import type { MissionView } from '../ports/mission-view.ts';

interface LaneTip {
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly tip: string;
}

/**
 * Merges that people made on a lane since its package was first claimed, which are not, or not only, Git's work. Those of
 * the target and of other packages belong to whoever reviewed them there.
 */
async function laneMerges(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, tip }: LaneTip,
  without: readonly string[] = [],
): Promise<readonly MergeDeviation[]> {
  if (lane.planning) return [];
  const { packages } = view.state;
  const others = [...packages].flatMap(([id, { commit }]) =>
    id === wp.id || commit === null ? [] : [commit],
  );
  const target = await lanes.resolve(`refs/heads/${lane.target}`);
  const from = packages.get(wp.id)?.firstBaseCommit;
  return lanes.handMerges(tip, [...others, ...without, ...(from ? [from] : []), ...(target ? [target] : [])]);
}

/** A merge for its reviewer. */
export interface ReviewedMerge extends MergeDeviation {
  /** What its sides are: packages or the target, else commits. */
  readonly names: readonly string[];
}

/** The same, with names that people know. */
export async function reviewedMerges(
  lanes: LaneRepository,
  view: MissionView,
  at: LaneTip,
): Promise<readonly ReviewedMerge[]> {
  const packages = [...view.state.packages];
  const { target } = at.lane;
  const nameOf = async (side: string): Promise<string> => {
    const known = packages.find(([, { commit }]) => commit === side)?.[0];
    if (known !== undefined) return known;
    return (await lanes.isAncestor(side, `refs/heads/${target}`)) ? target : side;
  };
  const merges = await laneMerges(lanes, view, at);
  return Promise.all(
    merges.map(async (merge) => ({ ...merge, names: await Promise.all(merge.sides.map(nameOf)) })),
  );
}

/** Those of them that no review of this attempt was asked for: what was sent by force stays sent. */
export async function unsentMerges(
  lanes: LaneRepository,
  view: MissionView,
  at: LaneTip,
): Promise<readonly MergeDeviation[]> {
  const sent = view.state.packages.get(at.wp.id)?.commit;
  return laneMerges(lanes, view, at, sent ? [sent] : []);
}

/** A merge on a lane that lacks what a side had changed, which only force sends to review. */
export interface DroppingMerge {
  readonly laneId: string;
  readonly commit: string;
  readonly paths: readonly string[];
}

/** Those that lanes bring to a target, each named with the first lane that has it. */
export async function droppingMerges(
  repository: LaneRepository,
  { before, lanes }: Pick<Integration, 'before' | 'lanes'>,
): Promise<readonly DroppingMerge[]> {
  const found: DroppingMerge[] = [];
  const without = [before];
  for (const { laneId, commit: tip, merges } of lanes) {
    for (const { commit, dropped } of merges > 0 ? await repository.handMerges(tip, without) : [])
      if (dropped.length > 0) found.push({ laneId, commit, paths: dropped });
    without.push(tip);
  }
  return found;
}
