import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { Git } from '../git/git.ts';
import { worktreeAdmin } from '../git/worktree-admin.ts';
import type { Discarded, Trash } from '../recovery/trash.ts';
import { type CheckoutState, checkoutState } from './checkout-state.ts';
import { clearInterrupted } from './registered-worktrees.ts';

/** What removing a worktree works with. */
export interface RemovalPorts {
  readonly git: Git;
  readonly commonDir: string;
  readonly trash: Trash;
  /** Where the caller stands: a worktree around it stays, or the caller's shell would go to the trash with it. */
  readonly cwd: string;
}

/** A worktree that is to go, why, and whose it is. */
export interface Removal extends Pick<Discarded, 'reason' | 'mission_id' | 'lane_id'> {
  readonly root: string;
}

/** Whether a worktree is gone, also when it was before; with its id in the trash if this took it there. */
export interface RemovedWorktree {
  readonly removed: boolean;
  readonly trashId: string | null;
  /** Branch that it had checked out then. */
  readonly branch: string | null;
}

export const STAYS: RemovedWorktree = { removed: false, trashId: null, branch: null };

/**
 * Moves worktrees to the trash, whole, unless somebody has locked them or stands in them, or something uses them.
 *
 * After a merge only those in which nothing is uncommitted and no commit is checked out that no ref leads to; the others
 * stay. What their reflogs alone lead to gets backups.
 */
export async function removeWorktrees(
  ports: RemovalPorts,
  removals: readonly Removal[],
): Promise<readonly RemovedWorktree[]> {
  const free = new Set<Removal>();
  for (const removal of removals) if (await isFree(ports, removal)) free.add(removal);
  const removed = [];
  for (const removal of removals)
    removed.push(free.has(removal) ? await removeWorktree(ports, removal) : STAYS);
  await ports.trash.settle();
  return removed;
}

/** Clears what a killed process left in the place; `false` for a worktree that somebody has locked. */
async function isFree({ trash, commonDir }: RemovalPorts, { root }: Removal): Promise<boolean> {
  try {
    await clearInterrupted(trash, commonDir, root);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'WORKTREE_LOCKED') return false;
    throw error;
  }
}

async function removeWorktree(
  { git, commonDir, trash, cwd }: RemovalPorts,
  { root, ...removal }: Removal,
): Promise<RemovedWorktree> {
  if (!existsSync(root)) return { removed: true, trashId: null, branch: null };
  const admin = worktreeAdmin(commonDir, root);
  if (admin === undefined || isInUse(admin, { root, cwd })) return STAYS;
  const worktree = git.at(root);
  const state = await checkoutState(worktree);
  if (removal.reason === 'merged' && !(await isExpendable(worktree, admin, state))) return STAYS;
  const { branch, commit } = state;
  const folder = path.basename(root);
  const trashId = await trash.take(root, { folder, ...removal, admin: path.basename(admin), branch, commit });
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
  { branch, commit, dirty }: CheckoutState,
): Promise<boolean> {
  // Repositories of submodules live in there, and may have commits that nobody else has.
  if (existsSync(path.join(admin, 'modules'))) return false;
  // A branch leads to it otherwise.
  if (branch === null && commit !== null && (await isOnNoRef(worktree, commit))) return false;
  return dirty.length === 0;
}

/** Whether no ref leads to a commit. */
async function isOnNoRef(worktree: Git, commit: string): Promise<boolean> {
  const containing = ['for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit];
  return (await worktree.tryText(containing)) === '';
}
