import {
  buildCommand,
  buildRouteMap,
  type Command,
  type RouteMap,
  type TypedCommandParameters,
} from '@stricli/core';
import type { ServerContext } from './context.ts';

interface Spec<F extends Readonly<Partial<Record<keyof F, unknown>>>, A extends readonly unknown[]> {
  readonly brief: string;
  readonly details?: string;
  readonly examples: readonly [string, ...string[]];
  readonly parameters: TypedCommandParameters<F, A, ServerContext>;
  readonly run: (this: ServerContext, flags: F, ...args: A) => Promise<void>;
}

/** A command of the server with its help. */
export function define<F extends Readonly<Partial<Record<keyof F, unknown>>>, A extends readonly unknown[]>(
  spec: Spec<F, A>,
): Command<ServerContext> {
  return buildCommand<F, A, ServerContext>({
    func: spec.run,
    docs: {
      brief: spec.brief,
      fullDescription: [spec.brief, spec.details, exampleLines(spec.examples)].filter(Boolean).join('\n\n'),
    },
    parameters: spec.parameters,
  });
}

/** Groups commands under a word. @param examples how some are called, for a group that people begin at. */
export function groupOf(
  brief: string,
  routes: Readonly<Record<string, Command<ServerContext> | RouteMap<ServerContext>>>,
  examples: readonly string[] = [],
): RouteMap<ServerContext> {
  const fullDescription = [brief, ...(examples.length > 0 ? [exampleLines(examples)] : [])].join('\n\n');
  return buildRouteMap({ docs: { brief, fullDescription }, routes });
}

function exampleLines(examples: readonly string[]): string {
  return ['EXAMPLES', ...examples.map((line) => `  ${line}`)].join('\n');
}

/** `--json`. */
export const jsonFlag = {
  kind: 'boolean',
  brief: 'Print one JSON document',
  default: false,
  withNegated: false,
} as const;

/** Where the server keeps what it has. */
export const placeFlags = {
  data: {
    kind: 'parsed',
    brief: 'Folder of the keys and of the embedded database',
    placeholder: 'DIR',
    parse: String,
    optional: true,
  },
  databaseUrl: {
    kind: 'parsed',
    brief:
      'A PostgreSQL of yours, instead of the embedded one; TEAMSPACE_DATABASE_URL keeps it out of process lists',
    placeholder: 'URL',
    parse: String,
    optional: true,
  },
} as const;

/** What {@link placeFlags} gives. */
export interface PlaceFlags {
  readonly data?: string;
  readonly databaseUrl?: string;
}

export function text(brief: string, placeholder: string) {
  return { kind: 'parsed', brief, placeholder, parse: String } as const;
}

export function argument(brief: string, placeholder: string) {
  return { brief, placeholder, parse: String } as const;
}
