import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SubmoduleCommit } from '@spec-kitty/core/ports/lane-repository';
import { fetchedClone, submodulesIn } from './complete-checkout.ts';
import type { Git } from '../git/git.ts';

/**
 * Submodules at commits that only this worktree's clone of them has: merged, they are missing in the primary checkout, and
 * `git push --recurse-submodules=check` passes over what is not there.
 */
export async function unpublishedSubmodules(
  worktree: Git,
  commonDir: string,
): Promise<readonly SubmoduleCommit[]> {
  if (!existsSync(path.join(worktree.directory, '.gitmodules'))) return [];
  const found: SubmoduleCommit[] = [];
  for (const submodule of await submodulesIn(worktree, 'HEAD')) {
    const { location, commit } = submodule;
    const root = path.join(worktree.directory, location);
    // Git would find the lane's own repository from there.
    if (!existsSync(path.join(root, '.git'))) continue;
    const ahead = await worktree.at(root).attempt(['rev-list', '-1', commit, '--not', '--remotes']);
    if (ahead.exitCode !== 0 || ahead.stdout === '') continue;
    if ((await fetchedClone(worktree, submodule, commonDir)) === undefined)
      found.push({ path: location, commit });
  }
  return found;
}
