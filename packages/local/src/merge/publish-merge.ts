import type { Integration } from '@spec-kitty/core/ports/integration';
import { branchMoved } from '../checkout/branch-moved.ts';
import type { BranchMover } from '../checkout/move-branch.ts';
import { updateRefs } from '../checkout/update-refs.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';

/** Where a merge is to be left, and what moves branches. */
export interface Publication {
  readonly mover: BranchMover;
  /** Of the move's record. */
  readonly name: string;
  readonly branch: string;
  /** Ref that keeps what the branch had before. */
  readonly keptAs: string;
}

/** Leaves a merge on a branch, checkouts of it included. @returns the remote to push to; `null` without one. */
export async function publishMerge(
  git: Git,
  { merged }: Pick<Integration, 'merged'>,
  { mover, name, branch, keptAs }: Publication,
): Promise<string | null> {
  await mover.settle(name);
  const before = await commitOf(git, `refs/heads/${branch}`);
  if (before === undefined) {
    const created = await updateRefs(git, [{ ref: `refs/heads/${branch}`, value: merged, expected: null }]);
    if (!created) throw branchMoved(branch, null);
  } else if (before !== merged) {
    const changed = await git.records(['diff', '--name-only', '--no-renames', '-z', before, merged]);
    await mover.run(name, {
      branch,
      before,
      after: merged,
      changed,
      indexOnly: [],
      keeps: { [keptAs]: before },
    });
    await mover.forget(name);
  }
  const remotes = await git.lines(['remote']);
  return remotes.includes('origin') ? 'origin' : (remotes[0] ?? null);
}
