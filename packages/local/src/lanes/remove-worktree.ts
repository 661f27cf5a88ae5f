import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { worktreeAdmin } from '../git/worktree-admin.ts';
import type { Discarded, Trash } from '../recovery/trash.ts';
import { dirtyPaths } from './dirty-paths.ts';
import { clearInterrupted } from './registered-worktrees.ts';

/** What removing a worktree works with. */
export interface RemovalPorts {
  readonly git: Git;
  readonly commonDir: string;
  readonly trash: Trash;
  /** Where the caller stands: a worktree around it stays, or the caller's shell would go to the trash with it. */
  readonly cwd: string;
}

/** Why a worktree goes, and whose it is. */
export type Removal = Pick<Discarded, 'reason' | 'mission_id' | 'lane_id'>;

/** Whether a worktree is gone, also when it was before; with its id in the trash if this took it there. */
export interface RemovedWorktree {
  readonly removed: boolean;
  readonly trashId: string | null;
  /** Branch that it had checked out then. */
  readonly branch: string | null;
}

const STAYS: RemovedWorktree = { removed: false, trashId: null, branch: null };

/**
 * Moves a worktree to the trash, whole, unless somebody has locked it, or stands in it.
 *
 * After a merge only one in which nothing is uncommitted and no commit is checked out that no ref leads to; the others
 * stay. What its reflog alone leads to gets backups.
 */
export async function removeWorktree(
  { git, commonDir, trash, cwd }: RemovalPorts,
  root: string,
  removal: Removal,
): Promise<RemovedWorktree> {
  try {
    await clearInterrupted(trash, commonDir, root);
  } catch (error) {
    // Somebody has locked it: it stays.
    if (error instanceof Fault && error.code === 'WORKTREE_LOCKED') return STAYS;
    throw error;
  }
  if (!existsSync(root)) return { removed: true, trashId: null, branch: null };
  const admin = worktreeAdmin(commonDir, root);
  if (admin === undefined || isInUse(admin, { root, cwd })) return STAYS;
  const worktree = git.at(root);
  const branch = (await worktree.tryText(['symbolic-ref', '--quiet', '--short', 'HEAD'])) ?? null;
  const commit = (await commitOf(worktree, 'HEAD')) ?? null;
  if (removal.reason === 'merged' && !(await isExpendable(worktree, admin, { branch, commit }))) return STAYS;
  const folder = path.basename(root);
  const trashId = await trash.put(root, { folder, ...removal, admin: path.basename(admin), branch, commit });
  return trashId === undefined ? STAYS : { removed: true, trashId, branch };
}

/** Whether somebody has locked a worktree, or stands in it. */
function isInUse(admin: string, { root, cwd }: { readonly root: string; readonly cwd: string }): boolean {
  if (existsSync(path.join(admin, 'locked'))) return true;
  if (!existsSync(cwd)) return false;
  const way = path.relative(realpathSync(root), realpathSync(cwd));
  return way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
}

/** Whether nothing in a worktree would be missed once the trash has been emptied. */
async function isExpendable(
  worktree: Git,
  admin: string,
  { branch, commit }: { readonly branch: string | null; readonly commit: string | null },
): Promise<boolean> {
  // Repositories of submodules live in there, and may have commits that nobody else has.
  if (existsSync(path.join(admin, 'modules'))) return false;
  // A branch leads to it otherwise.
  if (branch === null && commit !== null && (await isOnNoRef(worktree, commit))) return false;
  return (await dirtyPaths(worktree)).length === 0;
}

/** Whether no ref leads to a commit. */
async function isOnNoRef(worktree: Git, commit: string): Promise<boolean> {
  const containing = ['for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit];
  return (await worktree.tryText(containing)) === '';
}
