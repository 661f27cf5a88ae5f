import type { MergeConflict } from '@spec-kitty/core/ports/integration';
import { blobAt } from '../git/blob-at.ts';
import type { Git } from '../git/git.ts';
import { conflictHunks } from './conflict-hunks.ts';

/** What Git makes of two commits; the tree of a conflict has its markers in the files. */
export interface MergeResult {
  readonly tree: string;
  readonly conflicts: readonly Omit<MergeConflict, 'lane'>[];
}

/** Files that may look for their new names; Git's own number, so that a setting does not give another result. */
export const RENAME_LIMIT = 7000;

/** Where a new file goes whose folder the other side has renamed is for people to say, as by Git's own setting. */
export const MERGE_SETTINGS = [
  'merge.directoryRenames=conflict',
  'merge.conflictStyle=merge',
  `merge.renameLimit=${RENAME_LIMIT}`,
];

/**
 * Whether a file is looked for under another name where it is gone; `of files`: as Git merges common ancestors, where no new
 * file is in question.
 */
export type Renames = 'followed' | 'of files' | 'ignored';

/**
 * Merges two commits among the objects, without an index or a checkout.
 *
 * @throws Fault `GIT_FAILED` for commits without a common ancestor, as for any other failure.
 */
export async function mergeCommits(
  git: Git,
  ours: string,
  theirs: string,
  renames: Renames = 'followed',
): Promise<MergeResult> {
  const how = [...MERGE_SETTINGS, `merge.renames=${renames !== 'ignored'}`];
  if (renames === 'of files') how.push('merge.directoryRenames=false');
  const settings = how.flatMap((one) => ['-c', one]);
  const args = [...settings, 'merge-tree', '--write-tree', '--messages', '-z', ours, theirs];
  const result = await git.attempt(args, { encoding: 'escaped' });
  if (result.exitCode !== 0 && result.exitCode !== 1) throw git.failure(args, result);
  const [tree = '', ...records] = result.stdout.split('\0');
  if (result.exitCode === 0) return { tree, conflicts: [] };
  return { tree, conflicts: await conflictsOf(git, { tree, records, commits: [ours, theirs] }) };
}

/** Reads the records of the files in conflict, and after an empty one those of the messages. */
async function conflictsOf(
  git: Git,
  found: { readonly tree: string; readonly records: readonly string[]; readonly commits: readonly string[] },
): Promise<MergeResult['conflicts']> {
  const { tree, records, commits } = found;
  const end = records.indexOf('');
  const files = new Set(records.slice(0, end).map((record) => record.slice(record.indexOf('\t') + 1)));
  const kinds = conflictKinds(records.slice(end + 1));
  // The name that a file has on its own side is free to be chosen, too.
  for (const [name, kind] of kinds) if (files.size === 0 || kind === 'file location') files.add(name);
  const conflicts = new Map<string, MergeResult['conflicts'][number]>();
  for (const name of files) {
    const path = knownName(name, commits);
    const known = conflicts.get(path) ?? { kind: kinds.get(path) ?? kinds.get(name) ?? 'content', hunks: [] };
    const hunks = [...known.hunks, ...(await hunksOf(git, tree, name))];
    conflicts.set(path, { path, kind: known.kind, hunks });
  }
  return [...conflicts.values()];
}

/** Where two entries need one name, Git gives one of them another with the commit's name behind it. */
export function knownName(name: string, commits: readonly string[]): string {
  for (const commit of commits) {
    const at = name.lastIndexOf(`~${commit}`);
    if (at > 0) return name.slice(0, at);
  }
  return name;
}

/** Merges three trees of which the first stands for what the others have in common. */
export async function mergeThreeTrees(
  git: Git,
  trees: { readonly base: string; readonly ours: string; readonly theirs: string },
  renames: Renames = 'followed',
): Promise<MergeResult> {
  const base = await scratchCommit(git, trees.base, []);
  const [ours, theirs] = [
    await scratchCommit(git, trees.ours, [base]),
    await scratchCommit(git, trees.theirs, [base]),
  ];
  return mergeCommits(git, ours, theirs, renames);
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
  const text = await blobAt(git, tree, path, 'utf8');
  return text === undefined ? [] : conflictHunks(text);
}
