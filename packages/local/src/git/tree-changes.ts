import type { Git } from './git.ts';

/** A file of a tree as `<mode> <object id>`; `undefined` where there is none. */
export type Entry = string | undefined;

/** Paths that differ between two trees, with what either has. */
export type TreeChanges = ReadonlyMap<string, { readonly old: Entry; readonly now: Entry }>;

/** Compares two trees or commits path by path; a renamed file is one that went and one that came. */
export async function treeChanges(git: Git, before: string, after: string): Promise<TreeChanges> {
  const records = await git.records([
    'diff-tree',
    '-r',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '-z',
    before,
    after,
  ]);
  const changes = new Map<string, { old: Entry; now: Entry }>();
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [oldMode = '', newMode = '', oldId = '', newId = ''] = (records[at] ?? '').slice(1).split(' ');
    changes.set(records[at + 1] ?? '', { old: entry(oldMode, oldId), now: entry(newMode, newId) });
  }
  return changes;
}

/** New names of renamed files by their old ones. @param how much alike they must be, as options of `git diff-tree`. */
export async function treeRenames(
  git: Git,
  before: string,
  after: string,
  how: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const options = ['-r', '--name-status', ...how, '--diff-filter=R', '-z'];
  const records = await git.records(['diff-tree', ...options, before, after]);
  const renames = new Map<string, string>();
  for (let at = 0; at + 2 < records.length; at += 3)
    renames.set(records[at + 1] ?? '', records[at + 2] ?? '');
  return renames;
}

function entry(mode: string, id: string): Entry {
  return mode === '000000' ? undefined : `${mode} ${id}`;
}
