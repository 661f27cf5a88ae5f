import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { Move, TakenBack } from '@spec-kitty/core/ports/lane-repository';
import { isEscaped } from '../files/escaped-text.ts';
import { type Entry, treeChanges, treeRenames } from '../git/tree-changes.ts';
import type { Git } from '../git/git.ts';
import { MOST_PATHS } from './taken-back.ts';

/** A path that moves made. */
interface Made {
  /** What it was before each of them. */
  readonly olds: readonly Entry[];
  /** The last of them. */
  readonly move: Move;
  readonly made: Entry;
  /** What the target has instead; absent where it has what the move made. */
  readonly since?: { readonly now: Entry };
}

/**
 * Sorts the paths that moves of a target made, the later ones over the earlier ones: one is back as well where it was
 * edited elsewhere, and everything that the last move made of it has been undone, line by line.
 *
 * What was changed further or has moved to another path counts as there; our own files say nothing about the work.
 */
export async function undone(git: Git, moves: readonly Move[], tip: string): Promise<TakenBack> {
  const paths = await madePaths(git, moves, tip);
  const changed = [...paths].filter(([, { since }]) => since !== undefined);
  if (changed.length === 0) return { back: [], kept: [] };
  const back = new Set<string>();
  for (const [file, { olds, since }] of changed) if (since && olds.includes(since.now)) back.add(file);
  for (const move of moves) {
    const its = changed.filter(([file, made]) => made.move === move && !back.has(file));
    for (const file of await undoneLines(git, { move, tip }, its)) back.add(file);
  }
  for (const { after } of back.size > 0 ? moves : []) {
    for (const [from, to] of await treeRenames(git, after, tip, ['-M'])) if (!back.has(to)) back.delete(from);
  }
  return { back: [...back], kept: [...paths.keys()].filter((file) => !back.has(file)) };
}

/** In the ordinary case, in which nothing has changed since, one look is enough. */
async function madePaths(git: Git, moves: readonly Move[], tip: string): Promise<ReadonlyMap<string, Made>> {
  const paths = new Map<string, Made>();
  for (const move of moves) {
    const since = await treeChanges(git, move.after, tip);
    if (moves.length === 1 && [...since.keys()].every(isOwnPath)) break;
    for (const [file, { old, now }] of await treeChanges(git, move.before, move.after)) {
      if (isOwnPath(file)) continue;
      const olds = [...(paths.get(file)?.olds ?? []), old];
      const change = since.get(file);
      paths.set(file, { olds, move, made: now, ...(change && { since: change }) });
    }
  }
  return paths;
}

function isFile(entry: Entry): boolean {
  return entry?.startsWith('100') === true;
}

/** Those of the paths in which a target has undone every line that a move made, whatever else it has changed in them. */
async function undoneLines(
  git: Git,
  { move: { before, after }, tip }: { readonly move: Move; readonly tip: string },
  paths: readonly (readonly [file: string, made: Made])[],
): Promise<readonly string[]> {
  const files = paths
    .filter(([, { olds, made, since }]) => [olds.at(-1), made, since?.now].every(isFile))
    .map(([file]) => file)
    // These cannot be said in a command.
    .filter((file) => !isEscaped(file))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .slice(0, MOST_PATHS);
  if (files.length === 0) return [];
  const inverse = await hunks(git, [after, before], files);
  const since = await hunks(git, [after, tip], files);
  return files.filter((_, at) => {
    const wanted = inverse[at] ?? [];
    const there = new Set(since[at]);
    return wanted.length > 0 && wanted.every((hunk) => there.has(hunk));
  });
}

/**
 * The changes of files that differ between two commits, file by file in Git's order: where in the first commit, and what is
 * there in the second.
 */
async function hunks(
  git: Git,
  [from, to]: readonly [string, string],
  files: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const options = ['-p', '-r', '-U0', '--no-renames', '--no-ext-diff', '--no-textconv', '--full-index'];
  const { stdout } = await git.run(
    ['--literal-pathspecs', 'diff-tree', ...options, from, to, '--', ...files],
    {
      encoding: 'latin1',
    },
  );
  return stdout
    .split(/^diff --git /m)
    .slice(1)
    .map((section) =>
      section
        .split(/^@@ /m)
        .slice(1)
        .map((hunk) => hunk.replace(/^(-\S+) .*/, '$1')),
    );
}
