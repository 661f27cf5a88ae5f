import type { RouteMap } from '@stricli/core';
import type { AppContext } from '../context.ts';

/** The command or group that a command line names, as far as it names one: `spec-kitty agent tasks`. */
export function namedBy(argv: readonly string[], root: RouteMap<AppContext>): string {
  const words = ['spec-kitty'];
  let group: RouteMap<AppContext> | undefined = root;
  for (const word of argv) {
    const found: ReturnType<RouteMap<AppContext>['getAllEntries']>[number] | undefined = group
      ?.getAllEntries()
      .find(({ name }) => name['convert-camel-to-kebab'] === word);
    if (!found) break;
    words.push(word);
    group = 'getAllEntries' in found.target ? found.target : undefined;
  }
  return words.join(' ');
}
