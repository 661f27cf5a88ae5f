import { Fault } from '@spec-kitty/core/fault';
import { originOf } from '../serve/public-origin.ts';
import type { ServerContext } from './context.ts';

/** A link is of the server that everybody knows, which a command cannot know by itself. */
export interface LinkFlags {
  readonly publicUrl?: string;
}

export const publicUrlFlag = {
  kind: 'parsed',
  brief: 'Address under which everybody knows the server; unless given, that in TEAMSPACE_PUBLIC_URL',
  placeholder: 'URL',
  parse: String,
  optional: true,
} as const;

/** The server that a link leads to. @throws Fault `PUBLIC_URL_INVALID` or `PUBLIC_URL_NEEDED`. */
export function linkOrigin({ env }: Pick<ServerContext, 'env'>, { publicUrl }: LinkFlags): string {
  const given = publicUrl ?? env['TEAMSPACE_PUBLIC_URL'];
  if (given) return originOf(given);
  throw new Fault('usage', 'PUBLIC_URL_NEEDED', 'Nobody said under which address the link is to be opened.', {
    hints: ['Say it with --public-url https://…, or set TEAMSPACE_PUBLIC_URL as the server has it.'],
  });
}
