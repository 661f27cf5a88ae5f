import type { Random } from '../faults/seeded-random.ts';
import { LANGUAGES, type SourceLanguage } from './source-language.ts';

/** A function of a made-up source file. */
export interface MadeFunction {
  readonly symbol: string;
  parameters: string[];
  body: string[];
  /** Symbols that it calls, each in a line after its body. */
  calls: string[];
}

/** A made-up source file. */
export interface MadeSource {
  readonly id: number;
  module: string;
  name: string;
  readonly isTest: boolean;
  functions: MadeFunction[];
  /** Symbols that it imports, in the order of their lines. */
  uses: string[];
}

/** What is usual in a project: how often work of one kind brings about work elsewhere. */
export interface Habits {
  readonly registry: number;
  readonly appendsToRegistry: boolean;
  readonly changelog: number;
  readonly lock: number;
  readonly hashesLock: boolean;
  readonly tests: number;
  readonly docs: number;
  readonly callers: number;
  readonly renames: number;
  readonly splitsCommits: number;
  /** How often somebody goes beyond what was planned. */
  readonly strays: number;
}

/** A made-up project as it is at one commit. */
export interface MadeProject {
  readonly language: SourceLanguage;
  readonly habits: Habits;
  readonly modules: readonly string[];
  readonly sources: MadeSource[];
  /** Files that are lists of lines: registry, manifest, lock file, change log, documents. */
  readonly lists: Map<string, string[]>;
  /** Sources that change together although nothing in them says so, and how often. */
  readonly couplings: readonly { readonly a: number; readonly b: number; readonly often: number }[];
  /** For the next name. */
  count: number;
}

const MODULES = [
  'billing',
  'orders',
  'users',
  'search',
  'mail',
  'stock',
  'reports',
  'login',
  'media',
  'audit',
  'prices',
  'export',
];
const WORDS = ['load', 'save', 'check', 'build', 'find', 'merge', 'send', 'count', 'parse', 'close'] as const;
const NAMES = ['store', 'rules', 'view', 'client', 'model', 'queue', 'format', 'policy'];

export const CHANGELOG = 'CHANGELOG.md';

/** Makes up a project with files that import each other. */
export function makeProject(random: Random): MadeProject {
  const language = random.pick(LANGUAGES);
  const modules = MODULES.slice(0, random.between(5, MODULES.length));
  const project: MadeProject = {
    language,
    habits: makeHabits(random),
    modules,
    sources: [],
    lists: new Map(),
    couplings: [],
    count: 0,
  };
  for (const module of modules)
    for (const name of NAMES.slice(0, random.between(2, NAMES.length)))
      addSource(project, random, { module, name });
  for (const source of project.sources.filter(({ isTest }) => !isTest))
    for (let at = random.between(0, 4); at > 0; at -= 1) useElsewhere(project, random, source);
  const own = project.sources.filter(({ isTest }) => !isTest);
  const couplings = Array.from({ length: random.between(0, 5) }, () => ({
    a: one(random, own).id,
    b: one(random, own).id,
    often: 0.2 + 0.7 * random.next(),
  }));
  fillLists(project, random);
  return { ...project, couplings };
}

function makeHabits(random: Random): Habits {
  const upTo = (most: number): number => most * random.next();
  return {
    registry: upTo(0.9),
    appendsToRegistry: random.next() < 0.5,
    changelog: random.next() < 0.4 ? upTo(0.9) : 0,
    lock: upTo(0.25),
    hashesLock: random.next() < 0.4,
    tests: upTo(0.9),
    docs: upTo(0.3),
    callers: upTo(0.9),
    renames: upTo(0.08),
    splitsCommits: upTo(0.4),
    strays: upTo(0.35),
  };
}

function fillLists(project: MadeProject, random: Random): void {
  const { language, lists, modules } = project;
  const registered = project.sources
    .filter(({ isTest }) => !isTest)
    .map(({ module, name }) => language.registered(module, name));
  lists.set(language.registry, ['start', ...registered, 'end']);
  const libraries = Array.from({ length: random.between(10, 30) }, (_, at) => `library-${at * 7}`).toSorted();
  lists.set(language.manifest, [
    '[dependencies]',
    ...libraries.map((name) => `${name} = "1.0.${name.length}"`),
  ]);
  lists.set(language.lock, ['hash 0', ...libraries.flatMap(lockLines)]);
  lists.set(CHANGELOG, ['# Changes', '', '## Next', '', '- Begun.']);
  for (const module of modules) lists.set(`docs/${module}.md`, [`# ${module}`, '', ...words(random, 12)]);
}

/** What a lock file says of one library. */
export function lockLines(name: string): readonly string[] {
  return [`[${name}]`, `  version 1.0.${name.length}`, `  checksum ${name.length * 7919}`, ''];
}

/** Adds a file with functions, and with luck a test of it. */
export function addSource(
  project: MadeProject,
  random: Random,
  { module, name, test = random.next() < 0.5 }: { module: string; name: string; test?: boolean },
): MadeSource {
  const source: MadeSource = {
    id: nextNumber(project),
    module,
    name,
    isTest: false,
    functions: [],
    uses: [],
  };
  for (let at = random.between(3, 9); at > 0; at -= 1) source.functions.push(makeFunction(project, random));
  project.sources.push(source);
  if (test) {
    const tested = source.functions.map(({ symbol }) => symbol).slice(0, 3);
    const functions = tested.map((symbol) => ({ ...makeFunction(project, random), calls: [symbol] }));
    project.sources.push({ id: nextNumber(project), module, name, isTest: true, functions, uses: tested });
  }
  return source;
}

/** Makes up a function that is nowhere yet. */
export function makeFunction(project: MadeProject, random: Random): MadeFunction {
  return {
    symbol: `${random.pick(WORDS)}${nextNumber(project)}`,
    parameters: Array.from({ length: random.between(0, 3) }, (_, at) => `p${at}`),
    body: words(random, random.between(3, 9)),
    calls: [],
  };
}

/** Has a source use a symbol of another module, with an import of it. */
export function useElsewhere(project: MadeProject, random: Random, source: MadeSource): void {
  const others = project.sources.filter(({ module, isTest }) => module !== source.module && !isTest);
  const symbol = one(random, one(random, others).functions).symbol;
  if (source.uses.includes(symbol)) return;
  source.uses.splice(random.next() < 0.6 ? source.uses.length : 0, 0, symbol);
  one(random, source.functions).calls.push(symbol);
}

/** Lines that say nothing. */
export function words(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => `value = ${random.between(0, 999_999)}`);
}

/** One of a list that is not empty. */
export function one<T>(random: Random, list: readonly T[]): T {
  const [first, ...more] = list;
  if (first === undefined) throw new Error('There is nothing to choose from');
  return random.pick([first, ...more]);
}

function nextNumber(project: MadeProject): number {
  project.count += 1;
  return project.count;
}

/** Path of a source. */
export function pathOf({ language }: MadeProject, { module, name, isTest }: MadeSource): string {
  return isTest ? language.testPath(module, name) : language.path(module, name);
}

/** All files of a project, by path. */
export function filesOf(project: MadeProject): ReadonlyMap<string, string> {
  const owners = new Map(
    project.sources.flatMap((source) =>
      source.functions.map((each) => [each.symbol, { source, each }] as const),
    ),
  );
  const { language } = project;
  const files = new Map([...project.lists].map(([path, lines]) => [path, `${lines.join('\n')}\n`]));
  for (const source of project.sources) {
    const imports = source.uses.flatMap((symbol) => {
      const owner = owners.get(symbol);
      return owner ? [language.use(symbol, owner.source)] : [];
    });
    const functions = source.functions.flatMap((each) => [
      language.open(each.symbol, each.parameters),
      ...each.body.map((text) => language.line(text)),
      ...each.calls.map((symbol) => language.call(symbol, owners.get(symbol)?.each.parameters ?? [])),
      ...language.close,
    ]);
    const lines = [...language.head(source.module), ...imports, '', ...functions];
    files.set(pathOf(project, source), `${lines.join('\n')}\n`);
  }
  return files;
}
