import fc from 'fast-check';
import { openApiDocument } from '../api/openapi.ts';
import { ENDPOINTS } from '../endpoints.ts';

/** What a document says of one operation, as far as requests are made from it. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly pathParameters: readonly string[];
  readonly query: readonly string[];
  readonly type: string | undefined;
  readonly fields: readonly string[];
}

/** What nobody means, and anybody may send. */
export const NASTY = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '\0',
      '%00',
      '../../etc/passwd',
      "' or 1=1 --",
      '${7*7}',
      '\u202e',
      '\ud800',
      '[]',
      '{}',
      'null',
      '-1',
      '9'.repeat(400),
      'x'.repeat(5000),
      '00000000-0000-4000-8000-000000000000',
      'cli_native',
      'refresh_token',
      'authorization_code',
      'S256',
      'code',
    ),
  },
);

/** The parts of an OpenAPI document that requests are made from. */
interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: DescribedSchema }>> };
}

interface DescribedSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly DescribedSchema[];
  readonly anyOf?: readonly DescribedSchema[];
}

/** Everything that the server can be asked for, as its own document describes it. */
export function operations(): readonly Operation[] {
  const { paths } = openApiDocument(ENDPOINTS, '0') as Described;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const variants = content?.schema.oneOf ?? content?.schema.anyOf ?? [content?.schema ?? {}];
      return {
        path,
        method: method.toUpperCase(),
        pathParameters: parameters.filter((one) => one.in === 'path').map((one) => one.name),
        query: parameters.filter((one) => one.in === 'query').map((one) => one.name),
        type,
        fields: variants.flatMap((one) => Object.keys(one.properties ?? {})),
      };
    }),
  );
}
