/** How one language writes the files of a made-up project. */
export interface SourceLanguage {
  readonly name: string;
  path(module: string, name: string): string;
  testPath(module: string, name: string): string;
  /** First lines of a file. */
  head(module: string): readonly string[];
  use(symbol: string, from: { readonly module: string; readonly name: string }): string;
  open(symbol: string, parameters: readonly string[]): string;
  line(text: string): string;
  call(symbol: string, parameters: readonly string[]): string;
  close: readonly string[];
  registered(module: string, name: string): string;
  readonly registry: string;
  /** What names the dependencies, and what pins them. */
  readonly manifest: string;
  readonly lock: string;
}

const TYPESCRIPT: SourceLanguage = {
  name: 'typescript',
  path: (module, name) => `src/${module}/${name}.ts`,
  testPath: (module, name) => `tests/${module}/${name}.test.ts`,
  head: () => [],
  use: (symbol, { module, name }) => `import { ${symbol} } from '../${module}/${name}.ts';`,
  open: (symbol, parameters) => `export function ${symbol}(${parameters.join(', ')}) {`,
  line: (text) => `  const ${text};`,
  call: (symbol, parameters) => `  ${symbol}(${parameters.join(', ')});`,
  close: ['}', ''],
  registered: (module, name) => `  '${module}.${name}': () => import('./${module}/${name}.ts'),`,
  registry: 'src/registry.ts',
  manifest: 'package.json',
  lock: 'package-lock.json',
};

const PYTHON: SourceLanguage = {
  name: 'python',
  path: (module, name) => `app/${module}/${name}.py`,
  testPath: (module, name) => `tests/${module}/test_${name}.py`,
  head: (module) => [`"""Part of ${module}."""`, ''],
  use: (symbol, { module, name }) => `from app.${module}.${name} import ${symbol}`,
  open: (symbol, parameters) => `def ${symbol}(${parameters.join(', ')}):`,
  line: (text) => `    ${text}`,
  call: (symbol, parameters) => `    ${symbol}(${parameters.join(', ')})`,
  close: ['', ''],
  registered: (module, name) => `    "${module}.${name}": "app.${module}.${name}",`,
  registry: 'app/registry.py',
  manifest: 'pyproject.toml',
  lock: 'poetry.lock',
};

const GO: SourceLanguage = {
  name: 'go',
  path: (module, name) => `internal/${module}/${name}.go`,
  testPath: (module, name) => `internal/${module}/${name}_test.go`,
  head: (module) => [`package ${module}`, ''],
  use: (_symbol, { module }) => `import "example.org/shop/internal/${module}"`,
  open: (symbol, parameters) =>
    `func ${capital(symbol)}(${parameters.map((one) => `${one} int`).join(', ')}) {`,
  line: (text) => `\t${text.replace(' = ', ' := ')}`,
  call: (symbol, parameters) => `\t${capital(symbol)}(${parameters.join(', ')})`,
  close: ['}', ''],
  registered: (module, name) => `\t"${module}.${name}": ${module}.${capital(name)},`,
  registry: 'internal/registry.go',
  manifest: 'go.mod',
  lock: 'go.sum',
};

const RUST: SourceLanguage = {
  name: 'rust',
  path: (module, name) => `src/${module}/${name}.rs`,
  testPath: (module, name) => `tests/${module}_${name}.rs`,
  head: () => [],
  use: (symbol, { module, name }) => `use crate::${module}::${name}::${symbol};`,
  open: (symbol, parameters) => `pub fn ${symbol}(${parameters.map((one) => `${one}: u32`).join(', ')}) {`,
  line: (text) => `    let ${text};`,
  call: (symbol, parameters) => `    ${symbol}(${parameters.join(', ')});`,
  close: ['}', ''],
  registered: (module, name) => `    pub mod ${module}_${name};`,
  registry: 'src/lib.rs',
  manifest: 'Cargo.toml',
  lock: 'Cargo.lock',
};

const JAVA: SourceLanguage = {
  name: 'java',
  path: (module, name) => `src/main/java/org/example/${module}/${capital(name)}.java`,
  testPath: (module, name) => `src/test/java/org/example/${module}/${capital(name)}Test.java`,
  head: (module) => [`package org.example.${module};`, ''],
  use: (_symbol, { module, name }) => `import org.example.${module}.${capital(name)};`,
  open: (symbol, parameters) =>
    `    public static void ${symbol}(${parameters.map((one) => `int ${one}`).join(', ')}) {`,
  line: (text) => `        int ${text};`,
  call: (symbol, parameters) => `        ${symbol}(${parameters.join(', ')});`,
  close: ['    }', ''],
  registered: (module, name) => `        register("${module}.${name}", ${capital(name)}::new);`,
  registry: 'src/main/java/org/example/Registry.java',
  manifest: 'build.gradle',
  lock: 'gradle.lockfile',
};

/** The languages in which projects are made up. */
export const LANGUAGES = [TYPESCRIPT, PYTHON, GO, RUST, JAVA] as const;

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
