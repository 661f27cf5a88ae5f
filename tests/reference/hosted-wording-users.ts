import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { literals, ROOT } from './product-texts.ts';
import { wrongMentions } from './command-mentions.ts';

/** The file of texts that may name a command before it exists. */
export const HOSTED_WORDING = 'packages/core/src/hosted-wording.ts';

/** Every command and option that the hosted wording names and that does not exist, by the export that names it. */
export async function namedToCome(
  source = readFileSync(path.join(ROOT, HOSTED_WORDING), 'utf8'),
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tree = ts.createSourceFile(HOSTED_WORDING, source, ts.ScriptTarget.Latest, true);
  const found = new Map<string, readonly string[]>();
  for (const statement of tree.statements) {
    const wrong = await Promise.all(literals(HOSTED_WORDING, statement.getText()).map(wrongMentions));
    const named = wrong.flat().map((mention) => mention.named);
    const name = exportedName(statement);
    if (named.length > 0 && name !== undefined) found.set(name, named);
  }
  return found;
}

function exportedName(statement: ts.Statement): string | undefined {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text;
  return ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.name.getText()
    : undefined;
}

/** What the program imports from the hosted wording, by the file that does: from `main.ts` on, later imports too. */
export function wordingUsers(read = readSource): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const open = ['packages/cli/src/main.ts'];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const source = read(file);
    for (const specifier of ts.preProcessFile(source).importedFiles) {
      const imported = fileOf(specifier.fileName, file);
      if (imported === HOSTED_WORDING) users.set(file, importedNames(source));
      if (imported !== undefined) open.push(imported);
    }
  }
  return users;
}

function readSource(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** `undefined` for what is not ours. */
function fileOf(specifier: string, from: string): string | undefined {
  const [, name, rest] = /^@spec-kitty\/(core|local|protocol)\/(.+)$/.exec(specifier) ?? [];
  if (name !== undefined) return `packages/${name}/src/${rest}.ts`;
  const file = path.posix.join(path.posix.dirname(from), specifier);
  return specifier.startsWith('.') && existsSync(path.join(ROOT, file)) ? file : undefined;
}

function importedNames(source: string): readonly string[] {
  const [, names = '*'] =
    /import (?:type )?\{([^}]*)\} from '[^']*hosted-wording(?:\.ts)?'/.exec(source) ?? [];
  return names.split(',').map((name) => name.trim().replace(/^type | as .*$/g, ''));
}
