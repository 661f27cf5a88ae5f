import { existsSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { readText } from '../files/plain-file.ts';
import { worktreeAdmin } from '../git/worktree-admin.ts';
import type { Trash } from '../recovery/trash.ts';

const UNFINISHED_WAIT_MS = 5000;

/**
 * Whether a worktree of this repository is at a path.
 *
 * @throws Fault `NOT_A_LANE_WORKTREE` for somebody else's repository there, `WORKTREE_UNLINKED` for a worktree that
 * Git has lost track of, as when the repository was moved.
 */
export function hasWorktree(commonDir: string, root: string): boolean {
  const dotGit = path.join(root, '.git');
  const kind = lstatSync(dotGit, { throwIfNoEntry: false });
  if (!kind) {
    requireLinked(commonDir, root);
    return false;
  }
  const target = kind.isFile() ? /^gitdir: (.+)$/m.exec(readText(dotGit) ?? '')?.[1]?.trim() : undefined;
  const admin = target === undefined ? undefined : path.resolve(root, target);
  if (admin === undefined || path.basename(path.dirname(admin)) !== 'worktrees') throw foreign(root);
  if (!existsSync(admin)) throw unlinked(root, admin, 'with its path in the primary checkout');
  if (path.dirname(realpathSync(admin)) !== path.join(commonDir, 'worktrees')) throw foreign(root);
  return true;
}

/** Makes sure that a folder without a link to Git is none that Git takes for a worktree: nobody would see what is in it. */
function requireLinked(commonDir: string, root: string): void {
  const isFolder = lstatSync(root, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder || readdirSync(root).length === 0) return;
  const admin = worktreeAdmin(commonDir, root);
  if (admin === undefined || isInitializing(admin)) return;
  // Git may have come to its end with it meanwhile.
  if (!existsSync(path.join(root, '.git'))) throw unlinked(root, admin, 'in the primary checkout');
}

function unlinked(root: string, expected: string, how: string): Fault {
  return new Fault('refused', 'WORKTREE_UNLINKED', `Git has lost track of the lane's worktree: ${root}`, {
    hints: [
      `Run \`git worktree repair\` ${how}, then try again.`,
      'If Git cannot repair it, move the folder away, then try again.',
    ],
    details: { workspace_path: root, expected },
  });
}

function foreign(root: string): Fault {
  return new Fault(
    'refused',
    'NOT_A_LANE_WORKTREE',
    `Where the lane's worktree belongs is another repository: ${root}`,
    {
      hints: ['Move it away, then run the command again.'],
      details: { workspace_path: root },
    },
  );
}

/**
 * Clears what a killed `git worktree add` left behind, and the registration of a worktree that somebody deleted; a
 * removal that was broken off is finished before.
 *
 * A half-made folder is moved to `.worktrees/.trash/`, never deleted. Call it under the lane's lock.
 */
export async function clearInterrupted(trash: Trash, commonDir: string, root: string): Promise<void> {
  await trash.settle();
  const admin = worktreeAdmin(commonDir, root);
  if (admin !== undefined && (await isUnfinished(admin))) {
    if (existsSync(root)) await moveToTrash(trash, root);
    rmSync(path.join(admin, 'locked'), { force: true });
  }
  if (existsSync(root) && !existsSync(path.join(root, '.git'))) {
    requireLinked(commonDir, root);
    await moveToTrash(trash, root);
  }
  if (existsSync(root) || admin === undefined) return;
  if (existsSync(path.join(admin, 'locked'))) {
    throw new Fault('refused', 'WORKTREE_LOCKED', `The lane's worktree is missing and locked: ${root}`, {
      hints: ['Bring it back, or run `git worktree unlock` with its path and try again.'],
      details: { workspace_path: root },
    });
  }
  await trash.forget(admin, path.basename(root));
}

/** Moves a folder out of the way, to where it can be found again. */
async function moveToTrash(trash: Trash, root: string): Promise<void> {
  const unknown = { mission_id: null, lane_id: null, admin: null, branch: null, commit: null };
  await trash.put(root, { folder: path.basename(root), reason: 'leftover', ...unknown });
}

/** Git marks a worktree as initializing until it is complete; a live `git` may still be at it. */
async function isUnfinished(admin: string): Promise<boolean> {
  for (let waited = 0; isInitializing(admin); waited += 100) {
    if (waited >= UNFINISHED_WAIT_MS) return true;
    await sleep(100);
  }
  return false;
}

function isInitializing(admin: string): boolean {
  return readText(path.join(admin, 'locked'))?.trim() === 'initializing';
}
