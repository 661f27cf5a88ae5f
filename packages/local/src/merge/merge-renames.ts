import type { Git } from '../git/git.ts';
import { type Entry, type TreeChanges, treeRenames } from '../git/tree-changes.ts';
import { RENAME_LIMIT } from '../trees/merge-trees.ts';
import type { TreeWriter } from './tree-writer.ts';

/** What one side has made of the base, and what the other has. */
export interface RenamingSide {
  readonly base: string;
  readonly side: string;
  readonly changes: TreeChanges;
  readonly other: TreeChanges;
}

/**
 * New names, by the old ones, of files that one side renamed and the other changed, found as Git's merge finds them:
 * files that went and came unchanged are paired first, and of the others only those that the other side has changed
 * look for what became of them.
 */
export async function mergeRenames(
  git: Git,
  trees: TreeWriter,
  { base, side, changes, other }: RenamingSide,
): Promise<ReadonlyMap<string, string>> {
  const isGone = (path: string): boolean => changes.has(path) && changes.get(path)?.now === undefined;
  const concerned = [...other.keys()].filter(isGone);
  if (concerned.length === 0) return new Map();
  const come = new Map<string, Entry>();
  for (const [path, { old, now }] of changes) if (old === undefined) come.set(path, now);
  if (come.size === 0) return new Map();

  const found = new Map<string, string>();
  for (const [from, to] of await treeRenames(git, base, side, ['-M100%'])) {
    if (other.has(from)) found.set(from, to);
    come.delete(to);
  }
  const open = new Map(
    concerned.filter((path) => !found.has(path)).map((path) => [path, changes.get(path)?.old]),
  );
  if (open.size === 0 || come.size === 0) return found;
  const [before, after] = [await trees.write(open), await trees.write(come)];
  const similar = await treeRenames(git, before, after, ['-M', `-l${RENAME_LIMIT}`]);
  return new Map([...found, ...similar]);
}
