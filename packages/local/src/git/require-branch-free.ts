import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { endOperation } from '@spec-kitty/core/execution-lanes/end-operation';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { readText } from '../files/plain-file.ts';
import type { Git } from './git.ts';
import { type ListedWorktree, worktreesOf } from './list-worktrees.ts';

/** Where a repository and its primary checkout are. */
interface Places {
  readonly primary: string;
  readonly commonDir: string;
}

/**
 * Refuses to move a branch that a worktree is rebasing or bisecting, as `git branch -f` does: `git rebase --abort` would
 * take it back. Nor may a worktree of it be in the middle of a merge or the like, which would go on from another commit than
 * it began with, nor be away: back again, its next commit would undo the move.
 *
 * @throws Fault `BRANCH_IN_USE` or `CHECKOUT_MISSING`.
 */
export async function requireBranchFree(git: Git, places: Places, branch: string): Promise<void> {
  // A lane's worktree that somebody has deleted is made anew, never brought back.
  const own = path.join(places.primary, '.worktrees', path.sep);
  const isAway = ({ root, prunable }: ListedWorktree) =>
    (prunable || !existsSync(root)) && !path.resolve(root).startsWith(own);
  const there = await worktreesOf(git, branch);
  const gone = there.find(isAway);
  if (gone) throw missing(branch, gone);
  const checkouts = new Set(there.map(({ root }) => path.resolve(root)));
  for (const { root, gitDir } of gitDirs(places)) {
    const doing = useOf(gitDir, branch) ?? (checkouts.has(path.resolve(root)) ? underWay(gitDir) : undefined);
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

/** What a worktree does with a branch: in words, and the command of Git. */
type Use = readonly [doing: string, command: string];

function useOf(gitDir: string, branch: string): Use | undefined {
  const linesOf = (name: string) => (readText(path.join(gitDir, name)) ?? '').split('\n');
  const rebased = ['rebase-merge/head-name', 'rebase-merge/update-refs', 'rebase-apply/head-name'];
  if (rebased.some((name) => linesOf(name).includes(`refs/heads/${branch}`))) return ['rebasing', 'rebase'];
  return linesOf('BISECT_START')[0] === branch ? ['bisecting', 'bisect'] : undefined;
}

const MERGING: Use = ['merging into', 'merge'];
const PICKING: Use = ['cherry-picking onto', 'cherry-pick'];
const REVERTING: Use = ['reverting commits of', 'revert'];

/** What Git keeps while a command that moves the checked out branch waits for its user. */
const UNDER_WAY: readonly (readonly [file: string, use: Use])[] = [
  ['MERGE_HEAD', MERGING],
  ['CHERRY_PICK_HEAD', PICKING],
  ['REVERT_HEAD', REVERTING],
  ['rebase-apply/applying', ['applying patches to', 'am']],
];

function underWay(gitDir: string): Use | undefined {
  const [, use] = UNDER_WAY.find(([file]) => existsSync(path.join(gitDir, file))) ?? [];
  if (use) return use;
  // Between two commits of one command there is only what is left to do.
  const todo = readText(path.join(gitDir, 'sequencer/todo'));
  return todo === undefined ? undefined : todo.startsWith('revert') ? REVERTING : PICKING;
}

function inUse(branch: string, root: string, [doing, command]: Use): Fault {
  return new Fault('refused', 'BRANCH_IN_USE', `A worktree is ${doing} ${branch}: ${root}`, {
    hints: [`${endOperation(root, command)}; then run the command again. Nothing was moved.`],
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
