import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { BACKUPS } from '../recovery/recoverable.ts';
import { shellWord } from '../shell-word.ts';

/** A merge on record that the target does not have any more. */
export interface LostMerge {
  readonly target: string;
  readonly commit: string;
  /** Paths that are as they were before the merge. */
  readonly paths: readonly string[];
}

/**
 * Looks whether a mission's merge is still on its target: the recorded commit, or under other commits the files that it
 * made. Nothing can be told once the branch is gone or the commit is in another clone only.
 */
export async function lostMerge(
  openLanes: () => Promise<LaneRepository>,
  { mission, merge }: Pick<MissionView, 'mission' | 'merge'>,
): Promise<LostMerge | undefined> {
  const commit = merge?.commit ?? mission.meta.baseline_merge_commit;
  if (!commit) return undefined;
  const lanes = await openLanes();
  const target = targetBranch(mission.meta);
  const [there, known] = [await lanes.resolve(`refs/heads/${target}`), await lanes.resolve(commit)];
  if (there === undefined || known === undefined) return undefined;
  if (await lanes.isAncestor(known, there)) return undefined;
  const kept = await lanes.resolve(`${BACKUPS}${mission.missionId}/target`);
  // What was found on the target moved nothing, so its backup is that commit itself.
  const moved = kept !== undefined && kept !== known && (await lanes.isAncestor(kept, known));
  const before = moved ? kept : await lanes.mergeBase(there, known);
  if (before === undefined) return undefined;
  const paths = await lanes.takenBack(before, known, there);
  return paths.length > 0 ? { target, commit: known, paths } : undefined;
}

/** What is said of it, and how the work comes back. */
export function mergeLost(directory: string, lost: LostMerge): Fault {
  const { target, commit, paths } = lost;
  return new Fault(
    'refused',
    'MERGE_LOST',
    `${directory} was merged into ${target}, which does not have the commit any more: ${commit}; as before it are ${few(paths)}`,
    {
      hints: [
        `With ${shellWord(target)} checked out, bring it back with \`git merge ${shellWord(commit)}\`.`,
      ],
      details: { target_branch: target, commit, paths },
    },
  );
}
