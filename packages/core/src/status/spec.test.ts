import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('.', import.meta.url);
const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name.replaceAll('\\', '/'), FOLDER), 'utf8') }));

/** Every test from its name to where the next one begins. */
const tests = sources
  .filter(({ name }) => name.endsWith('.test.ts'))
  .flatMap(({ name: file, text }) =>
    text
      .split(/^test/m)
      .slice(1)
      .map((body) => ({ file, body })),
  );

/** Invariants of SPEC.md with each that it says to enforce them. */
const claims = readFileSync(new URL('SPEC.md', FOLDER), 'utf8')
  .split('\n')
  .filter((line) => /^\| ST-\d+ /.test(line))
  .flatMap((line) => {
    const [, id = '', , by = ''] = line.split(/ *\| */);
    return by.split(', ').map((name) => [id, name] as const);
  });

/** Tests whose first line names an invariant. */
function testsOf(id: string) {
  return tests.filter(({ body }) => new RegExp(`\\b${id}\\b`).test(body.slice(0, body.indexOf('=>'))));
}

function isEnforced(id: string, name: string): boolean {
  if (name === 'model') return testsOf(id).some(({ file }) => file === 'model.test.ts');
  if (name === 'properties') return testsOf(id).some(({ body }) => body.includes('fc.assert('));
  const exported = new RegExp(`^export (?:function|const) ${name.slice(1, -1)}\\b`, 'm');
  return testsOf(id).length > 0 && sources.some(({ text }) => exported.test(text));
}

test('SPEC.md is read', () => {
  expect(claims.length).toBeGreaterThan(20);
});

test.each(claims)('%s is enforced by %s, as SPEC.md says', (id, name) => {
  expect(isEnforced(id, name)).toBe(true);
});

test('what nobody enforces would be noticed', () => {
  expect([
    isEnforced('ST-1', '`noSuchThing`'),
    isEnforced('ST-99', '`reduce`'),
    isEnforced('ST-9', 'model'),
  ]).toEqual([false, false, false]);
});
