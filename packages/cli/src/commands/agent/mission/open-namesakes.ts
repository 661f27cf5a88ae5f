import { humanName } from '@spec-kitty/core/mission/resolve-handle';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** Open missions that a person gave the same name, by directory name. */
export function openNamesakes(workspace: Workspace, slug: string): readonly string[] {
  const { missions } = workspace;
  return workspace.knownDirectories().filter((name) => humanName(name) === slug && missions.isOpen(name));
}

/** What is said of a mission beside which there are others of its name. */
export function namesakeNotes(directory: string, others: readonly string[]): readonly string[] {
  if (others.length === 0) return [];
  const end = `spec-kitty mission abandon --mission ${shellWord(directory)} --reason "<reason>"`;
  return [
    `Note: ${others.join(', ')} ${others.length === 1 ? 'has' : 'have'} the same name and ${others.length === 1 ? 'is' : 'are'} open; if this one is not wanted beside it, run \`${end}\`.`,
  ];
}
