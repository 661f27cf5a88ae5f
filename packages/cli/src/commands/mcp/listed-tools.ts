import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import { toJsonSchema } from '@valibot/to-json-schema';
import { TOOLS } from './tools.ts';

/** The tools as clients are told of them, always in the same order; a client puts all of it before its model. */
export function listedTools(): ListedTool[] {
  return TOOLS.map(({ name, description, input, effect }) => {
    const { $schema: _, ...inputSchema } = toJsonSchema(input, { errorMode: 'throw' });
    return {
      name,
      description,
      inputSchema: inputSchema as unknown as ListedTool['inputSchema'],
      annotations: { readOnlyHint: effect === 'reads', openWorldHint: false, ...WRITES[effect] },
    };
  });
}

/** Nothing is destroyed by any of them; the same call twice is one for those that say so. */
const WRITES = {
  reads: {},
  writes: { destructiveHint: false },
  'writes once': { destructiveHint: false, idempotentHint: true },
} as const;
