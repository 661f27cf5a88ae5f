import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The repository that is checked. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What an interpolated value is read as. */
export const VALUE = 'VALUE';

/** A text that somebody can come to read, and where it begins. */
export interface ProductText {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Lists the text literals of every source file, and every document as one text, but what was written from `--help`. */
export function productTexts(): readonly ProductText[] {
  return [
    ...sourceFiles().flatMap((file) => literals(file, readFileSync(path.join(ROOT, file), 'utf8'))),
    ...documents().map((file) => ({ file, line: 1, text: readFileSync(path.join(ROOT, file), 'utf8') })),
  ];
}

/** Lists what the product and its scripts are made of, without the tests. */
export function sourceFiles(): readonly string[] {
  return [
    'packages/cli/bin/spec-kitty.cjs',
    ...['packages/core/src', 'packages/local/src', 'packages/cli/src', 'scripts'].flatMap((folder) =>
      below(folder, /\.(?:ts|mjs|cjs)$/).filter((file) => !/\.test\.|\/testing\//.test(file)),
    ),
  ];
}

/** The same of the server, which is a program of its own. */
export function serverFiles(): readonly string[] {
  return below('packages/server/src', /(?<!\.test)\.ts$/).filter((file) => !file.includes('/testing/'));
}

function documents(): readonly string[] {
  return [
    'README.md',
    'AGENTS.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'packages/core/src/status/SPEC.md',
    ...below('docs', /(?<!\bcommands)\.md$/),
  ];
}

function below(folder: string, names: RegExp): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => names.test(name) && !/(?:^|[\\/])node_modules[\\/]/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .toSorted();
}

/** Lists the text literals of one source: parts that are joined with `+` are one text. */
export function literals(file: string, source: string): readonly ProductText[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: ProductText[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isImportDeclaration(node) ? undefined : literalText(node);
    if (text !== undefined) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      found.push({ file, line: line + 1, text });
    }
    // The parts of a sum are in its text already; what a template interpolates may hold texts of its own.
    const inner = text === undefined ? children(node) : summands(node).flatMap(interpolated);
    inner.forEach(visit);
  };
  visit(tree);
  return found;
}

function literalText(node: ts.Node): string | undefined {
  const parts = summands(node);
  if (!parts.some((part) => ts.isStringLiteralLike(part) || ts.isTemplateExpression(part))) return undefined;
  return parts.map(partText).join('');
}

function partText(part: ts.Node): string {
  if (ts.isStringLiteralLike(part)) return part.text;
  if (!ts.isTemplateExpression(part)) return VALUE;
  return part.head.text + part.templateSpans.map(({ literal }) => VALUE + literal.text).join('');
}

function summands(node: ts.Node): readonly ts.Node[] {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken
    ? [...summands(node.left), ...summands(node.right)]
    : [node];
}

function interpolated(part: ts.Node): readonly ts.Node[] {
  if (ts.isTemplateExpression(part)) return part.templateSpans.map(({ expression }) => expression);
  return ts.isStringLiteralLike(part) ? [] : [part];
}

function children(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  node.forEachChild((child) => void nodes.push(child));
  return nodes;
}
