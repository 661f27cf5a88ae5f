import type { FileChange } from '@spec-kitty/core/run/evidence/file-change';
import type { Git } from '../git/git.ts';
import { readBlobs } from '../trees/read-blobs.ts';

/** Larger ones are generated, or data: nobody looks into them. */
const MOST_BYTES = 2 * 1024 * 1024;

const LINK = '120000';
const SUBMODULE = '160000';

/** Reads the files of two commits that differ, as each of them has them. */
export async function fileChanges(
  git: Git,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly FileChange[]> {
  const how = ['--raw', '--no-renames', '--no-abbrev', '--ignore-submodules=none', '-z'];
  const records = await git.records(['diff', ...how, from, to]);
  const sides = records.flatMap((record, at) => (at % 2 === 0 ? [sidesOf(record)] : []));
  const texts = await textsOf(git, new Set(sides.flatMap(({ before, after }) => [before.blob, after.blob])));
  return sides.map(({ before, after }, at) => {
    const text = (side: Side): string | null => (side.isFile ? (texts.get(side.blob) ?? null) : null);
    const change = { path: records[2 * at + 1] ?? '', before: text(before), after: text(after) };
    if (after.mode === LINK) return { ...change, instead: { link: texts.get(after.blob) ?? '' } };
    return after.mode === SUBMODULE ? { ...change, instead: 'submodule' as const } : change;
  });
}

interface Side {
  readonly mode: string;
  readonly blob: string;
  readonly isFile: boolean;
}

/** @param record `:100644 100644 <blob> <blob> M` */
function sidesOf(record: string): { readonly before: Side; readonly after: Side } {
  const [modeBefore = '', modeAfter = '', before = '', after = ''] = record.slice(1).split(' ');
  return { before: sideOf(modeBefore, before), after: sideOf(modeAfter, after) };
}

function sideOf(mode: string, blob: string): Side {
  return { mode, blob, isFile: mode !== LINK && mode !== SUBMODULE };
}

/** Those of some paths that a commit does not have. */
export async function absentPaths(
  git: Git,
  { commit, paths }: { readonly commit: string; readonly paths: readonly string[] },
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const there = new Set(
    await git.records(['ls-tree', '-r', '-t', '-z', '--name-only', '--full-tree', commit, '--', ...paths]),
  );
  return paths.filter((path) => !there.has(path));
}

/** By blob; what is not there, or of a size that nobody reads, is left out. */
async function textsOf(git: Git, blobs: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const asked = [...blobs].filter((blob) => !/^0*$/.test(blob));
  if (asked.length === 0) return new Map();
  const stdin = asked.map((blob) => `${blob}\n`).join('');
  const lines = await git.lines(['cat-file', '--batch-check=%(objecttype) %(objectsize)'], { stdin });
  const small = asked.filter((_, at) => {
    const [kind, size] = (lines[at] ?? '').split(' ');
    return kind === 'blob' && Number(size) <= MOST_BYTES;
  });
  const contents = await readBlobs(git, small);
  return new Map(small.map((blob, at) => [blob, Buffer.from(contents[at] ?? '', 'latin1').toString()]));
}
