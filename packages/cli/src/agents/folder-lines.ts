import { counted } from '@spec-kitty/core/counted';

/** Paths for a person: a folder of commands is one line, as twelve for each agent would bury the rest. */
export function folderLines(paths: readonly string[]): readonly string[] {
  const folders = new Map<string, number>();
  const others = paths.filter((path) => {
    const [folder] = /^.*\/(?=spec-kitty[.-])/.exec(path) ?? [];
    if (folder === undefined) return true;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
    return false;
  });
  return [...others, ...[...folders].map(([folder, count]) => `${folder}  ${counted(count, 'command')}`)];
}
