import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';
import ts from 'typescript';
import { expect, test } from 'vitest';

const PROTOCOL = fileURLToPath(new URL('../packages/protocol', import.meta.url));

/** The formats alone: declarations of types, and the values that are listed, without comments and in order of names. */
function shapes(sources: readonly string[]): string {
  const printer = ts.createPrinter({ removeComments: true });
  const declared = sources.flatMap((text) => {
    const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
    return source.statements
      .filter(
        (node) =>
          ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isVariableStatement(node),
      )
      .map((node) => printer.printNode(ts.EmitHint.Unspecified, node, source).replaceAll(/\s+/g, ' '));
  });
  return declared
    .filter((shape) => !shape.includes('SCHEMA_VERSION'))
    .toSorted()
    .join('\n');
}

function digest(sources: readonly string[]): string {
  return createHash('sha256').update(shapes(sources)).digest('hex').slice(0, 16);
}

const SOURCES = readdirSync(path.join(PROTOCOL, 'src'))
  .filter((name) => !name.includes('.test.'))
  .map((name) => readFileSync(path.join(PROTOCOL, 'src', name), 'utf8'));

const HISTORY = [
  ...readFileSync(path.join(PROTOCOL, 'HISTORY.md'), 'utf8').matchAll(/^\| (\d+\.\d+\.\d+) \| `(\w+)` \|/gm),
].map(([, version = '', hash = '']) => ({ version, hash }));

test('whoever changes a format raises SCHEMA_VERSION and adds a line to packages/protocol/HISTORY.md', () => {
  expect(HISTORY.at(-1)).toEqual({ version: SCHEMA_VERSION, hash: digest(SOURCES) });
});

test('a version stands for one form of the formats', () => {
  const numbers = HISTORY.map(({ version }) =>
    version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0),
  );
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
});

test('comments and layout are no format; keys, their types and listed values are', () => {
  const text =
    "/** A. */\nexport interface A { readonly key: string }\nexport const B = ['x', 'y'] as const;\n";
  const same = text.replace('/** A. */', '// B').replace('{ readonly', '{\n  readonly');
  expect(shapes([same])).toBe(shapes([text]));
  for (const [from, to] of [
    ['key', 'name'],
    ['string', 'string | null'],
    ["'y'", "'z'"],
  ] as const)
    expect(digest([text.replace(from, to)])).not.toBe(digest([text]));
});
