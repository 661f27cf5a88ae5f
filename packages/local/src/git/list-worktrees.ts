import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Git } from './git.ts';

/** One entry of `git worktree list`: the main worktree comes first, or the bare repository in its place. */
export interface ListedWorktree {
  /** As Git has it: with `/` on every platform. */
  readonly root: string;
  /** Full name of the branch that is checked out; `undefined` for a detached HEAD. */
  readonly branch: string | undefined;
  readonly bare: boolean;
  /** Whether its folder is gone, so that `git worktree prune` would forget it. */
  readonly prunable: boolean;
}

/** Lists the worktrees that Git has registered; asks no worktree anything, so a broken one does no harm. */
export async function listWorktrees(git: Git): Promise<readonly ListedWorktree[]> {
  const records = await git.records(['worktree', 'list', '--porcelain', '-z']);
  const [main, ...linked] = blocks(records).flatMap((lines) => {
    const value = (key: string) => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
    const root = value('worktree');
    const prunable = lines.some((line) => line === 'prunable' || line.startsWith('prunable '));
    return root === undefined
      ? []
      : [{ root, branch: value('branch'), bare: lines.includes('bare'), prunable }];
  });
  return main === undefined ? [] : [{ ...main, root: await mainRoot(git, main) }, ...linked];
}

/**
 * Of a main worktree whose Git directory lies apart, as that of a submodule does, Git lists that directory. Where the
 * worktree is, it knows from within, or by `core.worktree`; else the directory has to do.
 */
async function mainRoot(git: Git, { root, bare }: ListedWorktree): Promise<string> {
  if (bare || existsSync(path.join(root, '.git'))) return root;
  // Git fails where it stands in no worktree.
  const asked = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-dir', '--git-common-dir'];
  const within = await git.attempt(asked);
  const [top, own, common] = within.stdout.trimEnd().split('\n');
  if (within.exitCode === 0 && top && own === common) return top;
  const named = await git.at(root).attempt(['rev-parse', '--show-toplevel']);
  return named.exitCode === 0 ? named.stdout.trimEnd() : root;
}

/**
 * The worktrees that have a branch checked out, or are at one of the places. Of a branch that is a symbolic ref, as an old
 * name may be, Git moves and lists the one that it stands for.
 */
export async function worktreesOf(
  git: Git,
  branch: string,
  places: readonly string[] = [],
): Promise<readonly ListedWorktree[]> {
  const trees = await listWorktrees(git);
  const ref = `refs/heads/${branch}`;
  const real = trees.some((tree) => tree.branch === ref) ? ref : await branchRef(git, branch);
  return trees.filter((tree) => tree.branch === real || places.includes(tree.root));
}

/** Full name of a branch, or of the one that it stands for. */
export async function branchRef(git: Git, branch: string): Promise<string> {
  const ref = `refs/heads/${branch}`;
  return (await git.tryText(['symbolic-ref', '-q', ref])) || ref;
}

/** An empty record ends each entry. */
function blocks(records: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  for (const record of records) {
    if (record === '') found.push([]);
    else found.at(-1)?.push(record);
  }
  return found;
}
