import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandsOf } from '../../packages/cli/src/testing/command-tree.ts';
import { FAILURE, keptSchema } from '../../packages/cli/src/testing/kept-schemas.ts';
import { ERROR_CODES } from './error-codes.ts';
import { documentSchemas } from './json-documents.ts';

/** They print no document; what `orchestrator-api` prints is kept beside its own schemas. */
const WITHOUT_DOCUMENT = /^(?:completion |mcp$|orchestrator-api |teamspace$)/;

const FAILURE_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'spec-kitty --json, of every command that fails',
  type: 'object',
  properties: {
    error: { type: 'string', minLength: 1 },
    error_code: { enum: Object.values(ERROR_CODES).flatMap(Object.keys).toSorted() },
    hints: { type: 'array', items: { type: 'string', minLength: 1 } },
  },
  required: ['error', 'error_code', 'hints'],
};

const schemas = await documentSchemas();
const kept = new Map<string, object>([...schemas, [FAILURE, FAILURE_SCHEMA]]);

test.for([...kept])(
  'the schema of %s is the one that is kept; a change is recorded with --update',
  async ([route, schema]) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(keptSchema(route));
  },
);

test('every command that prints a document has a schema, and there is none of another', () => {
  const routes = [...commandsOf().keys()].filter((route) => !WITHOUT_DOCUMENT.test(route));
  expect([...schemas.keys()].toSorted()).toEqual(routes.toSorted());
  const files = readdirSync(path.dirname(keptSchema(FAILURE)));
  const names = new Set([...kept.keys()].map((route) => path.basename(keptSchema(route))));
  expect(files.filter((file) => !names.has(file))).toEqual([]);
});
