import type { Route } from './build.ts';

/** Loads a command, or those of a group that a command line can mean which goes on with some words. */
export type Load = (rest: readonly string[]) => Promise<Route>;

export type Loads = Readonly<Record<string, Load>>;

/** Finds the one that a word means, as it is typed; `undefined` where there is none. */
export function routeNamed(loads: Loads, word = ''): string | undefined {
  const name = word.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(loads, name) ? name : undefined;
}

/** Loads the one that a command line goes on with; all where it goes on with none. */
export async function loadRoutes(
  loads: Loads,
  [word, ...rest]: readonly string[],
): Promise<Readonly<Record<string, Route>>> {
  const name = routeNamed(loads, word);
  const wanted = Object.entries(loads).filter(([each]) => name === undefined || each === name);
  const loaded = wanted.map(
    async ([each, load]) => [each, await load(name === undefined ? [] : rest)] as const,
  );
  return Object.fromEntries(await Promise.all(loaded));
}
