import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { Move, TakenBack } from '@spec-kitty/core/ports/lane-repository';
import { isEscaped } from '../files/escaped-text.ts';
import { type Entry, treeChanges, type TreePair, treeRenames } from '../git/tree-changes.ts';
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
  { move, tip }: { readonly move: Move; readonly tip: string },
  paths: readonly (readonly [file: string, made: Made])[],
): Promise<readonly string[]> {
  const files = comparable(
    paths.map(([file, { olds, made, since }]) => [file, [olds.at(-1), made, since?.now]] as const),
  );
  if (files.length === 0) return [];
  const inverse = await places(git, [move.after, move.before], files);
  const since = await places(git, [move.after, tip], files);
  return files.filter((file) => {
    const wanted = [...(inverse.get(file) ?? [])];
    return wanted.length > 0 && wanted.every((place) => since.get(file)?.has(place));
  });
}

/**
 * Paths that have at least one place again as it was before a move, or whether they can be run, whatever else of it is there.
 *
 * @param tops what was built on top of the move: what is undone there is its doing.
 */
export async function undoneInPart(
  git: Git,
  move: Move,
  { tip, tops }: { readonly tip: string; readonly tops: readonly string[] },
): Promise<readonly string[]> {
  const since = await treeChanges(git, move.after, tip);
  const made = [...(await treeChanges(git, move.before, move.after))].filter(([file]) => !isOwnPath(file));
  const isMoved = made.some(([file, { now }]) => now && since.has(file) && !since.get(file)?.now);
  const names = isMoved ? await treeRenames(git, move.after, tip, ['-M']) : new Map<string, string>();
  const files = comparable(
    made.map(([file, { old, now }]) => [file, [old, now, since.get(names.get(file) ?? file)?.now]]),
  );
  if (files.length === 0) return [];
  const inverse = await places(git, [move.after, move.before], files);
  const there = await places(git, [move.after, tip], files, names);
  const above: (typeof there)[] = [];
  for (const top of tops) above.push(await places(git, [move.after, top], files));
  return files.filter((file) =>
    [...(inverse.get(file) ?? [])].some(
      (place) => there.get(file)?.has(place) && !above.some((top) => top.get(file)?.has(place)),
    ),
  );
}

/** Those of the paths that are files in all that they were, in the order in which Git compares them. */
function comparable(
  paths: readonly (readonly [file: string, entries: readonly Entry[]])[],
): readonly string[] {
  return (
    paths
      .filter(([, entries]) => entries.every(isFile))
      .map(([file]) => file)
      // These cannot be said in a command.
      .filter((file) => !isEscaped(file))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .slice(0, MOST_PATHS)
  );
}

/** What a diff is to show: what a rule calls binary has lines all the same. */
const LINES = ['-p', '-U0', '--text', '--full-index'];

/**
 * What differs in files between two commits: where in the first, and what is there in the second; and whether a file can be run.
 *
 * @param names what files are called in the second, where it is not the same.
 */
async function places(
  git: Git,
  [from, to]: TreePair,
  files: readonly string[],
  names: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const changes = await treeChanges(git, from, to);
  const found = new Map<string, ReadonlySet<string>>();
  const same: { readonly file: string; readonly old: Entry; readonly now: Entry }[] = [];
  for (const file of files) {
    const [name = file, old] = [names.get(file), changes.get(file)?.old];
    const now = changes.get(name)?.now;
    if (!isFile(old) || !isFile(now)) continue;
    if (name === file) same.push({ file, old, now });
    else
      found.set(
        file,
        placesIn(await shown(git, ['diff', ...LINES, `${from}:${file}`, `${to}:${name}`]), old, now),
      );
  }
  if (same.length === 0) return found;
  const paths = same.map(({ file }) => file);
  const diff = ['--literal-pathspecs', 'diff-tree', '-r', '--no-renames', ...LINES, from, to, '--', ...paths];
  // They come in the order of the paths.
  const sections = `\n${await shown(git, diff)}`.split('\ndiff --git ').slice(1);
  for (const [at, { file, old, now }] of same.entries())
    found.set(file, placesIn(sections[at] ?? '', old, now));
  return found;
}

async function shown(git: Git, args: readonly string[]): Promise<string> {
  return (await git.run(args, { encoding: 'latin1' })).stdout;
}

/** The places of one file, in what Git shows of its change. */
function placesIn(section: string, old: Entry, now: Entry): ReadonlySet<string> {
  const lines = section.split('\n@@ ').slice(1);
  const hunks = lines.map((hunk) => hunk.replace(/^(-\S+) .*/, '$1').replace(/\n$/, ''));
  return new Set(modeOf(now) === modeOf(old) ? hunks : [...hunks, modeOf(now)]);
}

function modeOf(entry: Entry): string {
  return entry?.split(' ')[0] ?? '';
}
