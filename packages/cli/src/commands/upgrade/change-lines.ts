import { isCommandPath } from '@spec-kitty/core/agents/command-manifest';
import type { FileChange } from '@spec-kitty/core/project/file-change';
import { folderLines } from '../../agents/folder-lines.ts';

/** Changes for a person, a line each; new commands of an agent are one line, as nothing was there. */
export function changeLines(changes: readonly FileChange[]): readonly string[] {
  const commands = changes.filter(isNewCommand).map(({ path }) => path);
  return [
    ...changes
      .filter((change) => !isNewCommand(change))
      .map(({ kind, path, why }) => line(kind, `${path}  (${why})`)),
    ...folderLines(commands).map((folder) => line('create', folder)),
  ];
}

function line(kind: FileChange['kind'], what: string): string {
  return `  ${(kind === 'append' ? 'append to' : kind).padEnd(9)}  ${what}`;
}

function isNewCommand({ kind, path }: FileChange): boolean {
  return kind === 'create' && isCommandPath(path);
}
