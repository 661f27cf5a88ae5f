import type { Random } from '../faults/seeded-random.ts';
import {
  addSource,
  CHANGELOG,
  lockLines,
  type MadeProject,
  type MadeSource,
  makeFunction,
  one,
  useElsewhere,
  words,
} from './made-project.ts';

/** What one piece of work is about. */
export interface Work {
  readonly title: string;
  /** Sources that it is about, by number. */
  readonly focus: readonly number[];
  /** How much of each it changes. */
  readonly size: number;
  /** Whether it may go beyond what it is about, as the project is used to. */
  readonly roams: boolean;
}

/** Does a piece of work as somebody does who has the habits of the project; the project is changed in place. */
export function doWork(project: MadeProject, random: Random, work: Work): void {
  const focus = project.sources.filter(({ id }) => work.focus.includes(id));
  for (const source of focus) changeSource(project, random, { source, size: work.size });
  if (!work.roams) return;
  followCouplings(project, random, work.focus);
  const [first] = focus;
  if (first) changeLists(project, random, { first, title: work.title });
  if (random.next() < project.habits.strays) changeFunction(random, one(random, project.sources));
}

function changeSource(
  project: MadeProject,
  random: Random,
  { source, size }: { readonly source: MadeSource; readonly size: number },
): void {
  const { habits } = project;
  for (let at = 0; at < size; at += 1) changeFunction(random, source);
  if (random.next() < 0.35) insertAnywhere(random, source.functions, makeFunction(project, random));
  if (random.next() < 0.25) useElsewhere(project, random, source);
  if (random.next() < 0.3) changeSignature(project, random, source);
  if (random.next() < habits.tests) changeTest(project, random, source);
  if (random.next() < habits.renames) rename(project, random, source);
}

/** What is shared by all: the registry, documents, the change log, the libraries. */
function changeLists(
  project: MadeProject,
  random: Random,
  { first, title }: { readonly first: MadeSource; readonly title: string },
): void {
  const { habits, lists } = project;
  if (random.next() < habits.registry) register(project, random, first);
  if (random.next() < habits.docs) changeLines(random, lists.get(`docs/${first.module}.md`) ?? []);
  if (random.next() < habits.changelog) lists.get(CHANGELOG)?.splice(4, 0, `- ${title}`);
  if (random.next() < habits.lock) addLibrary(project, random);
}

function changeFunction(random: Random, source: MadeSource): void {
  changeLines(random, one(random, source.functions).body);
}

function changeLines(random: Random, lines: string[]): void {
  if (lines.length === 0) return;
  const at = random.between(0, lines.length - 1);
  lines.splice(at, random.between(1, 3), ...words(random, random.between(1, 3)));
}

function insertAnywhere<T>(random: Random, list: T[], item: T): void {
  list.splice(random.next() < 0.6 ? list.length : random.between(0, list.length), 0, item);
}

/** Whoever calls what has changed is changed with it, as its calls are written from the same parameters. */
function changeSignature(project: MadeProject, random: Random, source: MadeSource): void {
  const changed = one(random, source.functions);
  const callers = project.sources.filter(({ uses }) => uses.includes(changed.symbol));
  // Without the habit, one that nobody calls is changed instead, or none.
  if (callers.length > 0 && random.next() > project.habits.callers) return;
  changed.parameters =
    random.next() < 0.5
      ? [...changed.parameters, `p${changed.parameters.length}`]
      : changed.parameters.slice(1);
}

function changeTest(project: MadeProject, random: Random, { module, name }: MadeSource): void {
  const test = project.sources.find((each) => each.isTest && each.module === module && each.name === name);
  if (!test) return;
  if (random.next() < 0.5) changeFunction(random, test);
  else insertAnywhere(random, test.functions, makeFunction(project, random));
}

function rename(project: MadeProject, random: Random, source: MadeSource): void {
  const name = `${source.name.replace(/\d+$/, '')}${random.between(2, 99)}`;
  if (source.isTest || project.sources.some((each) => each.module === source.module && each.name === name))
    return;
  source.name = name;
}

function followCouplings(project: MadeProject, random: Random, focus: readonly number[]): void {
  for (const { a, b, often } of project.couplings) {
    const other = focus.includes(a) ? b : focus.includes(b) ? a : undefined;
    const partner = project.sources.find(({ id }) => id === other);
    if (partner && random.next() < often) changeFunction(random, partner);
  }
}

/** New work gets a file of its own and a line where all are listed, or its line there is changed. */
function register(project: MadeProject, random: Random, { module }: MadeSource): void {
  const { language, lists, habits } = project;
  const list = lists.get(language.registry) ?? [];
  if (random.next() < 0.3) {
    const known = random.between(1, Math.max(1, list.length - 2));
    list[known] = `${(list[known] ?? '').trimEnd()} `;
    return;
  }
  const name = `part${random.between(100, 999)}`;
  if (project.sources.some((each) => each.module === module && each.name === name)) return;
  addSource(project, random, { module, name });
  const line = language.registered(module, name);
  const sorted = list.findIndex((each, at) => at > 0 && (each > line || each === 'end'));
  list.splice(habits.appendsToRegistry ? list.length - 1 : Math.max(1, sorted), 0, line);
}

function addLibrary(project: MadeProject, random: Random): void {
  const { language, lists, habits } = project;
  const name = `library-${random.between(0, 400)}`;
  const manifest = lists.get(language.manifest) ?? [];
  const lock = lists.get(language.lock) ?? [];
  if (lock.includes(`[${name}]`)) return;
  const row = `${name} = "1.0.${name.length}"`;
  const after = manifest.findIndex((each, at) => at > 0 && each > row);
  manifest.splice(after === -1 ? manifest.length : after, 0, row);
  const behind = lock.findIndex((each) => each.startsWith('[') && each > `[${name}]`);
  lock.splice(behind === -1 ? lock.length : behind, 0, ...lockLines(name));
  if (habits.hashesLock) lock[0] = `hash ${random.between(0, 999_999)}`;
}
