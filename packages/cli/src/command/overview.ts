import { buildRouteMap, type RouteMap } from '@stricli/core';
import type { AppContext } from '../context.ts';
import { exampleLines, type Route } from './build.ts';

/** Headings, with the commands below each. */
export type Sections<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** The whole program: its help lists every command once, by what it is for. */
export function overview(
  brief: string,
  sections: Sections<Route>,
  examples: readonly string[],
): RouteMap<AppContext> {
  const routes = Object.assign({}, ...Object.values(sections)) as Readonly<Record<string, Route>>;
  const map = buildRouteMap<string, AppContext>({ docs: { brief }, routes });
  const titles = new Map(
    Object.entries(sections).flatMap(([title, group]) => Object.values(group).map((route) => [route, title])),
  );
  const width = Math.max(...map.getAllEntries().map(({ name }) => name['convert-camel-to-kebab'].length));
  const lines = (title: string) =>
    map
      .getAllEntries()
      .filter(({ target }) => titles.get(target as Route) === title)
      .map(({ name, target }) => `  ${name['convert-camel-to-kebab'].padEnd(width)}  ${target.brief}`);
  const help = [
    brief,
    'USAGE\n  spec-kitty … [--help]\n  spec-kitty --version',
    exampleLines(examples),
    ...Object.keys(sections).map((title) => [title.toUpperCase(), ...lines(title)].join('\n')),
  ];
  return { ...map, formatHelp: () => `${help.join('\n\n')}\n` };
}
