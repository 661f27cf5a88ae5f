import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { commandsOf } from '../../packages/cli/src/testing/command-tree.ts';
import { type Schema, typeSchema } from './type-schema.ts';

const CLI = fileURLToPath(new URL('../../packages/cli/src', import.meta.url));

/** Documents that a command writes without `show`, as type and file. */
const WRITTEN_OTHERWISE: Readonly<Record<string, readonly [file: string, type: string]>> = {
  status: ['commands/status/all-missions.ts', 'AllMissions'],
  run: ['commands/run/show/run-event.ts', 'RunLine'],
  'run start': ['commands/run/show/run-event.ts', 'RunLine'],
  'run resume': ['commands/run/show/run-event.ts', 'RunLine'],
};

/** Schema of what each command prints with `--json` when it does not fail, from the types of what it hands to `show`. */
export async function documentSchemas(): Promise<ReadonlyMap<string, Schema>> {
  const files = readdirSync(path.join(CLI, 'commands'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test|\.command|\.routes)\.ts$/.test(name))
    .map((name) => path.join(CLI, 'commands', name));
  const program = programOf(files);
  const checker = program.getTypeChecker();
  const functions = await exportedFunctions(files);
  const schemas = new Map<string, Schema>();
  for (const [route, command] of commandsOf()) {
    if (!('json' in (command.parameters.flags ?? {}))) continue;
    const loaded = functions.get(await command.loader());
    if (!loaded) throw new Error(`Nothing exports what ${route} runs.`);
    const declaration = exported(program, loaded.file, loaded.name).valueDeclaration;
    if (!declaration) throw new Error(`${loaded.name} has no declaration.`);
    const types = [...shownTypes(checker, declaration)];
    const [file, name] = WRITTEN_OTHERWISE[route] ?? [];
    if (file !== undefined && name !== undefined)
      types.push(checker.getDeclaredTypeOfSymbol(exported(program, path.join(CLI, file), name)));
    const seen = new Map(
      types.map((type) => typeSchema(checker, type, route)).map((schema) => [JSON.stringify(schema), schema]),
    );
    const parts = [...seen.values()];
    schemas.set(route, {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `spec-kitty ${route} --json`,
      ...(parts.length === 1 ? parts[0] : { anyOf: parts }),
    });
  }
  return schemas;
}

function programOf(files: readonly string[]): ts.Program {
  const root = path.join(CLI, '../../..');
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  return ts.createProgram(files, options);
}

async function exportedFunctions(files: readonly string[]) {
  const found = new Map<unknown, { file: string; name: string }>();
  for (const file of files) {
    const module: Record<string, unknown> = await import(pathToFileURL(file).href);
    for (const [name, value] of Object.entries(module))
      if (typeof value === 'function') found.set(value, { file, name });
  }
  return found;
}

function exported(program: ts.Program, file: string, name: string): ts.Symbol {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const symbol =
    source && checker.getSymbolAtLocation(source)?.exports?.get(ts.escapeLeadingUnderscores(name));
  if (!symbol) throw new Error(`${file} does not export ${name}`);
  return symbol;
}

/** Types of the documents that a function shows, itself or through functions of the commands. */
function shownTypes(
  checker: ts.TypeChecker,
  declaration: ts.Node,
  visited = new Set<ts.Node>(),
): ReadonlySet<ts.Type> {
  const types = new Set<ts.Type>();
  if (visited.has(declaration)) return types;
  visited.add(declaration);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression, arguments: given } = node;
      const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
      if (name === 'show' && given[1]) types.add(checker.getTypeAtLocation(given[1]));
      else {
        const called =
          name === 'call' && ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
        const [signature] = checker.getTypeAtLocation(called).getCallSignatures();
        const target = signature?.declaration;
        if (target && target.getSourceFile().fileName.startsWith(`${CLI}/commands/`))
          for (const type of shownTypes(checker, target, visited)) types.add(type);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return types;
}
