import type { LaneContext } from '../execution-lanes/lane-context.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';

interface Subject {
  readonly view: Pick<MissionView, 'state' | 'packages'>;
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
}

interface Range {
  readonly from: string;
  readonly commit: string;
}

/** What a package changes on its lane. */
export interface LaneChanges {
  readonly owned: readonly string[];
  /** Although the package does not own them: they are merged with the rest. */
  readonly outside: readonly string[];
  /** What the package does not own and has not changed itself. */
  readonly ofOthers: readonly string[];
}

/** Looks up which files a lane changes in a range, and which of them the package does not own. */
export async function laneChanges(
  lanes: LaneRepository,
  subject: Subject,
  range: Range,
): Promise<LaneChanges> {
  const changed = await changedByLane(lanes, subject.lane, range);
  const rest = changed.filter((path) => !isOwned(subject.wp, path));
  const ofOthers = rest.length === 0 ? [] : await changedByOthers(lanes, subject, { ...range, paths: rest });
  return {
    owned: changed.filter((path) => isOwned(subject.wp, path)),
    outside: rest.filter((path) => !ofOthers.includes(path)),
    ofOthers,
  };
}

function isOwned({ ownedFiles }: WorkPackage, path: string): boolean {
  return ownedFiles.length === 0 || ownedFiles.some((glob) => matchesGlob(path, glob));
}

/**
 * Of paths that a package does not own, those that it has not changed: Git has merged what others have there, or a package
 * that shares the lane has sent them to review, as while this one was sent back.
 */
async function changedByOthers(
  lanes: LaneRepository,
  { view, wp, lane }: Subject,
  { from, commit, paths }: Range & { readonly paths: readonly string[] },
): Promise<readonly string[]> {
  if (lane.planning) return [];
  const target = (await lanes.resolve(`refs/heads/${lane.target}`)) ?? from;
  // A conflict between what others have there is resolved by whoever meets it, and shown to the reviewer as a merge.
  const merges = await lanes.handMerges(commit, [from, target]);
  const resolved = new Map(merges.map((merge) => [merge.commit, merge.conflicts]));
  const touchedSince = async (...sent: readonly string[]): Promise<ReadonlySet<string>> => {
    const commits = await lanes.commitsByPeople(commit, from, target, ...sent);
    return new Set(
      commits.flatMap(({ id, paths: all }) => all.filter((path) => !resolved.get(id)?.includes(path))),
    );
  };
  const touched = await touchedSince();
  const sent: { readonly by: WorkPackage; readonly tip: string }[] = [];
  for (const by of view.packages.filter(({ id }) => id !== wp.id && lane.packages.includes(id))) {
    const known = view.state.packages.get(by.id);
    const tip = known?.commit ?? known?.lastRejection?.commit;
    if (!tip || !(await lanes.isAncestor(tip, commit)) || (await lanes.isAncestor(tip, from))) continue;
    sent.push({ by, tip });
  }
  const touchedLater = sent.length === 0 ? touched : await touchedSince(...sent.map(({ tip }) => tip));
  return paths.filter(
    (path) => !touched.has(path) || (!touchedLater.has(path) && sent.some(({ by }) => isOwned(by, path))),
  );
}

/**
 * What came from the target, as where a conflict with it was resolved on the lane, is no change of the package's; what the lane
 * has of the target and takes back is one.
 */
async function changedByLane(
  lanes: LaneRepository,
  { planning, target }: LaneContext,
  { from, commit }: Range,
): Promise<readonly string[]> {
  const changed = await lanes.changedSince(from, commit);
  const branch = `refs/heads/${target}`;
  const taken = planning ? undefined : await lanes.mergeBase(branch, commit);
  if (taken === undefined) return changed;
  const touched = new Set([...changed, ...(await lanes.changedSince(from, taken))]);
  return (await lanes.changedSince(taken, commit)).filter((path) => touched.has(path));
}
