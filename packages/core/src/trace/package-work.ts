import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import { laneOf, readLanes } from '../execution-lanes/read-lanes.ts';
import { contextOf, recordedName } from '../execution-lanes/lane-context.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { PeoplesCommit } from '../ports/lane-repository.ts';
import { isSettled } from '../status/package-state.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { TracePorts } from './trace-ports.ts';

/** A file that a package changes, and whether it is still there where the package leaves it. */
export interface TracedFile {
  readonly path: string;
  readonly gone: boolean;
}

/** What Git has of the work on one package. */
export interface PackageWork {
  /**
   * `lane`: the package's own commits. `landing`: those are not in this clone, and the work is read off what the merge moved
   * the target over. `none`: nothing is known.
   */
  readonly source: 'lane' | 'landing' | 'none';
  readonly from: string | null;
  readonly tip: string | null;
  /** The latest first. */
  readonly commits: readonly Pick<PeoplesCommit, 'id' | 'subject'>[];
  readonly files: readonly TracedFile[];
}

const NOTHING: PackageWork = { source: 'none', from: null, tip: null, commits: [], files: [] };

/** Finds the work on a package, wherever it is by now: on its lane, or squashed, rebased or merged on the target. */
export async function packageWork(
  ports: TracePorts,
  view: MissionView,
  wp: WorkPackage,
): Promise<PackageWork> {
  return (await ownWork(ports, view, wp)) ?? (await landedWork(ports, view, wp)) ?? NOTHING;
}

async function ownWork(
  { lanes, trees }: TracePorts,
  view: MissionView,
  wp: WorkPackage,
): Promise<PackageWork | undefined> {
  const lane = laneContextOf(view, wp.id);
  const from = await known(lanes, view.state.packages.get(wp.id)?.firstBaseCommit);
  const tip = lane && (await tipOf(lanes, view, { wp, lane }));
  if (from === undefined || tip === undefined || lane === undefined) return undefined;
  const without = lane.planning ? [] : await fromTarget(lanes, view, { tip, target: lane.target });
  const all = await trees.commits(tip, from, ...without);
  const isOwn = (path: string): boolean => wp.ownedFiles.some((glob) => matchesGlob(path, glob));
  // On the target others commit as well.
  const own = lane.planning ? all.filter(({ paths }) => paths.some(isOwn)) : all;
  const touched = new Set(own.flatMap(({ paths }) => (lane.planning ? paths.filter(isOwn) : paths)));
  const files = await filesOf(trees, { from, to: tip }, (path) => touched.has(path));
  return { source: 'lane', from, tip, commits: own.map(({ id, subject }) => ({ id, subject })), files };
}

type Lane = ReturnType<typeof contextOf>;

/** Without lanes, or with broken ones, nothing is known of a package's lane; what else there is can still be told. */
function laneContextOf({ mission }: MissionView, wp: string): Lane | undefined {
  const read = readLanes(mission.files.read('lanes.json') ?? '{}');
  const lane = read.ok ? laneOf(read.manifest, wp) : undefined;
  return read.ok && lane ? contextOf(mission, read.manifest, lane.lane_id) : undefined;
}

/** What an event has named; before the first, what is on the lane now. */
async function tipOf(
  lanes: TracePorts['lanes'],
  view: MissionView,
  { wp, lane }: { readonly wp: WorkPackage; readonly lane: Lane },
): Promise<string | undefined> {
  const state = view.state.packages.get(wp.id);
  if (!state || !state.everStarted) return undefined;
  const named = await known(lanes, state.commit);
  if (named !== undefined) return named;
  // Whatever the log names and this clone does not have is not what happens to be on a branch of that name.
  if (state.commit !== null || isSettled(state.slot.lane)) return undefined;
  if (lane.planning) return known(lanes, `refs/heads/${lane.target}`);
  const { tip } = await lanes.inspect(lane.folder, lane.branches);
  return tip ?? (await known(lanes, `refs/spec-kitty/${recordedName(view.mission, wp.id)}`));
}

/** Commits that are the target's and not the package's: those before it landed, once it has. */
async function fromTarget(
  lanes: TracePorts['lanes'],
  { merge }: MissionView,
  { tip, target }: { readonly tip: string; readonly target: string },
): Promise<readonly string[]> {
  const branch = await known(lanes, `refs/heads/${target}`);
  if (branch === undefined) return [];
  if (!(await lanes.isAncestor(tip, branch))) return [branch];
  const before: string[] = [];
  for (const move of merge?.moves ?? []) {
    const at = await known(lanes, move.before);
    if (at !== undefined && !(await lanes.isAncestor(tip, at))) before.push(at);
  }
  return before;
}

/** What every merge brought of the files that the package owns, where its own commits are not here. */
async function landedWork(
  { lanes, trees }: TracePorts,
  view: MissionView,
  wp: WorkPackage,
): Promise<PackageWork | undefined> {
  const state = view.state.packages.get(wp.id);
  if (!isSettled(state?.slot.lane) || wp.ownedFiles.length === 0) return undefined;
  const isOwn = (path: string): boolean => wp.ownedFiles.some((glob) => matchesGlob(path, glob));
  const found: PackageWork[] = [];
  for (const { before, after } of await landings(lanes, view, state?.landing?.commit)) {
    const files = await filesOf(trees, { from: before, to: after }, isOwn);
    if (files.length === 0) continue;
    const own = (await trees.commits(after, before)).filter(({ paths }) => paths.some(isOwn));
    // A squash is a commit of ours, and has the work of all packages.
    const commits = own.length > 0 ? own : [{ id: after, subject: '' }];
    found.push({
      source: 'landing',
      from: before,
      tip: after,
      commits: commits.map(({ id, subject }) => ({ id, subject })),
      files,
    });
  }
  const [first] = found;
  const last = found.at(-1);
  if (!first || !last) return undefined;
  const files = new Map(found.flatMap((one) => one.files.map((file) => [file.path, file])));
  return {
    ...first,
    tip: last.tip,
    commits: found.toReversed().flatMap(({ commits }) => commits),
    files: [...files.values()].toSorted(byPath),
  };
}

/** What the target was moved over; where only its end is on record, what that commit changed. */
async function landings(
  lanes: TracePorts['lanes'],
  { merge, mission }: MissionView,
  landing: string | undefined,
): Promise<readonly { readonly before: string; readonly after: string }[]> {
  const ranges: { before: string; after: string }[] = [];
  for (const move of merge?.moves ?? []) {
    const [before, after] = [await known(lanes, move.before), await known(lanes, move.merged)];
    if (before !== undefined && after !== undefined) ranges.push({ before, after });
  }
  const ends = [merge?.commit, landing, mission.meta.baseline_merge_commit];
  if (ranges.length > 0) return ranges;
  for (const end of ends) {
    const after = await known(lanes, end);
    const before = after && (await known(lanes, `${after}^1`));
    if (after !== undefined && before !== undefined) return [{ before, after }];
  }
  return [];
}

async function filesOf(
  trees: TracePorts['trees'],
  { from, to }: { readonly from: string; readonly to: string },
  isWanted: (path: string) => boolean,
): Promise<readonly TracedFile[]> {
  return [...(await trees.changed(from, to))]
    .filter(([path]) => isWanted(path))
    .map(([path, now]) => ({ path, gone: now === 'gone' }))
    .toSorted(byPath);
}

function byPath(a: TracedFile, b: TracedFile): number {
  return a.path < b.path ? -1 : 1;
}

async function known(
  lanes: TracePorts['lanes'],
  revision: string | null | undefined,
): Promise<string | undefined> {
  return revision ? lanes.resolve(revision) : undefined;
}

/** Commit of the target, to look into where nobody has worked on anything yet; `undefined` in a repository without it. */
export function targetTip({ lanes }: TracePorts, { mission }: MissionView): Promise<string | undefined> {
  return lanes.resolve(`refs/heads/${targetBranch(mission.meta)}`);
}
