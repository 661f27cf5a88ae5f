import type { PackageTexts } from '../mission/work-packages.ts';
import {
  dependencyConflicts,
  dependencyGraph,
  graphFindings,
  graphProblems,
  type GraphNode,
} from '../planning/dependency-graph.ts';
import { parseWorkPackageFile, workPackageIdOf } from '../planning/frontmatter/work-package-file.ts';
import { parseWpsYaml } from '../planning/parse-wps-yaml.ts';
import type { PlanningFinding } from '../planning/planning-finding.ts';
import { parseTasksMd } from '../planning/tasks-md/parse-tasks-md.ts';

/** A mission's dependencies as its planning files state them, and everything doubtful about them. */
export interface MissionGraph {
  /** Sorted by id; a package whose file cannot be read is there, with what tasks.md says. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly warnings: readonly PlanningFinding[];
}

/** Reads the graph from all three sources at once; nothing that is wrong with them stops it. */
export function missionGraph({ files, tasksMd, wpsYaml }: PackageTexts): MissionGraph {
  const read = [...files].flatMap(([name, text]) => {
    const id = workPackageIdOf(name);
    return id === undefined ? [] : [{ id, result: parseWorkPackageFile(name, text) }];
  });
  const good = read.flatMap(({ result }) => (result.ok ? [result.file] : []));
  const wps = wpsYaml === undefined ? undefined : parseWpsYaml(wpsYaml);
  const tasks = tasksMd === undefined ? undefined : parseTasksMd(tasksMd);
  const sources = { wps, files: good, tasks };
  const stated = dependencyGraph(sources);
  const silent = read.filter(({ id }) => !stated.has(id)).map(({ id }) => [id, SILENT] as const);
  const nodes = new Map([...stated, ...silent].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const dependencies = new Map([...nodes].map(([id, node]) => [id, node.dependencies]));
  return {
    nodes,
    warnings: [
      ...(wps?.problems ?? []),
      ...read.flatMap(({ result }) => (result.ok ? result.file.problems : [result.problem])),
      ...(tasks?.warnings ?? []),
      ...dependencyConflicts(sources).map(conflictFinding),
      ...repeatedFiles(read.map(({ id }) => id)),
      ...graphFindings(graphProblems(dependencies)),
    ],
  };
}

const SILENT: GraphNode = { dependencies: [], source: 'none', tasksMd: null };

function conflictFinding(conflict: ReturnType<typeof dependencyConflicts>[number]): PlanningFinding {
  const { id, frontmatter, other, otherSource } = conflict;
  const message = `${id} depends on ${frontmatter.join(', ')} by its frontmatter and on ${other.join(', ')} by ${otherSource}.`;
  return { file: otherSource, rule: 'dependency-conflict', message };
}

function repeatedFiles(ids: readonly string[]): readonly PlanningFinding[] {
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...repeated].map((id) => ({ file: 'tasks', rule: 'id-repeated', message: `${id} has more than one file.` }));
}
