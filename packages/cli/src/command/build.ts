import {
  buildCommand,
  buildRouteMap,
  type Command,
  type RouteMap,
  type RouteMapBuilderArguments,
  type TypedCommandParameters,
} from '@stricli/core';
import type { AppContext } from '../context.ts';

interface Spec<F extends Readonly<Partial<Record<keyof F, unknown>>>, A extends readonly unknown[]> {
  readonly brief: string;
  /** What the brief leaves out: rules, effects, what is not done. */
  readonly details?: string;
  /** Whole command lines; `--help` shows them and a test parses them. */
  readonly examples: readonly [string, ...string[]];
  readonly parameters: TypedCommandParameters<F, A, AppContext>;
  readonly load: () => Promise<(this: AppContext, flags: F, ...args: A) => Promise<void>>;
}

/** Defines a command: this part is loaded on every start, `load` only when it runs. */
export function command<F extends Readonly<Partial<Record<keyof F, unknown>>>, A extends readonly unknown[]>(
  spec: Spec<F, A>,
): Command<AppContext> {
  const examples = spec.examples.map((line) => `  ${line}`).join('\n');
  return buildCommand<F, A, AppContext>({
    loader: spec.load,
    docs: {
      brief: spec.brief,
      fullDescription: [spec.brief, spec.details, `EXAMPLES\n${examples}`].filter(Boolean).join('\n\n'),
    },
    parameters: spec.parameters,
  });
}

/** Groups commands under a word. */
export function group<R extends string>(
  brief: string,
  routes: RouteMapBuilderArguments<R, AppContext>['routes'],
): RouteMap<AppContext> {
  return buildRouteMap<R, AppContext>({ docs: { brief }, routes });
}
