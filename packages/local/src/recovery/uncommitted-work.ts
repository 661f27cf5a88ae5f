import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { commitTree } from '../checkout/commit-tree.ts';
import { copyIndex, IndexGit } from '../checkout/index-git.ts';
import { makeFolder } from '../files/sync-folder.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** What {@link uncommittedWork} works with. */
export interface UncommittedPorts {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Commits what a worktree has beyond its HEAD, as `git stash` does: files with the index as second parent, so that
 * everything staged stays, too. Made with another index; worktree, index and branch stay as they are, and the caller
 * keeps the commit under a ref.
 */
export async function uncommittedWork(
  { repository, env }: UncommittedPorts,
  root: string,
  { of, command }: { readonly of: string; readonly command: string },
): Promise<string> {
  const worktree = new Git(root, env);
  const head = await commitOf(worktree, 'HEAD');
  const parents = head === undefined ? [] : [head];
  const trailer = `Spec-Kitty-Command: ${command}\n`;
  const staged = await commitTree(worktree, {
    tree: await stagedTree(worktree),
    parents,
    message: `Index of ${of}\n\n${trailer}`,
  });
  return commitTree(worktree, {
    tree: await filesTree(repository, worktree, env),
    parents: [...parents, staged],
    message: `Uncommitted work of ${of}\n\n${trailer}`,
  });
}

/** The tree of the index; while a conflict is open there is none, and its versions are listed by their ids. */
async function stagedTree(worktree: Git): Promise<string> {
  const whole = await worktree.attempt(['write-tree']);
  if (whole.exitCode === 0) return whole.stdout.trim();
  const entries = await worktree.records(['ls-files', '--stage', '-z']);
  const ids = new Set(entries.flatMap((entry) => /^(?:100|120)\d+ (\S+) /.exec(entry)?.[1] ?? []));
  const stdin = [...ids].map((id) => `100644 blob ${id}\t${id}\0`).join('');
  return worktree.text(['mktree', '-z'], { stdin });
}

async function filesTree(
  repository: Repository,
  worktree: Git,
  env: UncommittedPorts['env'],
): Promise<string> {
  const folder = privateDir(repository, 'tmp');
  makeFolder(folder);
  const scratch = mkdtempSync(`${folder}/uncommitted-`);
  try {
    const own = await worktree.text(['rev-parse', '--git-path', 'index']);
    const index = new IndexGit(worktree.directory, env, `${scratch}/index`);
    copyIndex(path.resolve(worktree.directory, own), index.file);
    // What cannot be added, such as a repository inside, is not in the commit.
    await index.attempt(['add', '--all', '--ignore-errors', '--', '.']);
    return await index.text(['write-tree']);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
