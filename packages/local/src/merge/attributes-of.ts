import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { containedPath } from '../files/contained-path.ts';
import { diskFault } from '../files/disk-fault.ts';
import { Git, type GitOptions } from '../git/git.ts';
import type { ProcessResult } from '../process/run-process.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** Where merges happen, and with what environment Git runs. */
export interface MergePlace {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder for the attributes, where others than merges may need theirs at the same moment. */
  readonly scratch?: string;
}

/**
 * Runs `body` with a Git that merges by the `.gitattributes` of a commit. By itself it takes those of the checkout, whatever
 * branch that is on: `--attr-source` came with Git 2.41, and a work tree with nothing else in it does the same.
 *
 * The caller holds the lock of merges, or has a folder of its own.
 */
export async function withAttributesOf<T>(
  { repository, env, scratch = 'attributes' }: MergePlace,
  commit: string,
  body: (git: Git) => Promise<T>,
): Promise<T> {
  const folder = privateDir(repository, 'scratch', scratch);
  try {
    await fill(folder, new Git(repository.primary, env), commit);
    return await body(new AttributesGit(folder, env, repository.primaryGitDir));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string, git: Git, commit: string): Promise<void> {
  const entries = await git.records(['ls-tree', '-r', '-z', commit]);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskFault(error, folder);
  }
  for (const entry of entries) {
    // As a link, Git does not follow it either.
    const name = /^100\d+ blob [0-9a-f]+\t((?:.*\/)?\.gitattributes)$/s.exec(entry)?.[1];
    if (name === undefined) continue;
    const { stdout } = await git.run(['cat-file', 'blob', `${commit}:${name}`], { encoding: 'latin1' });
    const file = containedPath(folder, name);
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, stdout, 'latin1');
    } catch (error) {
      throw diskFault(error, file);
    }
  }
}

/** Git in a work tree of a repository that knows nothing of it. */
class AttributesGit extends Git {
  readonly #place: Readonly<Record<string, string>>;

  constructor(directory: string, env: Readonly<Record<string, string | undefined>>, gitDir: string) {
    super(directory, env);
    // Where a file is missing in the work tree, Git would look into the checkout's index.
    const index = path.join(directory, 'no-index');
    this.#place = { GIT_DIR: gitDir, GIT_WORK_TREE: directory, GIT_INDEX_FILE: index };
  }

  override attempt(args: readonly string[], options: GitOptions = {}): Promise<ProcessResult> {
    return super.attempt(args, { ...options, env: { ...options.env, ...this.#place } });
  }
}
