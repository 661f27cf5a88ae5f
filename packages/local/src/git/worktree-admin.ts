import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../files/plain-file.ts';

/** The folder that Git keeps for the worktree at a path, whether or not that is still there; `undefined` if Git knows none. */
export function worktreeAdmin(commonDir: string, root: string): string | undefined {
  const folder = path.join(commonDir, 'worktrees');
  if (!existsSync(folder)) return undefined;
  // Most have the name of the worktree, so that no other needs to be read.
  const names = new Set([path.basename(root), ...readdirSync(folder)]);
  return [...names].map((name) => path.join(folder, name)).find((admin) => isAdminOf(admin, root));
}

/** Roots of the linked worktrees that are there. */
export function worktreeRoots(commonDir: string): readonly string[] {
  const folder = path.join(commonDir, 'worktrees');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const pointer = readText(path.join(folder, name, 'gitdir'))?.trim();
    const dotGit = pointer === undefined ? undefined : path.resolve(folder, name, pointer);
    return dotGit !== undefined && existsSync(dotGit) ? [realpathSync(path.dirname(dotGit))] : [];
  });
}

/** The command of Git that waits in a worktree for its user, and has no branch checked out meanwhile. @param gitDir its folder. */
export function detachedBy(gitDir: string): 'rebase' | 'bisect' | null {
  const has = (name: string): boolean => existsSync(path.join(gitDir, name));
  if (has('rebase-merge') || has('rebase-apply')) return 'rebase';
  return has('BISECT_START') ? 'bisect' : null;
}

/** Whether a worktree's folder of Git says that the worktree is at a path. */
export function isAdminOf(admin: string, root: string): boolean {
  const pointer = readText(path.join(admin, 'gitdir'));
  const wanted = path.join(realParent(root), path.basename(root), '.git');
  // Relative to itself when Git is told so.
  return pointer !== undefined && path.resolve(admin, pointer.trim()) === wanted;
}

function realParent(root: string): string {
  const parent = path.dirname(root);
  return existsSync(parent) ? realpathSync(parent) : parent;
}
