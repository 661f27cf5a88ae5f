import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { readText } from '../files/plain-file.ts';

/** Where one repository keeps what we read and write. All paths are absolute and resolved. */
export interface Repository {
  /** Root of the primary checkout: the one that holds `kitty-specs/` and `.kittify/`. */
  readonly primary: string;
  /** Git directory of the primary checkout; its `HEAD` says which branch people work on. */
  readonly primaryGitDir: string;
  /** Git directory shared by all worktrees; our journal, locks and caches live under `spec-kitty/` in it. */
  readonly commonDir: string;
  /** Root of the worktree that the command was started in; the Git directory where it was none. */
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
 * @throws Fault `NOT_A_REPOSITORY`, `WORKTREE_PUT_AWAY`, or `NO_PRIMARY_CHECKOUT` when no checkout can hold the missions.
 */
export async function findRepository(from: string): Promise<Repository> {
  const here = findCheckout(from) ?? findGitDirectory(from);
  const primary = ordinaryPrimary(here) ?? (await unusualPrimary(here));
  requireRealFolders(path.join(here.commonDir, 'spec-kitty'));
  return {
    primary: primary.root,
    primaryGitDir: primary.gitDir,
    commonDir: here.commonDir,
    worktree: here.root,
  };
}

/** What is written below our own folder must not end up elsewhere. */
function requireRealFolders(folder: string): void {
  const own = lstatSync(folder, { throwIfNoEntry: false });
  if (own === undefined) return;
  if (!own.isDirectory()) throw linkedFolder(folder);
  const link = readdirSync(folder, { withFileTypes: true }).find((entry) => entry.isSymbolicLink());
  if (link) throw linkedFolder(path.join(folder, link.name));
}

function linkedFolder(folder: string): Fault {
  return new Fault(
    'refused',
    'PATH_OUTSIDE_REPOSITORY',
    `A folder of our own is a link or a file: ${folder}`,
    {
      hints: ['Replace the link by what it leads to.'],
      details: { path: folder },
    },
  );
}

/** Folder of the repository that belongs to us alone and is shared by all its worktrees. */
export function privateDir(repository: Repository, ...names: string[]): string {
  // Not `path.join`, which normalises: an overview asks for hundreds of paths, and this takes a tenth of the time.
  return [repository.commonDir, 'spec-kitty', ...names].join(path.sep);
}

/** Reads the branch checked out in the primary checkout; `undefined` when its HEAD is detached. */
export async function primaryBranch(repository: Repository): Promise<string | undefined> {
  const head = (readText(path.join(repository.primaryGitDir, 'HEAD')) ?? '').trim();
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
      const target = /^gitdir: (.+)$/m.exec(readText(dotGit) ?? '')?.[1];
      if (target) return requireOwn(checkoutAt(root, path.resolve(root, target.trim())));
    }
    if (root === path.dirname(root)) return undefined;
  }
}

/** A folder called `.git` belongs to the checkout around it: a file that leads there makes one checkout write for another. */
function requireOwn(checkout: Checkout): Checkout {
  const { root, gitDir, commonDir } = checkout;
  if (gitDir !== commonDir || path.basename(gitDir) !== '.git' || isOwnCheckout(root, gitDir))
    return checkout;
  throw new Fault(
    'refused',
    'NOT_A_REPOSITORY',
    `The file .git leads to the Git directory of another checkout: ${gitDir}`,
    {
      hints: [`Work in that checkout, or move this file away: ${shellWord(path.join(root, '.git'))}`],
    },
  );
}

/** Git itself writes `core.worktree` into a Git directory that lies apart, such as a submodule's. */
function isOwnCheckout(root: string, gitDir: string): boolean {
  const named = /^\s*worktree\s*=\s*(.+)$/im.exec(readText(path.join(gitDir, 'config')) ?? '')?.[1];
  return named !== undefined && path.resolve(gitDir, named.trim()) === root;
}

function checkoutAt(root: string, gitDir: string): Checkout {
  if (!existsSync(gitDir)) throw putAway(root, gitDir);
  const pointer = readText(path.join(gitDir, 'commondir'));
  const commonDir = pointer === undefined ? gitDir : path.resolve(gitDir, pointer.trim());
  return { root, gitDir: realpath(gitDir), commonDir: realpath(commonDir) };
}

/** A shell goes along with a folder that is moved, as a merge moves worktrees into the trash. */
function putAway(root: string, gitDir: string): Fault {
  const repository = path.dirname(path.dirname(gitDir));
  const details = { workspace_path: root, git_dir: gitDir };
  if (path.basename(path.dirname(gitDir)) !== 'worktrees' || !existsSync(repository))
    return new Fault('refused', 'NOT_A_REPOSITORY', `The Git directory of this checkout is gone: ${gitDir}`, {
      hints: [
        `If its repository was moved, run \`git worktree repair ${shellWord(root)}\` there; else change into another project.`,
      ],
      details,
    });
  const hint =
    path.basename(repository) === '.git'
      ? `Go on in the primary checkout: \`cd ${shellWord(path.dirname(repository))}\`. There, \`spec-kitty recover list\` shows what can be brought back.`
      : `Go on in another worktree of the repository: \`git -C ${shellWord(repository)} worktree list\` shows them.`;
  return new Fault(
    'refused',
    'WORKTREE_PUT_AWAY',
    `This worktree was put away, by a merge or otherwise: ${root}`,
    {
      hints: [hint],
      details,
    },
  );
}

/** The usual layouts: this checkout is the main one, or the main one holds the common directory as `.git`. */
function ordinaryPrimary({ root, gitDir, commonDir }: Checkout): Checkout | undefined {
  if (root === commonDir || isBare(commonDir)) return undefined;
  if (gitDir === commonDir) return { root, gitDir, commonDir };
  if (path.basename(commonDir) === '.git')
    return { root: path.dirname(commonDir), gitDir: commonDir, commonDir };
  // A separate Git directory says nothing about its checkout, but our worktrees lie below that checkout.
  for (let above = path.dirname(root); above !== path.dirname(above); above = path.dirname(above)) {
    const found = existsSync(path.join(above, '.git')) ? findCheckout(above) : undefined;
    if (found?.gitDir === commonDir) return found;
  }
  return undefined;
}

async function unusualPrimary({ commonDir }: Checkout): Promise<Checkout> {
  const { findPrimaryWorktree } = await import('./find-primary-worktree.ts');
  const root = await findPrimaryWorktree(commonDir);
  const found = root !== undefined && existsSync(root) ? findCheckout(root) : undefined;
  // `core.worktree` may name a folder that has become something else.
  if (found?.commonDir === commonDir) return found;
  throw new Fault(
    'refused',
    'NO_PRIMARY_CHECKOUT',
    'This repository has no checkout that can hold its missions.',
    {
      hints: isBare(commonDir)
        ? [
            `Check out its default branch: \`git -C ${shellWord(commonDir)} worktree add <folder> <branch>\`, and work there.`,
          ]
        : ['Run `git config core.worktree "$PWD"` once in its main checkout, or work there.'],
      details: { git_common_dir: commonDir },
    },
  );
}

/** For callers that stand in a bare repository, or in a Git directory that lies apart from its checkout. */
function findGitDirectory(from: string): Checkout {
  for (let folder = realpath(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'HEAD')) && existsSync(path.join(folder, 'objects'))) {
      return { root: folder, gitDir: folder, commonDir: folder };
    }
    if (folder === path.dirname(folder)) break;
  }
  throw new Fault(
    'refused',
    'NOT_A_REPOSITORY',
    `There is no Git repository at or above this folder: ${from}`,
    {
      hints: ['Run `git init` in your project, or change into it.'],
    },
  );
}

/** The setting moves to a file of its own once any worktree has settings of its own. */
function isBare(commonDir: string): boolean {
  const shared = readText(path.join(commonDir, 'config')) ?? '';
  const own = /worktreeconfig/i.test(shared) && readText(path.join(commonDir, 'config.worktree'));
  return [shared, own || ''].some((text) => /^\s*bare\s*(?:=\s*(?:true|yes|on|1)\s*)?$/im.test(text));
}

function realpath(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    throw new Fault('refused', 'NOT_A_REPOSITORY', `The directory cannot be opened: ${file}`, {
      hints: ['Run `cd` with a folder that exists and that you may read, then the command again.'],
      cause,
    });
  }
}
