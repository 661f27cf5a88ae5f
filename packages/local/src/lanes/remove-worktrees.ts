import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { KeptPart, LaneState } from '@spec-kitty/core/ports/lane-repository';
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

/** Why a worktree stays, and which paths that is about. */
export type Stays = Pick<KeptPart, 'reason'> & Partial<Pick<KeptPart, 'paths'>>;

/** Whether a worktree is gone, also when it was before; with its id in the trash if this took it there. */
export interface RemovedWorktree {
  readonly trashId: string | null;
  /** Branch that it had checked out then. */
  readonly branch: string | null;
  /** `null` when it is gone. */
  readonly stays: Stays | null;
}

/** One that could not be moved. */
export const STAYS: RemovedWorktree = { trashId: null, branch: null, stays: { reason: 'in_use' } };

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
    removed.push(free.has(removal) ? await removeWorktree(ports, removal) : staying({ reason: 'locked' }));
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

async function removeWorktree(ports: RemovalPorts, removal: Removal): Promise<RemovedWorktree> {
  const { root, reason, mission_id, lane_id } = removal;
  if (!existsSync(root)) return { trashId: null, branch: null, stays: null };
  const looked = await look(ports, { root, why: reason });
  if ('reason' in looked) return staying(looked);
  const { admin, branch, commit } = looked;
  const trashId = await ports.trash.take(root, {
    folder: path.basename(root),
    reason,
    mission_id,
    lane_id,
    admin: path.basename(admin),
    branch,
    commit,
  });
  return trashId === undefined ? STAYS : { trashId, branch, stays: null };
}

function staying(stays: Stays): RemovedWorktree {
  return { trashId: null, branch: null, stays };
}

/** Why {@link removeWorktrees} would leave a worktree where it is, as far as that can be known before; `null`: it goes. */
export async function whyStays(
  ports: RemovalPorts,
  { looked, ...worktree }: LookedAt & { readonly looked: LaneState | undefined },
): Promise<Stays | null> {
  const found = await look(ports, worktree, looked?.present ? stateOf(looked) : undefined);
  return 'reason' in found ? found : null;
}

/** A worktree, and why it is to go. */
interface LookedAt {
  readonly root: string;
  readonly why: Removal['reason'];
}

function stateOf({ branch, tip, dirty, unwatched, astray }: LaneState): CheckoutState {
  return astray
    ? { branch: astray.on, commit: astray.commit, dirty, unwatched }
    : { branch, commit: tip ?? null, dirty, unwatched };
}

async function look(
  { git, commonDir, cwd }: RemovalPorts,
  { root, why }: LookedAt,
  known?: CheckoutState,
): Promise<Stays | (CheckoutState & { readonly admin: string })> {
  const admin = worktreeAdmin(commonDir, root);
  if (admin === undefined) return { reason: 'not_a_worktree' };
  if (existsSync(path.join(admin, 'locked'))) return { reason: 'locked' };
  if (isAround(root, cwd)) return { reason: 'in_use' };
  const worktree = git.at(root);
  const state = known ?? (await checkoutState(worktree));
  const { branch, commit, dirty } = state;
  if (why !== 'merged') return { ...state, admin };
  // Repositories of submodules live in there, and may have commits that nobody else has.
  if (existsSync(path.join(admin, 'modules'))) return { reason: 'submodules' };
  // A branch leads to it otherwise.
  if (branch === null && commit !== null && (await isOnNoRef(worktree, commit)))
    return { reason: 'commit_without_ref' };
  return dirty.length === 0 ? { ...state, admin } : { reason: 'uncommitted_changes', paths: dirty };
}

function isAround(root: string, cwd: string): boolean {
  if (!existsSync(cwd)) return false;
  const way = path.relative(realpathSync(root), realpathSync(cwd));
  return way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
}

/** Whether no ref leads to a commit. */
async function isOnNoRef(worktree: Git, commit: string): Promise<boolean> {
  const containing = ['for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit];
  return (await worktree.tryText(containing)) === '';
}
