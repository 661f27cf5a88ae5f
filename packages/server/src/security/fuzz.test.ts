import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openApiDocument } from '../api/openapi.ts';
import { ENDPOINTS } from '../endpoints.ts';
import { onEmbedded } from '../testing/on-both.ts';

/** What a document says of one operation, as far as requests are made from it. */
interface Operation {
  readonly path: string;
  readonly method: string;
  readonly pathParameters: readonly string[];
  readonly query: readonly string[];
  readonly type: string | undefined;
  readonly fields: readonly string[];
}

const NASTY = fc.oneof(
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

function operationsOf(document: Described): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
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

function requestsFor(operation: Operation): fc.Arbitrary<readonly [path: string, init: RequestInit]> {
  const record = (names: readonly string[]) =>
    fc.record(Object.fromEntries(names.map((name) => [name, NASTY])), { requiredKeys: [] });
  return fc
    .record({
      path: fc.record(Object.fromEntries(operation.pathParameters.map((name) => [name, NASTY]))),
      query: record(operation.query),
      fields: record(operation.fields),
      body: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: NASTY }),
      type: fc.oneof(
        { weight: 4, arbitrary: fc.constant(operation.type) },
        { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json', 'multipart/form-data') },
      ),
    })
    .map(({ path, query, fields, body, type }) => {
      const filled = Object.entries(path).reduce(
        (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(Buffer.from(value).toString())),
        operation.path,
      );
      const search = new URLSearchParams(query as Record<string, string>).toString();
      const sound =
        operation.type === 'application/json'
          ? JSON.stringify(fields)
          : new URLSearchParams(fields as Record<string, string>).toString();
      return [
        `${filled}?${search}`,
        operation.method === 'GET'
          ? { method: 'GET' }
          : {
              method: operation.method,
              headers: type === undefined ? {} : { 'content-type': type },
              body: body ?? sound,
            },
      ] as const;
    });
}

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40);

async function fuzz(world: TeamspaceWorld, headers: Record<string, string>): Promise<number> {
  const operations = operationsOf(openApiDocument(ENDPOINTS, '0') as Described);
  let asked = 0;
  for (const operation of operations)
    await fc.assert(
      fc.asyncProperty(requestsFor(operation), async ([path, init]) => {
        const response = await world.send(path, { ...init, headers: { ...init.headers, ...headers } });
        asked += 1;
        expect([operation.path, response.status]).toEqual([
          operation.path,
          expect.toSatisfy((status: number) => status < 500),
        ]);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 60_000 },
    );
  return asked;
}

onEmbedded((open) => {
  test('by nobody answers without an error of its own', async () => {
    expect(await fuzz(await open(), {})).toBeGreaterThan(ENDPOINTS.length * Math.min(RUNS, 20));
  });

  test('by somebody who is signed in, with a program and with a browser, too', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const { access_token: token } = await world.logIn(ada);
    const browser = await world.signIn(ada);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    expect(await fuzz(world, { authorization: `Bearer ${token}`, cookie })).toBeGreaterThan(ENDPOINTS.length);
  });
});
