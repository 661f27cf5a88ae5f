import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import { toJsonSchema } from '@valibot/to-json-schema';
import { type Tool, TOOLS } from './tools.ts';

/** The tools as clients are told of them, always in the same order; a client puts all of it before its model. */
export function listedTools(): ListedTool[] {
  return TOOLS.map(({ name, description, input, output, effect }) => {
    const { $schema: _, ...inputSchema } = toJsonSchema(input, { errorMode: 'throw' });
    return {
      name,
      description,
      inputSchema: inputSchema as unknown as ListedTool['inputSchema'],
      outputSchema: outputSchema(output),
      annotations: { readOnlyHint: effect === 'reads', openWorldHint: false, ...WRITES[effect] },
    };
  });
}

/** Clients hold every answer against it, refusals included. */
function outputSchema(facts: Tool['output']) {
  const properties = Object.entries(facts).map(([name, fact]) => {
    const type = fact.replace('?', '');
    return [name, { type: fact === type ? type : [type, 'null'] }] as const;
  });
  return {
    type: 'object' as const,
    properties: Object.fromEntries(properties),
    anyOf: [{ required: Object.keys(facts) }, { required: ['error', 'error_code'] }],
  };
}

/** Nothing is destroyed by any of them; the same call twice is one for those that say so. */
const WRITES = {
  reads: {},
  writes: { destructiveHint: false },
  'writes once': { destructiveHint: false, idempotentHint: true },
} as const;
