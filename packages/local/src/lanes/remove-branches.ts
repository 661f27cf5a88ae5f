import { type RefChange, updateRefs } from '../checkout/update-refs.ts';
import type { Git } from '../git/git.ts';
import { listWorktrees } from '../git/list-worktrees.ts';
import { keepBranchCommits } from '../recovery/keep-unreachable.ts';
import type { BranchTip } from './lane-branch.ts';

/** A branch that is to go, whose tip has a backup; `name` is of mission and lane, for those of its older commits. */
export type EndedBranch = BranchTip & { readonly name: string };

/** Removes branches and tells of each whether it is gone; one that is checked out or has moved on stays. */
export async function removeBranches(
  git: Git,
  commonDir: string,
  branches: readonly EndedBranch[],
): Promise<readonly boolean[]> {
  if (branches.length === 0) return [];
  const used = new Set((await listWorktrees(git)).map(({ branch }) => branch));
  const free = branches.filter(({ branch }) => !used.has(`refs/heads/${branch}`));
  if (free.length === 0) return branches.map(() => false);
  await keepBranchCommits(git, commonDir, free);
  if (await updateRefs(git, free.map(deletion))) return branches.map((branch) => free.includes(branch));
  // One of them has moved on; the others go.
  const gone = [];
  for (const branch of branches)
    gone.push(free.includes(branch) && (await updateRefs(git, [deletion(branch)])));
  return gone;
}

function deletion({ branch, tip }: EndedBranch): RefChange {
  return { ref: `refs/heads/${branch}`, value: undefined, expected: tip };
}
