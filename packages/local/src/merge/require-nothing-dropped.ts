import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Git } from '../git/git.ts';
import { limitedTo } from '../git/limited-to.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { mergeCommits } from '../trees/merge-trees.ts';

/**
 * Makes sure that what a lane began with is still on the target: of a commit that was removed from there, a merge of the
 * lane would bring all changes back. The same content under other commits is no loss.
 *
 * @param tip the target, with the lanes that this one rests on.
 * @throws Fault `LANE_BRINGS_BACK` naming commits and paths.
 */
export async function requireNothingDropped(
  git: Git,
  { target, tip, lane }: { readonly target: string; readonly tip: string; readonly lane: LaneCommit },
): Promise<void> {
  const { laneId, base, commit } = lane;
  if (base === null || (await git.ok(['merge-base', '--is-ancestor', base, tip]))) return;
  // A lane that was begun anew rests on something else by now.
  if (!(await git.ok(['merge-base', '--is-ancestor', base, commit]))) return;
  if (!(await git.ok(['merge-base', base, tip]))) return;
  const { tree, conflicts } = await mergeCommits(git, tip, base);
  // Conflicts are told when the lane itself is merged.
  const told = new Set(conflicts.map(({ path }) => path));
  const changed = [...(await treeChanges(git, tip, tree)).keys()];
  const paths = changed.filter((file) => !told.has(file) && !isOwnPath(file));
  if (paths.length === 0) return;
  const range = ['--literal-pathspecs', 'rev-list', '--right-only', '--cherry-pick', '--no-merges'];
  const { args, options } = limitedTo([`${tip}...${base}`], paths);
  const commits = await git.lines([...range, ...args], options);
  throw new Fault(
    'refused',
    'LANE_BRINGS_BACK',
    `${laneId} began with commits that ${target} has no more, and would bring them back; nothing was changed: ${few(paths)}`,
    {
      hints: [
        `To leave them out, run \`git rebase --onto ${shellWord(target)} ${base}\` in the worktree of ${laneId}, and send its packages to review.`,
        `If ${target} shall have them again, run \`git merge ${base}\` with it checked out, then the command once more.`,
      ],
      details: { lane_id: laneId, target_branch: target, base, commits, paths },
    },
  );
}
