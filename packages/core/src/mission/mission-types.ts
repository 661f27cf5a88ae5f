import { Fault } from '../fault.ts';
import { lackOf, planState, specState } from './substance.ts';
import type { MissionFiles } from '../ports/mission-store.ts';

/** One step of a kind of mission. */
export interface MissionStep {
  readonly id: string;
  /** What the step leaves behind in the mission's folder; `null` where the board or the log says that it is done. */
  readonly artifact: string | null;
  /** What to do, for whoever does it. */
  readonly task: string;
}

/** A kind of mission: which steps it has, and whether it is delivered by work packages. */
export interface MissionType {
  readonly id: string;
  readonly name: string;
  /** Without packages there is nothing to merge: acceptance ends the mission. Any mission may have them. */
  readonly needsPackages: boolean;
  readonly steps: readonly MissionStep[];
}

const SPECIFY = 'Say what is wanted and why, as requirements that somebody else could check.';
const ACCEPT = 'Check that what was asked for is there, and accept it.';

/**
 * The mission types of L§6.3 with what L§6.4 asks of each step. `next`, `check`, `accept` and the scaffolds read this
 * table, and nothing else knows a type by its name.
 */
export const MISSION_TYPES: readonly MissionType[] = [
  {
    id: 'software-dev',
    name: 'Software development',
    needsPackages: true,
    steps: [
      { id: 'specify', artifact: 'spec.md', task: SPECIFY },
      { id: 'plan', artifact: 'plan.md', task: 'Decide how it is built, and how that is proved.' },
      { id: 'tasks', artifact: null, task: 'Cut the plan into work packages and finalize them.' },
      { id: 'implement', artifact: null, task: 'Implement the packages, each in its worktree.' },
      { id: 'review', artifact: null, task: 'Have somebody else judge each package.' },
      { id: 'accept', artifact: null, task: ACCEPT },
    ],
  },
  {
    id: 'research',
    name: 'Research',
    needsPackages: false,
    steps: [
      {
        id: 'scoping',
        artifact: 'spec.md',
        task: 'Say which questions are to be answered, as functional requirements, and for whom.',
      },
      {
        id: 'methodology',
        artifact: 'plan.md',
        task: 'Decide where to look, what counts as evidence, and when it is enough.',
      },
      {
        id: 'gathering',
        artifact: 'source-register.csv',
        task: 'Register at least three sources, one a row: where it is, when it was read, what it says, how far it can be trusted.',
      },
      {
        id: 'synthesis',
        artifact: 'findings.md',
        task: 'Answer each question from the sources, naming them, and say what stays open.',
      },
      { id: 'output', artifact: 'report.md', task: 'Write the report for the people who asked.' },
      { id: 'accept', artifact: null, task: ACCEPT },
    ],
  },
  {
    id: 'documentation',
    name: 'Documentation',
    needsPackages: false,
    steps: [
      {
        id: 'discover',
        artifact: 'spec.md',
        task: 'Say who reads it and what they must be able to do afterwards, as functional requirements.',
      },
      {
        id: 'audit',
        artifact: 'gap-analysis.md',
        task: 'List what is there, what is wrong with it, and what is missing.',
      },
      {
        id: 'design',
        artifact: 'plan.md',
        task: 'Decide which pages there will be, of which kind, and how they hang together.',
      },
      {
        id: 'generate',
        artifact: 'docs/*.md',
        task: 'Write the pages: as drafts in docs/ of the mission, or, where they belong into the repository, cut the work into packages.',
      },
      {
        id: 'validate',
        artifact: 'audit-report.md',
        task: 'Follow the pages as a reader would, and report what did not work.',
      },
      {
        id: 'publish',
        artifact: 'release.md',
        task: 'Say where it was published, and what changed for readers.',
      },
      { id: 'accept', artifact: null, task: ACCEPT },
    ],
  },
  {
    id: 'plan',
    name: 'Plan',
    needsPackages: false,
    steps: [
      { id: 'specify', artifact: 'spec.md', task: SPECIFY },
      {
        id: 'research',
        artifact: 'research.md',
        task: 'Find out what the plan rests on, and name where it is from.',
      },
      {
        id: 'plan',
        artifact: 'plan.md',
        task: 'Decide what is to be done, in which order, and how it is known to be done.',
      },
      {
        id: 'review',
        artifact: null,
        task: 'Have somebody else read specification, research and plan, then accept the mission.',
      },
    ],
  },
];

/** What a mission whose `meta.json` names no type is taken for; the files on disk are the same (L§9.7). */
export const DEFAULT_TYPE = 'software-dev';

/** The table's row for a type as `meta.json` names it; `undefined` for one that this program does not know. */
export function missionType(id: string | undefined): MissionType | undefined {
  return MISSION_TYPES.find((type) => type.id === (id ?? DEFAULT_TYPE));
}

/** The same for a type that a person names. @throws Fault `UNKNOWN_MISSION_TYPE`. */
export function requireMissionType(id: string): MissionType {
  const type = missionType(id);
  if (type) return type;
  throw new Fault('usage', 'UNKNOWN_MISSION_TYPE', `There is no mission type "${id}".`, {
    hints: [`Choose one of: ${MISSION_TYPES.map((known) => known.id).join(', ')}.`],
  });
}

/** A step that is done by writing a document, and what that document still lacks. */
export interface DocumentStep {
  readonly id: string;
  readonly artifact: string;
  readonly lack: string | undefined;
}

/** Judges the documents of a mission by its type's table, in the order of the steps. */
export function documentSteps({ steps }: MissionType, files: MissionFiles): readonly DocumentStep[] {
  return steps.flatMap(({ id, artifact }) =>
    artifact === null ? [] : [{ id, artifact, lack: lackOfArtifact(artifact, files) }],
  );
}

const SOURCES = 3;

function lackOfArtifact(artifact: string, files: MissionFiles): string | undefined {
  if (artifact === 'spec.md') return lackOf('spec.md', specState(files.read(artifact)));
  if (artifact === 'plan.md') return lackOf('plan.md', planState(files.read(artifact)));
  const folder = /^(.*)\/\*\.md$/.exec(artifact)?.[1];
  if (folder !== undefined) {
    const pages = files.list(folder).filter((name) => name.endsWith('.md'));
    const written = pages.some((name) => planState(files.read(`${folder}/${name}`)) === 'substantive');
    return written ? undefined : `There is no page with text in ${folder}/ of the mission.`;
  }
  const text = files.read(artifact);
  if (text === undefined) return `There is no ${artifact}.`;
  if (!artifact.endsWith('.csv'))
    return planState(text) === 'substantive' ? undefined : `${artifact} is still a scaffold.`;
  const rows = text.split(/\r?\n/).filter((line) => line.replaceAll(/[\s,;"]/g, '') !== '').length - 1;
  return rows >= SOURCES ? undefined : `${artifact} has ${Math.max(rows, 0)} of at least ${SOURCES} sources.`;
}
