import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AbandonedLane } from '@spec-kitty/core/ports/lane-repository';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { Git } from '../git/git.ts';
import { worktreeAdmin } from '../git/worktree-admin.ts';
import { keepRef } from '../recovery/keep-ref.ts';
import type { Trash } from '../recovery/trash.ts';
import { uncommittedWork } from '../recovery/uncommitted-work.ts';
import type { Repository } from '../repository/repository.ts';
import { dirtyPaths } from './dirty-paths.ts';
import { existingBranch } from './lane-branch.ts';
import { clearInterrupted, hasWorktree } from './registered-worktrees.ts';
import { type EndedBranch, removeBranches } from './remove-branches.ts';
import { removeWorktrees, STAYS } from './remove-worktrees.ts';

/** What abandoning works with. */
export interface AbandonPorts {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trash: Trash;
  readonly cwd: string;
}

/** The lane to abandon. */
export interface AbandonRequest {
  readonly root: string;
  readonly branches: readonly string[];
  readonly missionId: string;
  readonly laneId: string;
}

/**
 * Puts a lane away whatever is in it: tip and uncommitted work under backups, the worktree into the trash, then the
 * branch removed. Repeatable; a lane that is gone is none to put away.
 */
export async function abandonLane(ports: AbandonPorts, request: AbandonRequest): Promise<AbandonedLane> {
  const { repository, env, trash, cwd } = ports;
  const { root, missionId, laneId } = request;
  const git = new Git(repository.primary, env);
  await trash.settle();
  const lane = await keepTip(git, request);
  if (existsSync(root) && worktreeAdmin(repository.commonDir, root) === undefined)
    await clearInterrupted(trash, repository.commonDir, root);
  const goes = hasWorktree(repository.commonDir, root) && !isLocked(repository.commonDir, root);
  const uncommitted = goes ? await keepWork(ports, request) : null;
  const removal = { root, reason: 'abandoned', mission_id: missionId, lane_id: laneId } as const;
  const { commonDir } = repository;
  const [gone = STAYS] = await removeWorktrees({ git, commonDir, trash, cwd }, [removal]);
  const name = `${missionId}/${laneId}`;
  const isGone = gone.stays === null;
  const branchRemoved = isGone && (await removeBranch(git, commonDir, lane && { ...lane, name }));
  return {
    branch: lane && { name: lane.branch, commit: lane.tip, backup: BACKUPS + name, removed: branchRemoved },
    uncommitted,
    trashId: gone.trashId,
    wasOnBranch: gone.branch !== null && gone.branch === lane?.branch,
    worktreeKept: isGone ? null : root,
  };
}

/** Gives the lane's tip a backup of today; `null` where the lane has no branch. */
async function keepTip(
  git: Git,
  { branches, missionId, laneId }: AbandonRequest,
): Promise<{ readonly branch: string; readonly tip: string } | null> {
  const lane = await existingBranch(git, branches);
  if (lane) await keepRef(git, `${BACKUPS}${missionId}/${laneId}`, lane.tip, { renew: true });
  return lane ?? null;
}

function isLocked(commonDir: string, root: string): boolean {
  const admin = worktreeAdmin(commonDir, root);
  return admin !== undefined && existsSync(path.join(admin, 'locked'));
}

async function removeBranch(git: Git, commonDir: string, ended: EndedBranch | null): Promise<boolean> {
  const [removed = false] = await removeBranches(git, commonDir, ended ? [ended] : []);
  return removed;
}

async function keepWork(
  ports: AbandonPorts,
  { root, missionId, laneId }: AbandonRequest,
): Promise<AbandonedLane['uncommitted']> {
  const worktree = new Git(root, ports.env);
  const paths = await dirtyPaths(worktree);
  if (paths.length === 0) return null;
  const commit = await uncommittedWork(ports, root, { of: laneId, command: 'mission abandon' });
  const ref = `${BACKUPS}${missionId}/${laneId}-uncommitted`;
  await keepRef(worktree, ref, commit);
  return { ref, commit, paths: paths.length };
}
