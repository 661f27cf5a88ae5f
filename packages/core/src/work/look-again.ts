import { few } from '../few.ts';
import { shellPaths, shellWord } from '../shell-word.ts';

/** How to have Git look at files of a worktree again that it was told to overlook, before anything of them can be committed. */
export function lookAgain(path: string, unwatched: readonly string[]): readonly string[] {
  if (unwatched.length === 0) return [];
  const update = `git -C ${shellWord(path)} update-index`;
  const files = shellPaths(unwatched);
  return [
    `Git was told not to look at ${few(unwatched)}; have it look again: \`${update} --no-assume-unchanged -- ${files}\`, then \`${update} --no-skip-worktree -- ${files}\`.`,
  ];
}
