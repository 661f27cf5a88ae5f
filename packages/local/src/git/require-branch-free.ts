import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { readText } from '../files/plain-file.ts';
import type { Git } from './git.ts';
import { type ListedWorktree, listWorktrees } from './list-worktrees.ts';

/** Where a repository and its primary checkout are. */
interface Places {
  readonly primary: string;
  readonly commonDir: string;
}

/**
 * Refuses to move a branch that a worktree is rebasing or bisecting, as `git branch -f` does: `git rebase --abort` would
 * take it back. Nor may a worktree of it be away: back again, its next commit would undo the move.
 *
 * @throws Fault `BRANCH_IN_USE` or `CHECKOUT_MISSING`.
 */
export async function requireBranchFree(git: Git, places: Places, branch: string): Promise<void> {
  // A lane's worktree that somebody has deleted is made anew, never brought back.
  const own = path.join(places.primary, '.worktrees', path.sep);
  const isAway = ({ root, prunable }: ListedWorktree) =>
    (prunable || !existsSync(root)) && !path.resolve(root).startsWith(own);
  const trees = (await listWorktrees(git)).filter((tree) => tree.branch === `refs/heads/${branch}`);
  const gone = trees.find(isAway);
  if (gone) throw missing(branch, gone);
  for (const { root, gitDir } of gitDirs(places)) {
    const doing = useOf(gitDir, branch);
    if (doing && !existsSync(root))
      throw missing(branch, { root, prunable: !existsSync(path.join(gitDir, 'locked')) });
    if (doing) throw inUse(branch, root, doing);
  }
}

function gitDirs({ primary, commonDir }: Places): readonly { root: string; gitDir: string }[] {
  const folder = path.join(commonDir, 'worktrees');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const linked = names.flatMap((name) => {
    const gitDir = path.join(folder, name);
    const pointer = readText(path.join(gitDir, 'gitdir'))?.trim();
    // Relative to itself when Git is told so.
    return pointer === undefined ? [] : [{ root: path.dirname(path.resolve(gitDir, pointer)), gitDir }];
  });
  return [{ root: primary, gitDir: commonDir }, ...linked];
}

function useOf(gitDir: string, branch: string): 'rebasing' | 'bisecting' | undefined {
  const linesOf = (name: string) => (readText(path.join(gitDir, name)) ?? '').split('\n');
  const rebased = ['rebase-merge/head-name', 'rebase-merge/update-refs', 'rebase-apply/head-name'];
  if (rebased.some((name) => linesOf(name).includes(`refs/heads/${branch}`))) return 'rebasing';
  return linesOf('BISECT_START')[0] === branch ? 'bisecting' : undefined;
}

function inUse(branch: string, root: string, doing: 'rebasing' | 'bisecting'): Fault {
  const at = shellWord(root);
  const ending =
    doing === 'rebasing'
      ? `Finish it with \`git -C ${at} rebase --continue\`, or drop it with \`git -C ${at} rebase --abort\``
      : `End it with \`git -C ${at} bisect reset\``;
  return new Fault('refused', 'BRANCH_IN_USE', `A worktree is ${doing} ${branch}: ${root}`, {
    hints: [`${ending}; then run the command again. Nothing was moved.`],
    details: { branch, checkout: root },
  });
}

function missing(branch: string, { root, prunable }: Pick<ListedWorktree, 'root' | 'prunable'>): Fault {
  const unlock = prunable ? '' : `git worktree unlock ${shellWord(root)} && `;
  return new Fault(
    'refused',
    'CHECKOUT_MISSING',
    `${branch} is checked out in a worktree whose folder is away, so that it could not follow: ${root}`,
    {
      hints: [
        'Nothing was moved. If the folder is elsewhere, say where: `git worktree repair <folder>`.',
        `If it is gone for good, have Git forget it: \`${unlock}git worktree prune\`.`,
      ],
      details: { branch, checkout: root },
    },
  );
}
