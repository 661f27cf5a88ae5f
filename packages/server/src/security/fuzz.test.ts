import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENDPOINTS } from '../endpoints.ts';
import { onEmbedded } from '../testing/on-both.ts';
import { NASTY, type Operation, operations } from '../testing/operations.ts';

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

async function fuzz(world: TeamspaceWorld): Promise<number> {
  let asked = 0;
  for (const operation of operations())
    await fc.assert(
      fc.asyncProperty(requestsFor(operation), async ([path, init]) => {
        const response = await world.send(path, init);
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
    expect(await fuzz(await open())).toBeGreaterThan(ENDPOINTS.length * Math.min(RUNS, 20));
  });
});
