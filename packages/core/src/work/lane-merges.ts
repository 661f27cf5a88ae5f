import type { LaneContext } from '../execution-lanes/lane-context.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { Integration, LaneResult } from '../ports/integration.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MergeDeviation } from '../ports/merge-deviation.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { type UndoneChanges, undoneChanges } from './undone-changes.ts';

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
interface DroppingMerge {
  readonly laneId: string;
  readonly commit: string;
  readonly paths: readonly string[];
}

/** Those that lanes bring to a target, each named with the first lane that has it. */
async function droppingMerges(
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

/** What a merge of lanes has in it that its reader should know of. */
export interface MergeRemarks {
  /** What people have left out of merges on the lanes. */
  readonly dropping: readonly DroppingMerge[];
  /** Lanes that change no file: approved by force, or before that was refused. */
  readonly idle: readonly Pick<LaneResult, 'laneId' | 'packages'>[];
  /** What lanes have had of the target and take back other than by such a merge. */
  readonly undoing: readonly (UndoneChanges & Pick<LaneResult, 'laneId'>)[];
}

/** Looks through the lanes of a merge. */
export async function mergeRemarks(
  repository: LaneRepository,
  integration: Pick<Integration, 'before' | 'lanes'>,
): Promise<MergeRemarks> {
  const idle: LaneResult[] = [];
  for (const lane of integration.lanes)
    if (await isIdle(repository, integration.before, lane)) idle.push(lane);
  const dropping = await droppingMerges(repository, integration);
  const undoing = [];
  const known = await existing(repository, integration.lanes);
  for (const { laneId, base: from, commit } of integration.lanes) {
    if (from === null || !known.has(from)) continue;
    const merges = dropping
      .filter((merge) => merge.laneId === laneId)
      .map(({ paths }) => ({ dropped: paths }));
    const undone = await undoneChanges(repository, { target: integration.before, from, commit, merges });
    if (undone) undoing.push({ laneId, ...undone });
  }
  return { dropping, idle, undoing };
}

/** Those commits that lanes began with which still exist; most lanes began with the same one. */
async function existing(
  repository: LaneRepository,
  lanes: readonly Pick<LaneResult, 'base'>[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const base of new Set(lanes.flatMap((lane) => lane.base ?? [])))
    if ((await repository.resolve(base)) !== undefined) known.add(base);
  return known;
}

/** Of a lane that changes nothing on a target, asks whether the target has its work already, or there is none. */
async function isIdle(
  repository: LaneRepository,
  before: string,
  { base, commit, commits, files, conflicts, reviewed }: LaneResult,
): Promise<boolean> {
  if (files.length + conflicts.length > 0) return false;
  // Nobody claimed it here, and what was approved is the target's own; the predecessor's approvals name no commit.
  if (base === null && commits === 0) return reviewed.every((one) => one.commit !== null);
  const starts = [...(base === null ? [] : [base]), ...(commits > 0 ? [before] : [])];
  for (const from of starts) {
    if ((await repository.resolve(from)) === undefined) continue;
    if ((await repository.changedSince(from, commit)).length === 0) return true;
  }
  return false;
}
