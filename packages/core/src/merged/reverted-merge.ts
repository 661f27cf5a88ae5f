import { few } from '../few.ts';
import { listed } from '../listed.ts';
import type { LaneRepository, Move } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellPaths, shellWord } from '../shell-word.ts';
import { type LostMerge, type MergePlace, mergePlace, ownersOf, stayAway } from './lost-merge.ts';
import { standingPackages } from './recorded-merge.ts';

/** Work that a target has the merge of, and has taken back since: somebody's decision, and no loss. */
export interface RevertedMerge extends Omit<LostMerge, 'remote'> {
  /** The last commit that took something of it back; `null` where the line of the target never had it. */
  readonly by: string | null;
  /** The command that brings all of it back, where one does. */
  readonly again: string | null;
}

/** Looks whether the target of a merge on record has taken it back. */
export async function revertedMerge(
  openLanes: () => Promise<LaneRepository>,
  view: MissionView,
): Promise<RevertedMerge | undefined> {
  const place = await mergePlace(openLanes, view);
  return place?.isThere ? revertAt(place, view) : undefined;
}

/**
 * Finds the packages of which a target that has the merge has nothing any more: every path of theirs is as it was before, or
 * has all lines undone. A package that still has a path there was worked on since, and that is for its reader to judge.
 */
export async function revertAt(
  { lanes, target, there, known }: MergePlace,
  view: MissionView,
): Promise<RevertedMerge | undefined> {
  const ranges = await broughtRanges(lanes, view);
  const { back, kept } = await lanes.undone(ranges, there);
  if (back.length === 0) return undefined;
  const whose = await makers(lanes, view, [...back, ...kept]);
  const stand = standingPackages(view);
  const present = new Set(kept.flatMap(whose));
  const gone = new Set(back.flatMap(whose).filter((wp) => stand.has(wp) && !present.has(wp)));
  const paths = back.filter((file) => whose(file).some((wp) => gone.has(wp)));
  if (paths.length === 0) return undefined;
  const packages = [...gone].toSorted();
  return { target, commit: known, ...(await taker(lanes, { there, ranges, paths })), paths, packages };
}

/**
 * Whose each path is: its owners', else that of the packages whose own commits changed it, else that of all. What stands in
 * for the others is asked of Git only where a path has no owner.
 */
async function makers(
  lanes: LaneRepository,
  view: MissionView,
  paths: readonly string[],
): Promise<(file: string) => readonly string[]> {
  const owners = new Map(paths.map((file) => [file, ownersOf(view, file)]));
  const changed = new Map<string, string[]>();
  if ([...owners.values()].some((own) => own.length === 0)) {
    for (const { wp, before, after } of await packageRanges(lanes, view))
      for (const file of await lanes.changedSince(before, after))
        changed.set(file, [...(changed.get(file) ?? []), wp]);
  }
  const all = [...standingPackages(view)];
  return (file) => {
    const own = owners.get(file) ?? [];
    return own.length > 0 ? own : (changed.get(file) ?? all);
  };
}

/** How far back a commit is looked for. */
const MOST_COMMITS = 20;

/** Which commit took the last of the paths back, edits of them aside, and what brings them again. */
async function taker(
  lanes: LaneRepository,
  sought: { readonly there: string; readonly ranges: readonly Move[]; readonly paths: readonly string[] },
): Promise<Pick<RevertedMerge, 'by' | 'again'>> {
  const { there, ranges, paths } = sought;
  const last = await lanes.lastChange(there, paths);
  let by = last;
  for (let looked = 0; looked < MOST_COMMITS; looked += 1) {
    if (by === '' || (await lanes.resolve(`${by}^`)) === undefined) return { by: null, again: null };
    const back = new Set((await lanes.undone(ranges, `${by}^`)).back);
    const still = paths.filter((file) => back.has(file));
    if (still.length === 0) {
      const isMerge = (await lanes.resolve(`${by}^2`)) !== undefined;
      const rest = isMerge ? `-m 1 ${shellWord(by)}` : shellWord(by);
      return { by, again: `git revert ${rest}` };
    }
    if (still.length < paths.length) return { by, again: null };
    by = await lanes.lastChange(`${by}^`, paths);
  }
  return { by: last, again: null };
}

/**
 * What every merge moved the target over; where none did, as after a pull request, what each package was. And what packages
 * were that somebody has merged by hand. A shallow clone may not have all of it.
 */
async function broughtRanges(lanes: LaneRepository, view: MissionView): Promise<readonly Move[]> {
  const moves = view.merge?.moves ?? [];
  const isByPackage = view.merge !== null && moves.length === 0;
  const byHand = new Set([...view.state.packages].flatMap(([wp, { landing }]) => (landing ? [wp] : [])));
  const packages = isByPackage || byHand.size > 0 ? await packageRanges(lanes, view) : [];
  return [
    ...(await knownHere(
      lanes,
      moves.map(({ before, merged }) => ({ before, after: merged })),
    )),
    ...packages.filter(({ wp }) => isByPackage || byHand.has(wp)),
  ];
}

/** The commits of each package that stands, as far as they are known here. */
async function packageRanges(
  lanes: LaneRepository,
  view: MissionView,
): Promise<readonly (Move & { readonly wp: string })[]> {
  const ranges: (Move & { readonly wp: string })[] = [];
  for (const wp of standingPackages(view)) {
    const { firstBaseCommit: before, commit: after } = view.state.packages.get(wp) ?? {};
    if (before && after && before !== after) ranges.push({ wp, before, after });
  }
  return knownHere(lanes, ranges);
}

async function knownHere<T extends Move>(lanes: LaneRepository, moves: readonly T[]): Promise<readonly T[]> {
  const found: T[] = [];
  for (const move of moves) {
    const ends = [await lanes.resolve(move.before), await lanes.resolve(move.after)];
    if (!ends.includes(undefined)) found.push(move);
  }
  return found;
}

/** What is said of it, in one sentence, and the ways on. */
export function revertedWords(
  directory: string,
  { target, commit, by, again, paths, packages }: RevertedMerge,
): { readonly sentence: string; readonly hints: readonly string[] } {
  const ways =
    again === null
      ? `see what was undone with \`git log -p --full-history ${shellWord(target)} -- ${shellPaths(paths)}\`, and undo that; what nobody has edited since comes with \`git restore --source=${shellWord(commit)} --staged --worktree -- ${shellPaths(paths)}\``
      : `run \`${again}\` on ${shellWord(target)}`;
  return {
    sentence: `${directory} was merged into ${target}, which has taken ${listed(packages)} back since${by === null ? '' : `, last with ${by.slice(0, 12)}`}: ${few(paths)} ${paths.length === 1 ? 'is' : 'are'} as before.`,
    hints: [`To have it again, ${ways}.`, ...stayAway(directory, packages)],
  };
}
