import { existsSync } from 'node:fs';
import path from 'node:path';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** Whether `init` was ever run in a repository; missions can be made without. */
export function isSetUp({ repository }: Workspace): boolean {
  return existsSync(path.join(repository.primary, '.kittify'));
}

/** The command that sets a repository up from any folder. */
export function setUpCommand({ repository }: Workspace): string {
  return `spec-kitty init ${shellWord(repository.primary)}`;
}

/** What is said of a new mission where agents were never told how work is taken. */
export function setUpNotes(workspace: Workspace): readonly string[] {
  if (isSetUp(workspace)) return [];
  return [
    `Note: Spec Kitty is not set up in this repository; \`${setUpCommand(workspace)}\` tells agents how work is taken here.`,
  ];
}
