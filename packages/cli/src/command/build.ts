import {
  buildCommand,
  buildRouteMap,
  type Command,
  type RouteMap,
  type TypedCommandParameters,
} from '@stricli/core';
import type { AppContext } from '../context.ts';

interface Spec<F extends Readonly<Partial<Record<keyof F, unknown>>>, A extends readonly unknown[]> {
  readonly brief: string;
  /** What the brief leaves out: rules, effects, what is not done. */
  readonly details?: string;
  /** Whole command lines; `--help` shows them and a test parses them. */
  readonly examples: readonly [string, ...string[]];
  /** What the examples call it, where it has more names than one: each name's help shows its own. */
  readonly called?: string;
  readonly parameters: TypedCommandParameters<F, A, AppContext>;
  readonly load: () => Promise<(this: AppContext, flags: F, ...args: A) => Promise<void>>;
}

/** What a group can hold: a command or another group, with the one command line that stands for it. */
export type Route = (Command<AppContext> | RouteMap<AppContext>) & {
  readonly example: string;
  readonly called?: string | undefined;
};

/** Defines a command: this part is loaded when a command line may mean it, `load` only when it runs. */
export function command<F extends Readonly<Partial<Record<keyof F, unknown>>>, A extends readonly unknown[]>(
  spec: Spec<F, A>,
): Command<AppContext> & Route {
  const built = buildCommand<F, A, AppContext>({
    loader: spec.load,
    docs: {
      brief: spec.brief,
      fullDescription: [spec.brief, spec.details, exampleLines(spec.examples)].filter(Boolean).join('\n\n'),
    },
    parameters: spec.parameters,
  });
  return {
    ...built,
    example: spec.examples[0],
    called: spec.called,
    formatUsageLine: (args) => withNegations(built, built.formatUsageLine(args)),
    formatHelp: (args) =>
      asCalled(withNegations(built, built.formatHelp(args)), spec.called, args.prefix.join(' ')),
  };
}

/**
 * Groups commands under a word; its help shows one example of each.
 *
 * @param usual the command that the word alone, or with options, stands for.
 */
export function group<R extends string>(
  brief: string,
  routes: Readonly<Record<R, Route>>,
  usual?: NoInfer<R>,
): RouteMap<AppContext> & Route {
  const examples = Object.values<Route>(routes).map(({ example }) => example);
  const docs = { brief, fullDescription: `${brief}\n\n${exampleLines(examples)}` };
  const map = buildRouteMap<R, AppContext>({ docs, routes, ...(usual && { defaultCommand: usual }) });
  return {
    ...map,
    example: examples[0] ?? '',
    formatHelp: (args) =>
      map.getAllEntries().reduce((help, { name, target }) => {
        const path = [...args.prefix, name['convert-camel-to-kebab']].join(' ');
        return asCalled(help, (target as Route).called, path);
      }, map.formatHelp(args)),
  };
}

/** Examples under the name that somebody typed. */
function asCalled(help: string, called: string | undefined, typed: string): string {
  return called === undefined ? help : help.replaceAll(`\n  ${called} `, `\n  ${typed} `);
}

export function exampleLines(examples: readonly string[]): string {
  return ['EXAMPLES', ...examples.map((line) => `  ${line}`)].join('\n');
}

/** The framework's usage line has `[--flag]` also for a flag that is on unless negated, where it would change nothing. */
function withNegations({ parameters }: Command<AppContext>, help: string): string {
  return Object.entries(parameters.flags ?? {})
    .filter(([, flag]) => flag.kind === 'boolean' && flag.default === true)
    .reduce((text, [name]) => text.replaceAll(`[--${name}]`, `[--no-${name}]`), help);
}
