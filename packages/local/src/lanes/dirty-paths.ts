import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import { commitOf } from '../git/commit-of.ts';
import { shellWord } from '@spec-kitty/core/shell-word';
import { lookAgain } from '@spec-kitty/core/work/look-again';
import type { Git } from '../git/git.ts';
import { checkoutState } from './checkout-state.ts';

/** Uncommitted or untracked paths of a worktree, ignored ones aside. */
export async function dirtyPaths(git: Git): Promise<readonly string[]> {
  return (await checkoutState(git)).dirty;
}

/** Refuses to build on a worktree with uncommitted work. @throws Fault `DIRTY_WORKTREE` naming it. */
export async function requireClean(git: Git): Promise<void> {
  const { dirty, unwatched } = await checkoutState(git);
  if (dirty.length === 0) return;
  const root = git.directory;
  const at = shellWord(root);
  const merging = (await commitOf(git, 'MERGE_HEAD')) !== undefined;
  throw new Fault(
    'refused',
    'DIRTY_WORKTREE',
    `The worktree has uncommitted changes in ${few(dirty)}: ${root}`,
    {
      hints: [
        ...lookAgain(root, unwatched),
        merging
          ? `A merge is under way there: finish it with \`git -C ${at} commit --no-edit\`, or drop it with \`git -C ${at} merge --abort\`.`
          : `Commit them: \`git -C ${at} add -A\`, then \`git -C ${at} commit -m "<what you did>"\`.`,
      ],
      details: { workspace_path: root, dirty_paths: dirty },
    },
  );
}
