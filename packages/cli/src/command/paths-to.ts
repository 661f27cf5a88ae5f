import type { RouteMap } from '@stricli/core';
import type { AppContext } from '../context.ts';

/** Command lines that lead to a command or group of a name, wherever in the tree it is. */
export function pathsTo(word: string, group: RouteMap<AppContext>, before: string): readonly string[] {
  return group.getAllEntries().flatMap(({ name, target }) => {
    const path = `${before} ${name['convert-camel-to-kebab']}`;
    if (name['convert-camel-to-kebab'] === word) return [path];
    return 'getAllEntries' in target ? pathsTo(word, target, path) : [];
  });
}
