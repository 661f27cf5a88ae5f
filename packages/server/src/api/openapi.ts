import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { json } from '../http/answer.ts';
import { failure } from '../http/answer-fields.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';

/** An OpenAPI 3.1 document of endpoints; what it says is what they check. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of endpoints) {
    const path = one.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teamspace',
      version,
      description: 'Sign-in, teams and health of a Spec Kitty Teamspace.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: { Failure: schemaOf(failure, 'output') },
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The access token of a login.' },
        service: { type: 'http', scheme: 'bearer', description: 'A service token of the team.' },
      },
    },
  };
}

function operation({ method, path, access, summary, takes, input, answers }: Endpoint): object {
  const schema: ObjectSchema = schemaOf(input, 'input');
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = takes === 'query' ? queryParameters(schema) : [];
  const type = takes === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^\w]+/g, '_').replace(/_$/, '')}`,
    summary,
    security: securityOf(access),
    ...(params.length + query.length > 0 && { parameters: [...params, ...query] }),
    ...(takes !== 'query' && { requestBody: { required: true, content: { [type]: { schema } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
      default: { description: 'Anything else.', content: { 'application/json': { schema: FAILURE } } },
    },
  };
}

const FAILURE = { $ref: '#/components/schemas/Failure' };

/** What is no success says so in the same words everywhere. */
function response({ means, schema }: Endpoint['answers'][number]): object {
  const said = schema ? schemaOf(schema, 'output') : FAILURE;
  return { description: means, content: { 'application/json': { schema: said } } };
}

function schemaOf(schema: v.GenericSchema, typeMode: 'input' | 'output'): object {
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' });
  return rest;
}

function securityOf(access: Endpoint['access']): readonly object[] {
  if (access.by === 'session') return [{ session: [] }];
  return access.by === 'team' ? [{ session: [] }, { service: [] }] : [];
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function queryParameters({ properties = {}, required = [] }: ObjectSchema): readonly object[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** `GET /api/openapi.json`. */
export function openApiEndpoint(endpoints: readonly Endpoint[]): Endpoint {
  return endpoint({
    method: 'GET',
    path: '/api/openapi.json',
    access: { by: 'anybody' },
    summary: 'Describe this interface',
    takes: 'query',
    input: v.object({}),
    answers: {
      200: { means: 'An OpenAPI 3.1 document.', schema: v.looseObject({ openapi: v.literal('3.1.0') }) },
    },
    handle: ({ teamspace }) => json(200, openApiDocument(endpoints, teamspace.version)),
  });
}
