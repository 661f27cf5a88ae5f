import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';

/** Where one repository keeps what we read and write. All paths are absolute and resolved. */
export interface Repository {
  /** Root of the primary checkout: the one that holds `kitty-specs/` and `.kittify/`. */
  readonly primary: string;
  /** Git directory of the primary checkout; its `HEAD` says which branch people work on. */
  readonly primaryGitDir: string;
  /** Git directory shared by all worktrees; our journal, locks and caches live under `spec-kitty/` in it. */
  readonly commonDir: string;
  /** Root of the worktree that the command was started in. */
  readonly worktree: string;
}

interface Checkout {
  readonly root: string;
  readonly gitDir: string;
  readonly commonDir: string;
}

/**
 * Finds the repository around a directory without running Git, which would cost a process on every command.
 *
 * @throws Fault `NOT_A_REPOSITORY`, or `NO_PRIMARY_CHECKOUT` when no checkout can hold the missions.
 */
export async function findRepository(from: string): Promise<Repository> {
  const here = findCheckout(from);
  if (!here) return findBareRepository(from);
  const primary = ordinaryPrimary(here) ?? (await unusualPrimary(here));
  return {
    primary: primary.root,
    primaryGitDir: primary.gitDir,
    commonDir: here.commonDir,
    worktree: here.root,
  };
}

/** Folder of the repository that belongs to us alone and is shared by all its worktrees. */
export function privateDir(repository: Repository, ...names: string[]): string {
  // Not `path.join`, which normalises: an overview asks for hundreds of paths, and this takes a tenth of the time.
  return [repository.commonDir, 'spec-kitty', ...names].join(path.sep);
}

/** Reads the branch checked out in the primary checkout; `undefined` when its HEAD is detached. */
export async function primaryBranch(repository: Repository): Promise<string | undefined> {
  const head = readFileSync(path.join(repository.primaryGitDir, 'HEAD'), 'utf8').trim();
  const branch = /^ref: refs\/heads\/(.+)$/.exec(head)?.[1];
  if (branch !== '.invalid') return branch;
  // A reftable repository keeps a placeholder here; only Git itself can read the real HEAD.
  const { Git } = await import('../git/git.ts');
  return (await new Git(repository.primary).tryText(['symbolic-ref', '-q', '--short', 'HEAD'])) || undefined;
}

function findCheckout(from: string): Checkout | undefined {
  for (let root = realpath(from); ; root = path.dirname(root)) {
    const dotGit = path.join(root, '.git');
    const kind = statSync(dotGit, { throwIfNoEntry: false });
    if (kind?.isDirectory() && existsSync(path.join(dotGit, 'HEAD'))) return checkoutAt(root, dotGit);
    if (kind?.isFile()) {
      const target = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, 'utf8'))?.[1];
      if (target) return checkoutAt(root, path.resolve(root, target.trim()));
    }
    if (root === path.dirname(root)) return undefined;
  }
}

function checkoutAt(root: string, gitDir: string): Checkout {
  const pointer = path.join(gitDir, 'commondir');
  const commonDir = existsSync(pointer) ? path.resolve(gitDir, readFileSync(pointer, 'utf8').trim()) : gitDir;
  return { root, gitDir: realpath(gitDir), commonDir: realpath(commonDir) };
}

/** The usual layouts: this checkout is the main one, or the main one holds the common directory as `.git`. */
function ordinaryPrimary(here: Checkout): Checkout | undefined {
  if (here.gitDir === here.commonDir) return here;
  const parent = path.dirname(here.commonDir);
  if (path.basename(here.commonDir) === '.git' && !isBare(here.commonDir)) return checkoutAt(parent, here.commonDir);
  // A separate Git directory says nothing about its checkout, but our worktrees lie below that checkout.
  for (let root = path.dirname(here.root); root !== path.dirname(root); root = path.dirname(root)) {
    const found = existsSync(path.join(root, '.git')) ? findCheckout(root) : undefined;
    if (found?.root === root && found.gitDir === here.commonDir) return found;
  }
  return undefined;
}

async function unusualPrimary(here: Checkout): Promise<Checkout> {
  const { findPrimaryWorktree } = await import('./find-primary-worktree.ts');
  const root = await findPrimaryWorktree(here.commonDir);
  const found = root === undefined ? undefined : findCheckout(root);
  if (found) return found;
  throw new Fault('refused', 'NO_PRIMARY_CHECKOUT', 'This repository has no checkout that can hold its missions.', {
    hints: ['Check out its default branch with `git worktree add`.'],
    details: { git_common_dir: here.commonDir },
  });
}

async function findBareRepository(from: string): Promise<Repository> {
  for (let folder = realpath(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'HEAD')) && existsSync(path.join(folder, 'objects'))) {
      const primary = await unusualPrimary({ root: folder, gitDir: folder, commonDir: folder });
      return { primary: primary.root, primaryGitDir: primary.gitDir, commonDir: folder, worktree: primary.root };
    }
    if (folder === path.dirname(folder)) break;
  }
  throw new Fault('refused', 'NOT_A_REPOSITORY', `There is no Git repository at or above ${from}`, {
    hints: ['Run `git init` in your project, or change into it.'],
  });
}

function isBare(gitDir: string): boolean {
  return /^\s*bare\s*=\s*true\b/m.test(readFileSync(path.join(gitDir, 'config'), 'utf8'));
}

function realpath(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    throw new Fault('refused', 'NOT_A_REPOSITORY', `The directory cannot be opened: ${file}`, { cause });
  }
}
