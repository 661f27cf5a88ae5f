import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Git } from '../git/git.ts';

/**
 * Files that `git update-index --skip-worktree` or `--assume-unchanged` was run for, and that are there: a sparse checkout has
 * marks of the same kind on files that are not.
 */
export async function overlookedPaths(git: Git): Promise<readonly string[]> {
  const records = await git.records(['ls-files', '-v', '-z']);
  return records
    .filter((record) => /^[a-zS] /.test(record))
    .map((record) => record.slice(2))
    .filter((file) => existsSync(path.join(git.directory, file)));
}
