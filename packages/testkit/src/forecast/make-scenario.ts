import { type Random, seededRandom } from '../faults/seeded-random.ts';
import { doWork, type Work } from './do-work.ts';
import { FastImport } from './fast-import.ts';
import { filesOf, type MadeProject, type MadeSource, makeProject, one, pathOf } from './made-project.ts';

/** A package of a made-up mission. */
export interface MadePackage {
  readonly id: string;
  readonly title: string;
  readonly ownedFiles: readonly string[];
  /** Branch with all of its work, begun at `main`. */
  readonly branch: string;
}

/** A made-up repository before a mission, and the work of the mission on branches. */
export interface Scenario {
  readonly language: string;
  readonly packages: readonly MadePackage[];
  /** For `git fast-import`. */
  readonly history: string;
}

/** Makes up a project with a history, and a mission whose packages are worked on beside each other. */
export function makeScenario(seed: string): Scenario {
  const random = seededRandom(seed);
  const stream = new FastImport();
  const project = makeProject(random);
  let files = filesOf(project);
  let mark = stream.commit('main', 'Begin', { before: new Map(), after: files, from: undefined });
  const note = (message: string, keep: (path: string) => boolean = () => true): void => {
    const now = filesOf(project);
    const after = new Map(
      [...new Set([...files.keys(), ...now.keys()])].flatMap((path) => {
        const text = (keep(path) ? now : files).get(path);
        return text === undefined ? [] : [[path, text] as const];
      }),
    );
    mark = stream.commit('main', message, { before: files, after, from: mark });
    files = after;
  };
  for (let left = random.between(40, 260); left > 0; left -= 1) {
    grow(project, random);
    const splits = random.next() < project.habits.splitsCommits;
    if (splits) note('Work', (path) => !project.lists.has(path));
    note('Work');
  }
  const planned = planMission(project, random);
  for (const { branch, work } of planned) {
    const copy = structuredCloneOf(project);
    doWork(copy, random, work);
    stream.commit(branch, work.title, { before: files, after: filesOf(copy), from: mark });
  }
  const packages = planned.map(({ id, title, ownedFiles, branch }) => ({ id, title, ownedFiles, branch }));
  return { language: project.language.name, packages, history: stream.toString() };
}

/** One step of the history: mostly work on one thing, at times many files at once. */
function grow(project: MadeProject, random: Random): void {
  const own = project.sources.filter(({ isTest }) => !isTest);
  const luck = random.next();
  if (luck < 0.03) {
    for (const source of project.sources)
      source.functions[0]?.body.splice(0, 1, `value = ${random.between(0, 9)}`);
    return;
  }
  const first = one(random, own);
  const beside = own.filter(({ module }) => module === first.module);
  const focus = [
    first.id,
    ...(luck < 0.3 ? [one(random, beside).id] : []),
    ...(luck > 0.93 ? [one(random, own).id] : []),
  ];
  doWork(project, random, {
    title: `Change ${first.name} of ${first.module}`,
    focus,
    size: random.between(1, 3),
    roams: true,
  });
}

interface Planned extends MadePackage {
  readonly work: Work;
}

/** Packages with what they are planned to change; some have parts in common. */
function planMission(project: MadeProject, random: Random): readonly Planned[] {
  const planned: Planned[] = [];
  // Some missions are kept to what is planned, by a gate or by a person.
  const isStrict = random.next() < 0.35;
  for (let at = random.between(4, 9); at > 0; at -= 1) {
    const id = `WP${String(planned.length + 1).padStart(2, '0')}`;
    const focus = chooseFocus(project, random, planned);
    const title = `Change ${focus.map(({ name }) => name).join(' and ')} of ${focus[0]?.module ?? ''}`;
    const work = {
      title,
      focus: focus.map((source) => source.id),
      size: random.between(1, 4),
      roams: !isStrict || random.next() < 0.2,
    };
    planned.push({ id, title, ownedFiles: ownedBy(project, random, focus), branch: `work-${id}`, work });
  }
  return planned;
}

function chooseFocus(
  project: MadeProject,
  random: Random,
  planned: readonly Planned[],
): readonly MadeSource[] {
  const own = project.sources.filter(({ isTest }) => !isTest);
  const luck = random.next();
  const earlier = planned.flatMap(({ work }) => own.filter(({ id }) => work.focus.includes(id)));
  const isShared = earlier.length > 0 && luck < 0.3;
  const first = isShared ? one(random, earlier) : one(random, own);
  const beside = own.filter(({ module }) => module === first.module);
  // With an earlier package it shares the file itself, or only its folder.
  const head = isShared && luck > 0.12 ? one(random, beside) : first;
  const more = Array.from({ length: random.between(0, 2) }, () =>
    one(random, random.next() < 0.85 ? beside : own),
  );
  return [...new Set([head, ...more])];
}

/** What a plan says that a package owns: more or less what it is about, in one of the ways people write it. */
function ownedBy(project: MadeProject, random: Random, focus: readonly MadeSource[]): readonly string[] {
  const luck = random.next();
  const folders = focus.map((source) => pathOf(project, source).replace(/\/[^/]+$/, ''));
  const paths = focus.map((source) => pathOf(project, source));
  const globs =
    luck < 0.35
      ? folders.map((folder) => `${folder}/**`)
      : luck < 0.5
        ? folders.map((folder) => `${folder}/*`)
        : paths;
  const tests = focus.map((source) => pathOf(project, { ...source, isTest: true }));
  const { registry, lock, manifest } = project.language;
  return [
    ...new Set([
      ...globs,
      ...(random.next() < 0.6 ? tests : []),
      ...(random.next() < 0.08 ? [registry] : []),
      ...(random.next() < 0.04 ? [manifest, lock] : []),
      ...(random.next() < 0.1 ? [`docs/${focus[0]?.module ?? ''}.md`] : []),
    ]),
  ];
}

function structuredCloneOf(project: MadeProject): MadeProject {
  const { language, ...rest } = project;
  return { language, ...structuredClone(rest) };
}
