import { commitsOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';

/** What some commits have that a target lacks. */
export interface History {
  /** Commit that the target is at. */
  readonly target: string;
  /** Trees of the commits that it lacks, and of their parents. */
  readonly trees: ReadonlyMap<string, string>;
  /** Parents of the commits that it lacks. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/** What a target lacks of a commit. */
export interface Lacked {
  readonly commits: ReadonlySet<string>;
  /** Those under them that it has; the commit itself, where it lacks nothing. The common ancestors are among them. */
  readonly ends: ReadonlySet<string>;
}

/** Reads all that commits have and a target lacks, by one process. */
export async function readHistory(git: Git, target: string, commits: readonly string[]): Promise<History> {
  const trees = new Map<string, string>();
  const parents = new Map<string, readonly string[]>();
  if (commits.length === 0) return { target, trees, parents };
  const stdin = [...commits, `^${target}`].map((line) => `${line}\n`).join('');
  const lines = await git.lines(['log', '--boundary', '--format=%m %H %T %P', '--stdin'], { stdin });
  for (const line of lines) {
    const [mark, id = '', tree = '', ...above] = line.split(' ');
    trees.set(id, tree);
    if (mark !== '-')
      parents.set(
        id,
        above.filter((one) => one !== ''),
      );
  }
  // What the target seems to have may only have another name: shortened, or that of a tag.
  const others = commits.filter((one) => !parents.has(one));
  for (const [at, id = ''] of (await commitsOf(git, others)).entries()) {
    const [name = '', above] = [others[at], parents.get(id)];
    if (!above) continue;
    parents.set(name, above);
    trees.set(name, trees.get(id) ?? '');
  }
  return { target, trees, parents };
}

/** @param joined those of the commits that the target has got meanwhile. */
export function lackedOf(
  { parents }: History,
  commit: string,
  joined: ReadonlySet<string> = new Set(),
): Lacked {
  const lacked = new Set<string>();
  const ends = new Set<string>();
  const ahead = [commit];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    const below = joined.has(id) ? undefined : parents.get(id);
    if (!below) ends.add(id);
    else if (!lacked.has(id)) {
      lacked.add(id);
      ahead.push(...below);
    }
  }
  return { commits: lacked, ends };
}

/**
 * All best common ancestors of a commit and what it is joined to, in Git's order. Where there is one end, each way between the
 * two leads over it; of several, one may lie under another, which Git knows.
 */
export async function commonAncestors(
  git: Git,
  { ends }: Lacked,
  [ours, theirs]: readonly [ours: string, theirs: string],
): Promise<readonly string[]> {
  if (ends.size < 2) return [...ends];
  const found = await git.tryText(['merge-base', '--all', ours, theirs]);
  return found === undefined ? [] : found.split('\n');
}
