import type { LogState } from '../status/reduce.ts';
import { dependencyGraph, type DependencySource } from './dependency-graph.ts';
import { parseTasksMd } from './tasks-md/parse-tasks-md.ts';
import { parseWpsYaml } from './parse-wps-yaml.ts';
import type { PlanningFinding } from './planning-finding.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { isJsonObject } from '../status/rows/json-value.ts';
import type { RawRow } from '@spec-kitty/protocol/status-row';
import {
  type ReadWorkPackage,
  type WorkPackageFile,
  workPackageIdOf,
} from './frontmatter/work-package-file.ts';

/** What planning says about one package; where it stands is the log's business. Plain data, so it can be cached. */
export interface WorkPackage {
  readonly id: string;
  readonly title: string;
  /** File name under `tasks/`. */
  readonly fileName: string;
  readonly dependencies: readonly string[];
  readonly dependencySource: DependencySource;
  readonly subtasks: readonly string[];
  readonly ownedFiles: readonly string[];
  /** What it needs for itself alone while it is worked on, by its tags `resource:<name>`. */
  readonly resources: readonly string[];
  readonly executionMode: string | null;
  readonly phase: string | null;
  readonly agent: string | null;
  readonly agentProfile: string | null;
  readonly role: string | null;
  readonly model: string | null;
  /** Why the file cannot be relied on; such a package is shown and never handed out. */
  readonly problem: PlanningFinding | null;
}

/** The planning texts of a mission that say something about its packages. */
export interface PackageTexts {
  /** Files of `tasks/` by name; those that belong to no package are ignored. */
  readonly files: ReadonlyMap<string, ReadWorkPackage>;
  readonly tasksMd: string | undefined;
  readonly wpsYaml: string | undefined;
}

/** Reads the packages of a mission in file-name order; an unreadable file is a package with a problem. */
export function readWorkPackages({ files, tasksMd, wpsYaml }: PackageTexts): readonly WorkPackage[] {
  const read = [...files]
    .filter(([name]) => workPackageIdOf(name) !== undefined)
    .map(([name, result]) => ({ name, result }));
  const good = read.flatMap(({ result }) => (result.ok ? [result.file] : []));
  const wps = wpsYaml === undefined ? undefined : parseWpsYaml(wpsYaml);
  const graph = dependencyGraph({
    wps,
    files: good,
    // Most packages answer for themselves, and the section parser is only worth its time where one does not.
    tasks:
      tasksMd === undefined ||
      (good.length === read.length && good.every((file) => file.frontmatter.dependencies))
        ? undefined
        : parseTasksMd(tasksMd),
  });
  const names = read.map(({ name }) => name);
  return read.map(({ name, result }) => {
    const id = workPackageIdOf(name) ?? name;
    const node = graph.get(id);
    return {
      id,
      fileName: name,
      dependencies: node?.dependencies ?? [],
      dependencySource: node?.source ?? 'none',
      problem: result.ok ? repeated(id, name, names) : result.problem,
      ...(result.ok ? described(result.file) : UNDESCRIBED(id)),
    };
  });
}

/** Two files that claim one id: nobody can say which of them the events are about. */
function repeated(id: string, name: string, names: readonly string[]): PlanningFinding | null {
  const same = names.filter((other) => workPackageIdOf(other) === id);
  if (same.length === 1) return null;
  const message = `${id} has more than one file: ${same.join(', ')}.`;
  return { file: `tasks/${name}`, line: undefined, rule: 'id-repeated', message };
}

/** Packages as the log alone knows them, for a mission whose files are on no branch: shown, and never handed out. */
export function packagesOfLog(
  state: LogState,
  { lifecycle }: Pick<LogRows, 'lifecycle'>,
): readonly WorkPackage[] {
  const titles = new Map(lifecycle.flatMap(createdTitle));
  return [...state.packages.keys()].toSorted().map((id) => ({
    id,
    fileName: `${id}.md`,
    dependencies: [],
    dependencySource: 'none',
    problem: null,
    ...UNDESCRIBED(id),
    title: titles.get(id) ?? id,
  }));
}

/** What finalizing called a package. */
function createdTitle({
  event_type: type,
  aggregate_id: id,
  payload,
}: RawRow): readonly (readonly [unknown, string])[] {
  const title = isJsonObject(payload) ? payload['wp_title'] : undefined;
  return type === 'WPCreated' && typeof title === 'string' ? [[id, title]] : [];
}

type Description = Omit<WorkPackage, 'id' | 'fileName' | 'dependencies' | 'dependencySource' | 'problem'>;

function described({ title, frontmatter }: WorkPackageFile): Description {
  const phase = frontmatter.values['phase'];
  return {
    title,
    subtasks: frontmatter.subtasks,
    ownedFiles: frontmatter.ownedFiles ?? [],
    resources: resourcesOf(frontmatter.tags),
    executionMode: frontmatter.executionMode ?? null,
    phase: typeof phase === 'string' || typeof phase === 'number' ? String(phase) : null,
    agent: frontmatter.agent ?? null,
    agentProfile: frontmatter.agentProfile ?? null,
    role: frontmatter.role ?? null,
    model: frontmatter.model ?? null,
  };
}

function resourcesOf(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => /^resource:(.+)$/i.exec(tag)?.[1]?.trim().toLowerCase() ?? []);
}

const UNDESCRIBED = (id: string): Description => ({
  title: id,
  subtasks: [],
  ownedFiles: [],
  resources: [],
  executionMode: null,
  phase: null,
  agent: null,
  agentProfile: null,
  role: null,
  model: null,
});
