import { rmSync } from 'node:fs';
import type { Entry, TreeChanges } from '../git/tree-changes.ts';
import type { IndexGit } from './index-git.ts';
import { indexInfo } from './index-info.ts';

/**
 * Gives paths of a checkout other content, index and files, whatever is there. Repeatable.
 *
 * Not by `git restore`, which compares every path that it is given with every one that there is.
 */
export async function putPaths(git: IndexGit, changes: TreeChanges): Promise<void> {
  const wanted = new Map([...changes].map(([file, { now }]) => [file, now]));
  const goes = [...changes].filter(([, { old, now }]) => old !== undefined && now === undefined);
  const comes = [...changes.keys()].filter((file) => wanted.get(file) !== undefined);
  // What goes first: a folder may become a file, or the other way round.
  if (goes.length > 0) await removeFiles(git, new Map(goes.map(([file, { old }]) => [file, old])));
  await git.run(['update-index', '-z', '--index-info'], { stdin: indexInfo(wanted) });
  if (comes.length === 0) return;
  // Without the third, paths outside a sparse checkout would keep their old state.
  const options = ['--force', '--index', '--ignore-skip-worktree-bits', '-z', '--stdin'];
  await git.run(['checkout-index', ...options], { stdin: comes.map((file) => `${file}\0`).join('') });
}

/** Removes files as Git does: with the folders that they leave empty, never through a link, known to the index or not. */
async function removeFiles(git: IndexGit, entries: ReadonlyMap<string, Entry>): Promise<void> {
  const alone = git.over(`${git.file}-leaving`);
  try {
    await alone.run(['update-index', '-z', '--index-info'], { stdin: indexInfo(entries) });
    const nothing = await git.text(['mktree'], { stdin: '' });
    await alone.run(['read-tree', '--reset', '-u', '--no-sparse-checkout', nothing]);
  } finally {
    rmSync(alone.file, { force: true });
  }
}
