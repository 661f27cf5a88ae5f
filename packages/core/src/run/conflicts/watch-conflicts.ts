import { contextOf, readManifest } from '../../execution-lanes/lane-context.ts';
import { PLANNING_LANE } from '../../execution-lanes/lane-ids.ts';
import { Fault } from '../../fault.ts';
import { targetBranch } from '../../mission/target-branch.ts';
import type { Mission } from '../../ports/mission-store.ts';
import type { MissionView } from '../../ports/mission-view.ts';
import type { WorkPorts } from '../../ports/work-ports.ts';
import type { ConflictFinder } from './conflict-finder.ts';
import { type ConflictRecord, withConflict } from './conflict-record.ts';
import { conflictNews, type KnownMerges, pairsToAsk, type WatchedTip, withAnswers } from './known-merges.ts';
import type { LaneConflict } from './lane-conflict.ts';

/** What a watch works with. */
export interface WatchPorts {
  readonly work: Pick<WorkPorts, 'viewOf' | 'lanes'>;
  readonly conflicts: ConflictFinder;
}

/** What a watch begins with, whom it tells, and how long it goes on. */
export interface Watch {
  /** Conflicts that people know of. */
  readonly told: readonly LaneConflict[];
  tell(record: ConflictRecord): void;
  readonly over: Promise<unknown>;
}

/**
 * Merges the tips of a mission's open lanes with each other and with the target as long as work goes on, and tells what
 * conflicts and what no longer does. Lanes that rest on one another have what they rest on in common, so that Git merges
 * them without a word.
 *
 * Looks once more when it is over, so that nothing is missed that was committed last. A look that fails is told, and made
 * again.
 */
export async function watchConflicts(ports: WatchPorts, mission: Mission, watch: Watch): Promise<void> {
  let [known, told]: [KnownMerges, readonly LaneConflict[]] = [new Map(), watch.told];
  let [isOver, failure] = [false, ''];
  const over = watch.over.then(() => (isOver = true));
  for (;;) {
    const isLast = isOver;
    try {
      known = await look(ports, mission, known);
      failure = '';
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.message !== failure) watch.tell({ kind: 'conflicts_unknown', reason: error.message });
      failure = error.message;
    }
    if (failure === '') told = tellNews(watch, told, known);
    if (isLast) return;
    await ports.conflicts.pause(over);
  }
}

async function look(ports: WatchPorts, mission: Mission, known: KnownMerges): Promise<KnownMerges> {
  const tips = await watchedTips(ports, await ports.work.viewOf(mission));
  const target = tips.find(({ lane }) => lane === null);
  const pairs = pairsToAsk(known, tips);
  if (pairs.length === 0) return withAnswers(known, tips, []);
  const commits = pairs.map(([a, b]) => [a.commit, b.commit] as const);
  const found = await ports.conflicts.conflicts(commits, target?.commit ?? pairs[0]?.[0].commit ?? '');
  return withAnswers(
    known,
    tips,
    pairs.map((pair, at) => ({ pair, paths: found[at] ?? null })),
  );
}

/** Tips of the target and of every lane that has work which is neither landed nor given up. */
async function watchedTips(ports: WatchPorts, view: MissionView): Promise<readonly WatchedTip[]> {
  const manifest = readManifest(view.mission);
  const target = `refs/heads/${targetBranch(view.mission.meta)}`;
  const isOpen = (wp: string): boolean => {
    const lane = view.state.packages.get(wp)?.slot.lane;
    return lane !== 'done' && lane !== 'canceled';
  };
  const lanes = manifest.lanes
    .filter(({ lane_id: id, wp_ids: wps }) => id !== PLANNING_LANE && wps.some(isOpen))
    .map(({ lane_id: lane }) => ({
      lane,
      refs: contextOf(view.mission, manifest, lane).branches.map((name) => `refs/heads/${name}`),
    }));
  const repository = await ports.work.lanes();
  const tips = await repository.refs(target, ...lanes.flatMap(({ refs }) => refs));
  return [{ lane: null, refs: [target] }, ...lanes].flatMap(({ lane, refs }) => {
    const commit = refs.flatMap((ref) => tips.get(ref) ?? [])[0];
    return commit === undefined ? [] : [{ lane, commit }];
  });
}

function tellNews(watch: Watch, told: readonly LaneConflict[], known: KnownMerges): readonly LaneConflict[] {
  const { seen, gone } = conflictNews(told, known);
  const records: readonly ConflictRecord[] = [
    ...gone.map((one) => ({ kind: 'conflict_gone' as const, ...one })),
    ...seen.map((one) => ({ kind: 'conflict_seen' as const, ...one })),
  ];
  for (const record of records) watch.tell(record);
  return records.reduce(withConflict, told);
}
