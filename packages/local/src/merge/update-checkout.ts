import { lstatSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { Git } from '../git/git.ts';

/** Roots of all worktrees, the primary checkout included, that have a branch checked out. */
export async function checkoutsOf(git: Git, branch: string): Promise<readonly string[]> {
  const porcelain = await git.text(['worktree', 'list', '--porcelain']);
  return porcelain
    .split(/\n\n+/)
    .map((block) => block.split('\n'))
    .filter((lines) => lines.includes(`branch refs/heads/${branch}`) && !lines.some((line) => line.startsWith('prunable')))
    .flatMap((lines) => lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length) ?? []);
}

/** A move of a checkout from one commit to another. */
export interface CheckoutMove {
  readonly before: string;
  readonly merged: string;
  readonly changed: readonly string[];
}

/**
 * Makes sure that moving a checkout loses nothing: no path that changes may differ from the old commit, in the
 * index or on disk, nor exist there without being tracked. A path that has its new content already, from an
 * interrupted move, is fine.
 *
 * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES` naming the paths.
 */
export async function verifyCheckout(git: Git, { before, merged, changed }: CheckoutMove): Promise<void> {
  const affected = new Set(changed);
  await git.attempt(['update-index', '-q', '--refresh']);
  const differing = await git.records(['diff-index', '--name-only', '--no-renames', '-z', before]);
  const tracked = new Set(await git.records(['ls-tree', '-r', '--name-only', '-z', before]));
  const untracked = changed.filter((file) => !tracked.has(file) && occupied(git.directory, file));
  const suspects = [...new Set([...differing.filter((file) => affected.has(file)), ...untracked])];
  const lost: string[] = [];
  for (const file of suspects) {
    if (!(await hasContentOf(git, merged, file))) lost.push(file);
  }
  if (lost.length === 0) return;
  const shown = lost.slice(0, 5).join(', ') + (lost.length > 5 ? ` and ${lost.length - 5} more` : '');
  throw new Fault('refused', 'CHECKOUT_WOULD_LOSE_CHANGES', `The checkout has changes of its own in ${shown}: ${git.directory}`, {
    hints: ['Commit them or put them aside, then run the command again. Nothing was changed.'],
    details: { checkout: git.directory, paths: lost },
  });
}

/** Gives the changed paths of a checkout, index and files, the content of a commit. Repeatable. */
export async function updateCheckout(git: Git, { merged, changed }: Pick<CheckoutMove, 'merged' | 'changed'>): Promise<void> {
  if (changed.length === 0) return;
  await git.run(
    ['--literal-pathspecs', 'restore', `--source=${merged}`, '--staged', '--worktree', '--pathspec-from-file=-', '--pathspec-file-nul'],
    { stdin: changed.join('\0') },
  );
}

/** A file in the way of a new path: at it, or where one of its folders must be. */
function occupied(root: string, file: string): boolean {
  const parts = file.split('/');
  return parts.some((_, index) => {
    const found = lstatSync(path.join(root, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    return found !== undefined && (index === parts.length - 1 || !found.isDirectory());
  });
}

async function hasContentOf(git: Git, commit: string, file: string): Promise<boolean> {
  const wanted = await git.tryText(['rev-parse', '--verify', '--quiet', `${commit}:${file}`]);
  const found = lstatSync(path.join(git.directory, file), { throwIfNoEntry: false });
  if (!wanted || !found) return !wanted && !found;
  return found.isFile() && (await git.tryText(['hash-object', '--', file])) === wanted;
}
