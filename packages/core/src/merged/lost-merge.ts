import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import { listed } from '../listed.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import { recordedMerge, standingPackages } from './recorded-merge.ts';
import { BACKUPS } from '../recovery/recoverable.ts';
import { shellWord } from '../shell-word.ts';

/** A merge on record that the target does not have any more. */
export interface LostMerge {
  readonly target: string;
  readonly commit: string;
  /** Paths that are as they were before the merge, but for those of packages that have been sent back or canceled since. */
  readonly paths: readonly string[];
  /** Packages that are said to be there, and are not, or not whole. */
  readonly packages: readonly string[];
  /** What a remote was seen to have in the place of the target, such as `origin/main`, where that has the merge. */
  readonly remote: string | null;
}

/**
 * Looks whether a mission's merge is still on its target: the recorded commit, or under other commits the files that it
 * made. Nothing can be told once the branch is gone or the commit is in another clone only.
 */
export async function lostMerge(
  openLanes: () => Promise<LaneRepository>,
  view: MissionView,
): Promise<LostMerge | undefined> {
  const place = await mergePlace(openLanes, view);
  return place && !place.isThere ? lossAt(place, view) : undefined;
}

/** Where a merge on record and its target are now. */
export interface MergePlace {
  readonly lanes: LaneRepository;
  readonly target: string;
  /** Tip of the target. */
  readonly there: string;
  /** The commit that was recorded. */
  readonly known: string;
  /** Whether the target has that commit. */
  readonly isThere: boolean;
}

/** Looks for the merge on record; `undefined` where nothing can be told of it. */
export async function mergePlace(
  openLanes: () => Promise<LaneRepository>,
  view: MissionView,
): Promise<MergePlace | undefined> {
  const recorded = recordedMerge(view);
  const commit = recorded?.commit;
  if (!commit) return undefined;
  const lanes = await openLanes();
  // The branch may have another name now, which is what a corrected target says.
  const isHere = (await lanes.resolve(`refs/heads/${recorded.target}`)) !== undefined;
  const target = isHere ? recorded.target : targetBranch(view.mission.meta);
  const [there, known] = [await lanes.resolve(`refs/heads/${target}`), await lanes.resolve(commit)];
  if (there === undefined || known === undefined) return undefined;
  return { lanes, target, there, known, isThere: await lanes.isAncestor(known, there) };
}

/** What is lost of a merge whose commit the target does not have. */
export async function lossAt(
  { lanes, target, there, known }: MergePlace,
  view: MissionView,
): Promise<LostMerge | undefined> {
  const kept = await lanes.resolve(`${BACKUPS}${view.mission.missionId}/target`);
  // What was found on the target moved nothing, so its backup is that commit itself.
  const moved = kept !== undefined && kept !== known && (await lanes.isAncestor(kept, known));
  const before = moved ? kept : await lanes.mergeBase(there, known);
  if (before === undefined) return undefined;
  const claimed = claims(view, (await lanes.takenBack(before, known, there)).back);
  if (claimed.paths.length === 0) return undefined;
  return { target, commit: known, ...claimed, remote: await remoteWith(lanes, target, known) };
}

/** Whoever works on branches of their own may not have brought their target up to date since somebody else merged. */
async function remoteWith(lanes: LaneRepository, target: string, commit: string): Promise<string | null> {
  for (const [ref, tip] of await lanes.refs(`refs/remotes/*/${target}`))
    if (await lanes.isAncestor(commit, tip)) return ref.slice('refs/remotes/'.length);
  return null;
}

/** Whoever sends a package back or cancels it has said that its files need not be there. */
function claims(view: MissionView, lost: readonly string[]): Pick<LostMerge, 'paths' | 'packages'> {
  const stand = standingPackages(view);
  const isClaimed = (owners: readonly string[]) => owners.length === 0 || owners.some((id) => stand.has(id));
  const claimed = lost
    .map((file) => ({ file, owners: ownersOf(view, file) }))
    .filter(({ owners }) => isClaimed(owners));
  const owners = new Set(claimed.flatMap((one) => one.owners).filter((id) => stand.has(id)));
  return {
    paths: claimed.map(({ file }) => file),
    packages: [...(owners.size > 0 ? owners : stand)].toSorted(),
  };
}

/** Packages that own a path. */
export function ownersOf({ packages }: Pick<MissionView, 'packages'>, file: string): readonly string[] {
  return packages.filter((wp) => wp.ownedFiles.some((glob) => matchesGlob(file, glob))).map(({ id }) => id);
}

/** How somebody says that the work of packages shall not be there, or not as it was. */
export function stayAway(directory: string, packages: readonly string[]): readonly string[] {
  if (packages.length === 0) return [];
  const wp = packages.length === 1 ? (packages[0] ?? '') : '<WPnn>';
  return [
    `If it shall stay away, say so of ${listed(packages)}: \`spec-kitty agent tasks move-task ${wp} --to canceled --force --note "<reason>" --mission ${shellWord(directory)}\`; with \`--to planned\` it is made anew.`,
  ];
}

/** What is said of it, and how the work comes back. */
export function mergeLost(directory: string, lost: LostMerge): Fault {
  const { target, commit, paths, packages, remote } = lost;
  if (remote !== null) return targetBehind(directory, { ...lost, remote });
  return new Fault(
    'refused',
    'MERGE_LOST',
    `${directory} was merged into ${target}, which does not have the commit any more: ${commit}; as before it are ${few(paths)}`,
    {
      hints: [
        `With ${shellWord(target)} checked out, bring it back with \`git merge ${shellWord(commit)}\`.`,
        ...stayAway(directory, packages),
      ],
      details: { target_branch: target, commit, paths, packages },
    },
  );
}

function targetBehind(
  directory: string,
  { target, commit, paths, packages, remote }: LostMerge & { readonly remote: string },
): Fault {
  return new Fault(
    'refused',
    'TARGET_BEHIND',
    `${directory} was merged into ${target}, and ${target} here is behind ${remote}, which has the commit: ${commit}; as before it are ${few(paths)}`,
    {
      hints: [
        `With ${shellWord(target)} checked out, bring it up to date: \`git merge --autostash ${shellWord(remote)}\`.`,
      ],
      details: { target_branch: target, commit, paths, packages, remote },
    },
  );
}

/** @throws Fault `MERGE_LOST`, or `TARGET_BEHIND` where only this clone lacks it. */
export async function requireNotLost(
  openLanes: () => Promise<LaneRepository>,
  view: MissionView,
): Promise<void> {
  const lost = await lostMerge(openLanes, view);
  if (lost) throw mergeLost(view.mission.directory, lost);
}
