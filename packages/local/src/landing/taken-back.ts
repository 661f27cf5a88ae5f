import type { TakenBack } from '@spec-kitty/core/ports/lane-repository';
import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { Git } from '../git/git.ts';
import { limitedTo } from '../git/limited-to.ts';
import { type Entry, treeChanges, treeRenames } from '../git/tree-changes.ts';

/** What is asked about a target: whether it has what a change made of the files. */
export interface MadeChange {
  readonly before: string;
  readonly after: string;
  readonly tip: string;
}

/**
 * Sorts the paths that a change made: of those that a target has as they were before it, nothing of the work is there,
 * whatever commits the target has. What was changed further or has moved to another path counts as there.
 *
 * Our own files say nothing about the work.
 */
export async function takenBack(git: Git, { before, after, tip }: MadeChange): Promise<TakenBack> {
  const since = await treeChanges(git, after, tip);
  if ([...since.keys()].every(isOwnPath)) return { back: [], kept: [] };
  const made = [...(await treeChanges(git, before, after))].filter(([file]) => !isOwnPath(file));
  const isBack = (file: string, old: Entry) => since.has(file) && since.get(file)?.now === old;
  const back = made.filter(([file, { old }]) => isBack(file, old)).map(([file]) => file);
  if (back.length === 0) return { back: [], kept: [] };
  const renames = await treeRenames(git, after, tip, ['-M']);
  const gone = new Set(back.filter((file) => back.includes(renames.get(file) ?? file)));
  return { back: [...gone], kept: made.map(([file]) => file).filter((file) => !gone.has(file)) };
}

/** More than one command line takes, and enough to find a commit by. */
export const MOST_PATHS = 500;

/** The last commit of a target that changed one of the paths. @param line which of its commits count. */
export function lastChange(
  git: Git,
  tip: string,
  paths: readonly string[],
  line: readonly string[] = [],
): Promise<string> {
  const some = paths.slice(0, MOST_PATHS);
  const { args, options } = limitedTo([tip], some);
  return git.text(['--literal-pathspecs', 'log', '-1', ...line, '--format=%H', ...args], options);
}
