import type { MergeConflict } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import { conflictHunks } from './conflict-hunks.ts';

/** What Git makes of two commits; the tree of a conflict has its markers in the files. */
export interface MergeResult {
  readonly tree: string;
  readonly conflicts: readonly Omit<MergeConflict, 'lane'>[];
}

/** A folder that one side has renamed takes no new files of the other along: where they go is for people to say. */
const MERGE = ['-c', 'merge.directoryRenames=false', '-c', 'merge.conflictStyle=merge', 'merge-tree'];

/**
 * Merges two commits among the objects, without an index or a checkout.
 *
 * @throws Fault `GIT_FAILED` for commits without a common ancestor, as for any other failure.
 */
export async function mergeCommits(git: Git, ours: string, theirs: string): Promise<MergeResult> {
  return parse(git, [...MERGE, '--write-tree', '--messages', '-z', ours, theirs]);
}

/** Merges three trees of which the first stands for what the others have in common; each path stands for itself. */
export async function mergeThreeTrees(
  git: Git,
  trees: { readonly base: string; readonly ours: string; readonly theirs: string },
): Promise<MergeResult> {
  const base = await scratchCommit(git, trees.base, []);
  const [ours, theirs] = [
    await scratchCommit(git, trees.ours, [base]),
    await scratchCommit(git, trees.theirs, [base]),
  ];
  return mergeCommits(git, ours, theirs);
}

/** A commit that nobody will see: unsigned, by nobody, and the same whenever it is made. */
export async function scratchCommit(git: Git, tree: string, parents: readonly string[]): Promise<string> {
  const options = parents.flatMap((parent) => ['-p', parent]);
  return git.text(['commit-tree', tree, ...options, '-m', 'spec-kitty'], { env: NOBODY });
}

const NOBODY = {
  GIT_AUTHOR_NAME: 'spec-kitty',
  GIT_AUTHOR_EMAIL: 'spec-kitty@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'spec-kitty',
  GIT_COMMITTER_EMAIL: 'spec-kitty@localhost',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

async function parse(git: Git, args: readonly string[]): Promise<MergeResult> {
  const result = await git.attempt(args);
  if (result.exitCode !== 0 && result.exitCode !== 1) throw git.failure(args, result);
  const [tree = '', ...records] = result.stdout.split('\0');
  if (result.exitCode === 0) return { tree, conflicts: [] };
  const end = records.indexOf('');
  const files = new Set(records.slice(0, end).map((record) => record.slice(record.indexOf('\t') + 1)));
  const kinds = conflictKinds(records.slice(end + 1));
  const conflicts = [];
  for (const path of new Set([...files, ...kinds.keys()])) {
    conflicts.push({ path, kind: kinds.get(path) ?? 'content', hunks: await hunksOf(git, tree, path) });
  }
  return { tree, conflicts };
}

/** Messages come as a count, that many paths, a type, and a sentence such as `CONFLICT (add/add): Merge conflict in x`. */
function conflictKinds(records: readonly string[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (let at = 0; at < records.length;) {
    const count = Number(records[at]);
    const kind = /^CONFLICT \(([^)]+)\)/.exec(records[at + 2 + count] ?? '')?.[1];
    if (kind !== undefined) for (const path of records.slice(at + 1, at + 1 + count)) kinds.set(path, kind);
    at += count + 3;
  }
  return kinds;
}

async function hunksOf(git: Git, tree: string, path: string): Promise<MergeConflict['hunks']> {
  const shown = await git.attempt(['cat-file', 'blob', `${tree}:${path}`]);
  return shown.exitCode === 0 ? conflictHunks(shown.stdout) : [];
}
