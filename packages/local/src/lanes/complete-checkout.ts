import { existsSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Git } from '../git/git.ts';

interface Submodule {
  readonly name: string;
  readonly location: string;
  readonly commit: string;
}

/**
 * Refuses a commit with submodules that are not cloned here: a lane from it would lack them.
 *
 * @throws Fault `SUBMODULE_NOT_INITIALISED` or `SUBMODULE_COMMIT_MISSING` naming the first one.
 */
export async function requireSubmodules(git: Git, commit: string, commonDir: string): Promise<void> {
  for (const submodule of await submodulesIn(git, commit)) await requireClone(git, submodule, commonDir);
}

/**
 * Fills a worktree's submodules, and theirs, from the repository's own clones, so that no network is needed.
 *
 * @param clones Git directory whose `modules` folder has the clones.
 * @throws Fault `SUBMODULE_NOT_INITIALISED` or `SUBMODULE_COMMIT_MISSING` naming the first one that is not there.
 */
export async function fillSubmodules(worktree: Git, clones: string): Promise<void> {
  for (const submodule of await submodulesIn(worktree, 'HEAD')) {
    const { name, location } = submodule;
    const clone = await requireClone(worktree, submodule, clones);
    const from = ['-c', `submodule.${name}.url=${clone}`];
    await worktree.run([...from, 'submodule', '--quiet', 'update', '--init', '--checkout', '--', location]);
    await fillSubmodules(worktree.at(path.join(worktree.directory, location)), clone);
  }
}

/** Submodules that a commit really has; an entry of `.gitmodules` alone is none. */
export async function submodulesIn(git: Git, commit: string): Promise<readonly Submodule[]> {
  const named = await git.attempt([
    'config',
    '--blob',
    `${commit}:.gitmodules`,
    '-z',
    '--get-regexp',
    String.raw`^submodule\..*\.path$`,
  ]);
  if (named.exitCode !== 0) return [];
  const entries = named.stdout.split('\0').flatMap((record) => {
    const [key = '', location = ''] = record.split('\n');
    return location === '' ? [] : [{ name: key.slice('submodule.'.length, -'.path'.length), location }];
  });
  const links = await git.records(['ls-tree', '-r', '-z', commit]);
  const present = new Map(
    links.flatMap((link) => {
      const [, linked = '', location = ''] = /^160000 commit ([0-9a-f]+)\t(.+)$/s.exec(link) ?? [];
      return location === '' ? [] : [[location, linked] as const];
    }),
  );
  return entries.flatMap(({ name, location }) => {
    const linked = present.get(location);
    // Git itself ignores a name that leads upwards.
    const ignored = linked === undefined || name.split(/[/\\]/).includes('..');
    return ignored ? [] : [{ name, location, commit: linked }];
  });
}

/** Finds a submodule's clone, with the commit that is wanted of it, below a Git directory. */
async function requireClone(git: Git, submodule: Submodule, gitDir: string): Promise<string> {
  const { name, location, commit } = submodule;
  if (!existsSync(path.join(gitDir, 'modules', name))) throw missingSubmodule(location);
  const clone = await fetchedClone(git, submodule, gitDir);
  if (clone !== undefined) return clone;
  const sentence = `The submodule's local clone lacks the commit that the lane needs, ${commit}: ${location}`;
  throw new Fault('refused', 'SUBMODULE_COMMIT_MISSING', sentence, {
    hints: [`Run \`git -C ${shellWord(location)} fetch\` in the primary checkout, then try again.`],
    details: { submodule: location, commit },
  });
}

/** Finds a submodule's clone below a Git directory if it has the commit that is wanted. */
export async function fetchedClone(
  git: Git,
  { name, commit }: Submodule,
  gitDir: string,
): Promise<string | undefined> {
  const clone = path.join(gitDir, 'modules', name);
  if (!existsSync(clone)) return undefined;
  // The answer for a commit that is not there is 1 or 128, as the version has it.
  const asked = await git.attempt([`--git-dir=${clone}`, 'cat-file', '-e', commit]);
  return asked.exitCode === 0 ? clone : undefined;
}

function missingSubmodule(location: string): Fault {
  return new Fault(
    'refused',
    'SUBMODULE_NOT_INITIALISED',
    `The submodule has no local clone, so the lane would lack it: ${location}`,
    {
      hints: ['Run `git submodule update --init --recursive` in the primary checkout, then try again.'],
      details: { submodule: location },
    },
  );
}

/**
 * Refuses a lane whose tree needs Git LFS where LFS is not set up: its files would be pointers.
 *
 * @throws Fault `LFS_NOT_INSTALLED` naming the attributes file.
 */
export async function requireLargeFiles(git: Git, commit: string): Promise<void> {
  const found = await git.attempt([
    'grep',
    '-l',
    '-z',
    '-e',
    'filter=lfs',
    commit,
    '--',
    '.gitattributes',
    '**/.gitattributes',
  ]);
  const file = found.stdout.split('\0')[0]?.slice(commit.length + 1);
  if (!file || (await git.tryText(['config', 'filter.lfs.smudge']))) return;
  throw new Fault(
    'refused',
    'LFS_NOT_INSTALLED',
    `Files are kept in Git LFS, which is not set up here: ${file}`,
    {
      hints: ['Install Git LFS and run `git lfs install`, then try again.'],
      details: { file },
    },
  );
}
