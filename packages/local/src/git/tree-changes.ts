import type { Git } from './git.ts';

/** A file of a tree as `<mode> <object id>`; `undefined` where there is none. */
export type Entry = string | undefined;

/** Paths that differ between two trees, with what either has. */
export type TreeChanges = ReadonlyMap<string, { readonly old: Entry; readonly now: Entry }>;

/** Two trees or commits, of which the first is the earlier one. */
export type TreePair = readonly [before: string, after: string];

const COMPARE = ['diff-tree', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none', '-z'];

/** Compares two trees or commits path by path; a renamed file is one that went and one that came. */
export async function treeChanges(git: Git, ...pair: TreePair): Promise<TreeChanges> {
  return changesIn(await git.records([...COMPARE, '-r', ...pair]));
}

/** The same of many pairs, in their order, by two processes. @param depth `tops`: files and folders at the top, and nothing below. */
export async function manyTreeChanges(
  git: Git,
  pairs: readonly TreePair[],
  depth: 'files' | 'tops' = 'files',
): Promise<readonly TreeChanges[]> {
  if (pairs.length === 0) return [];
  // Here Git compares trees alone.
  const trees = await treesOf(git, [...new Set(pairs.flat())]);
  const stdin = pairs.map((pair) => `${pair.map((one) => trees.get(one)).join(' ')}\n`).join('');
  const args = [...COMPARE, ...(depth === 'files' ? ['-r'] : []), '--stdin'];
  const { stdout, ...outcome } = await git.run(args, { stdin, encoding: 'escaped' });
  const found = partsOf(stdout).map(changesIn);
  // It passes over a tree that it cannot read.
  if (found.length !== pairs.length) throw git.failure(args, outcome);
  return found;
}

async function treesOf(git: Git, revisions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const args = ['cat-file', '--batch-check=%(objecttype) %(objectname)'];
  const stdin = revisions.map((revision) => `${revision}^{tree}\n`).join('');
  const lines = await git.lines(args, { stdin });
  return new Map(
    lines.map((line, at) => {
      const id = /^tree (\S+)$/.exec(line)?.[1];
      if (id === undefined) throw git.failure(args, { exitCode: 0, signal: undefined, stderr: line });
      return [revisions[at] ?? '', id];
    }),
  );
}

/** Parts an output at its lines with two ids, one before the records of each pair. */
function partsOf(stdout: string): readonly (readonly string[])[] {
  const parts: string[][] = [];
  const records = stdout.split('\0');
  for (let at = 0; at < records.length; at += 2) {
    const lines = (records[at] ?? '').split('\n');
    const [info = '', path = ''] = [lines.pop(), records[at + 1]];
    for (const _ of lines) parts.push([]);
    if (info !== '') parts.at(-1)?.push(info, path);
  }
  return parts;
}

function changesIn(records: readonly string[]): TreeChanges {
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
