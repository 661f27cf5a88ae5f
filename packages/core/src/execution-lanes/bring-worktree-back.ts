import type { LaneState } from '../ports/lane-repository.ts';
import { shellWord } from '../shell-word.ts';

/** What goes before commands for the worktree of a lane: somebody may have removed it by hand, which Git must be told. */
export function bringWorktreeBack({ present, path, branch }: LaneState): readonly string[] {
  if (present) return [];
  return [
    `Bring its worktree back: \`git worktree prune\`, then \`git worktree add ${shellWord(path)} ${shellWord(branch)}\`.`,
  ];
}
