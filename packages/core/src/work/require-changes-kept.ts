import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { MergeDeviation } from '../ports/merge-deviation.ts';
import { shellWord } from '../shell-word.ts';

/**
 * Refuses a merge that lacks what a side has changed in files without a conflict: Git counts the side as merged, so nobody
 * would merge that again, and no difference of the package would show it.
 *
 * @param place worktree to repair it in, and what to do then.
 * @throws Fault `CHANGES_DROPPED` with the command that puts the changes back.
 */
export function requireChangesKept(
  { commit, sides, dropped, repaired }: MergeDeviation,
  place: { readonly laneId: string; readonly path: string; readonly hints: readonly string[] },
): void {
  if (dropped.length === 0) return;
  const files = dropped.map((file) => `:(top,literal)${file}`);
  throw new Fault(
    'refused',
    'CHANGES_DROPPED',
    `A merge in ${place.laneId} lacks what was changed in files without a conflict: ${few(dropped)}.`,
    {
      hints: [
        `Put it back: \`git -C ${shellWord(place.path)} restore --source=${shellWord(repaired)} --staged --worktree -- ${files.map(shellWord).join(' ')}\`.`,
        ...place.hints,
      ],
      details: { lane_id: place.laneId, commit, sides, paths: dropped, workspace_path: place.path },
    },
  );
}
