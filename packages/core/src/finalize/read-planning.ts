import type { Lane } from '@spec-kitty/protocol/lane';
import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { readLanes } from '../execution-lanes/read-lanes.ts';
import { dependencyGraph, type GraphNode } from '../planning/dependency-graph.ts';
import {
  lineOfKey,
  parseWorkPackageFile,
  workPackageIdOf,
  type WorkPackageFile,
} from '../planning/frontmatter/work-package-file.ts';
import { parseWpsYaml, type ParsedWps } from '../planning/parse-wps-yaml.ts';
import type { PlanningFinding } from '../planning/planning-finding.ts';
import { requirementRefs } from '../planning/requirements.ts';
import { parseTasksMd, type ParsedTasks } from '../planning/tasks-md/parse-tasks-md.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';

/** What the event log says about a package that has lane events. */
export interface PackageProgress {
  readonly lane: Lane;
  /** Whether the package was ever claimed: there may be commits on its lane. */
  readonly started: boolean;
  /** Execution lane that its last claim names. */
  readonly laneId?: string | undefined;
}

/** Everything that finalizing a mission rests on. */
export interface FinalizationInput {
  /** Directory name under `kitty-specs/`. */
  readonly mission: string;
  readonly meta: MissionMeta;
  readonly targetBranch: string;
  readonly spec: string | undefined;
  readonly plan: string | undefined;
  readonly tasksMd: string | undefined;
  readonly wpsYaml: string | undefined;
  /** `lanes.json` of an earlier run, as text. */
  readonly lanesJson: string | undefined;
  /** Files of `tasks/`; names that belong to no package are passed over. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Packages with lane events; all others are to be seeded. */
  readonly progress: ReadonlyMap<string, PackageProgress>;
  /** Paths that Git tracks, relative to the repository. */
  readonly trackedFiles: readonly string[];
  /** ISO time for a lanes.json that changes. */
  readonly computedAt: string;
}

/** A mission's planning files, parsed. */
export interface Planning {
  readonly files: readonly WorkPackageFile[];
  /** Packages whose file cannot be read at all: nothing is known of them but that they are there. */
  readonly unread: readonly string[];
  readonly tasks: ParsedTasks | undefined;
  readonly wps: ParsedWps | undefined;
  readonly previousLanes: LanesManifest | undefined;
  readonly graph: ReadonlyMap<string, GraphNode>;
  /** Package id to the requirements it names, in wps.yaml or in its frontmatter. */
  readonly refs: ReadonlyMap<string, readonly string[]>;
  /** `SC-` references, which count for nothing. */
  readonly droppedRefs: readonly PlanningFinding[];
}

/** Parses every planning file that can be read, in byte order of names, and says of the others why not. */
export function readPlanning(input: FinalizationInput): {
  readonly planning: Planning;
  readonly refusals: readonly FinalizationRefusal[];
} {
  const read = input.files
    .filter(({ name }) => workPackageIdOf(name) !== undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, text }) => ({ name, result: parseWorkPackageFile(name, text) }));
  const files = read.flatMap(({ result }) => (result.ok ? [result.file] : []));
  const problems = read.flatMap(({ result }) => (result.ok ? result.file.problems : [result.problem]));
  const wps = input.wpsYaml === undefined ? undefined : parseWpsYaml(input.wpsYaml);
  const tasks = input.tasksMd === undefined || wps ? undefined : parseTasksMd(input.tasksMd);
  const lanes = readPreviousLanes(input.lanesJson);
  const refusals = [...fileRefusals(files, problems), wpsRefusal(wps), lanes.refusal];

  const named = files.map((file) => {
    const entry = wps?.packages.find(({ id }) => id === file.id);
    return [
      file.id,
      requirementRefs([...(entry?.requirementRefs ?? []), ...file.frontmatter.requirementRefs]),
    ] as const;
  });
  const planning: Planning = {
    files,
    unread: read.flatMap(({ name, result }) => (result.ok ? [] : (workPackageIdOf(name) ?? []))),
    tasks,
    wps,
    previousLanes: lanes.manifest,
    graph: dependencyGraph({ wps, files, tasks }),
    refs: new Map(named.map(([id, { refs }]) => [id, refs])),
    droppedRefs: named.flatMap(([id, { dropped }]) =>
      dropped.map((name) => ({
        ...keyPlace(files, id, 'requirement_refs'),
        rule: 'requirement-ref-dropped',
        message: `${id}: ${name} names no requirement and is passed over.`,
      })),
    ),
  };
  return { planning, refusals: refusals.filter((refused) => refused !== undefined) };
}

/** Where a package's frontmatter key is written; the file as a whole where it is not. */
export function place({ files }: Planning, id: string, key: string): FilePlace {
  return keyPlace(files, id, key);
}

function keyPlace(files: readonly WorkPackageFile[], id: string, key: string): FilePlace {
  const file = files.find((one) => one.id === id);
  return { file: `tasks/${file?.fileName ?? ''}`, line: file && lineOfKey(file.text, key) };
}

/** Where the dependencies that count for a package are written. */
export function dependenciesPlace(planning: Planning, id: string): FilePlace {
  const source = planning.graph.get(id)?.source;
  if (source === 'wps.yaml') return { file: 'wps.yaml', line: undefined };
  if (source !== 'tasks.md') return place(planning, id, 'dependencies');
  return { file: 'tasks.md', line: planning.tasks?.sections.get(id)?.dependencyLine };
}

type FilePlace = Pick<PlanningFinding, 'file' | 'line'>;

function fileRefusals(
  files: readonly WorkPackageFile[],
  problems: readonly PlanningFinding[],
): readonly FinalizationRefusal[] {
  return [
    problems.length > 0
      ? refusal('WP_FILE_INVALID', "A work package's file cannot be used.", problems)
      : files.length === 0
        ? refusal('NO_WORK_PACKAGES', 'There are no work packages in tasks/ (WPnn-slug.md).')
        : undefined,
    repeatedRefusal(files),
  ].filter((refused) => refused !== undefined);
}

function repeatedRefusal(files: readonly WorkPackageFile[]): FinalizationRefusal | undefined {
  const shared = files.filter(({ id }, index) => files.some((other, at) => at !== index && other.id === id));
  if (shared.length === 0) return undefined;
  const findings = shared.map(({ id, fileName }): PlanningFinding => {
    const message = `${id} has more than one file.`;
    return { file: `tasks/${fileName}`, line: undefined, rule: 'id-repeated', message };
  });
  const ids = [...new Set(shared.map(({ id }) => id))];
  const what = `Keep one of ${shared.map(({ fileName }) => fileName).join(', ')}.`;
  return refusal('WP_DUPLICATE', what, findings, { duplicate_work_packages: ids });
}

function wpsRefusal(wps: ParsedWps | undefined): FinalizationRefusal | undefined {
  const problems = wps?.problems ?? [];
  return problems.length > 0 ? refusal('WPS_YAML_INVALID', 'wps.yaml cannot be used.', problems) : undefined;
}

function readPreviousLanes(text: string | undefined): {
  readonly manifest?: LanesManifest;
  readonly refusal?: FinalizationRefusal;
} {
  if (text === undefined) return {};
  const read = readLanes(text);
  if (read.ok) return { manifest: read.manifest };
  const findings: PlanningFinding[] = [
    { file: 'lanes.json', line: read.place?.line, rule: 'lanes-invalid', message: read.message },
  ];
  return { refusal: refusal('LANES_CORRUPT', 'Restore lanes.json from Git.', findings) };
}
