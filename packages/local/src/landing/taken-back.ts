import { isOwnPath } from '@spec-kitty/core/own-paths';
import type { Git } from '../git/git.ts';
import { treeChanges, treeRenames } from '../git/tree-changes.ts';

/** What is asked about a target: whether it has what a change made of the files. */
export interface MadeChange {
  readonly before: string;
  readonly after: string;
  readonly tip: string;
}

/**
 * Names the paths that a change made and that a target has as they were before it: of these paths, nothing of the work is
 * there, whatever commits the target has. What was changed further or has moved to another path counts as there.
 *
 * Our own files say nothing about the work.
 */
export async function takenBack(git: Git, { before, after, tip }: MadeChange): Promise<readonly string[]> {
  const since = await treeChanges(git, after, tip);
  if (since.size === 0) return [];
  const made = await treeChanges(git, before, after);
  const back = [...made].flatMap(([file, { old }]) => {
    const later = since.get(file);
    return later && later.now === old && !isOwnPath(file) ? [file] : [];
  });
  if (back.length === 0) return [];
  const renames = await treeRenames(git, after, tip, ['-M']);
  return back.filter((file) => !renames.has(file));
}
