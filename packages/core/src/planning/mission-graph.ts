import type { PackageTexts } from './work-packages.ts';
import {
  dependencyConflicts,
  dependencyGraph,
  graphIssues,
  graphProblems,
  type GraphNode,
  type GraphSources,
} from './dependency-graph.ts';
import { lineOfKey, workPackageIdOf } from './frontmatter/work-package-file.ts';
import { hiddenDependencies } from './hidden-dependencies.ts';
import { parseWpsYaml } from './parse-wps-yaml.ts';
import type { PlanningFinding } from './planning-finding.ts';
import { parseTasksMd } from './tasks-md/parse-tasks-md.ts';

/** A mission's dependencies as its planning files state them, and everything doubtful about them. */
export interface MissionGraph {
  /** Sorted by id; a package whose file cannot be read is there, with what the other files say. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly warnings: readonly PlanningFinding[];
}

/** Reads the graph from all three sources at once; nothing that is wrong with them stops it. */
export function missionGraph({ files, tasksMd, wpsYaml }: PackageTexts): MissionGraph {
  const read = [...files].flatMap(([name, result]) => {
    const id = workPackageIdOf(name);
    return id === undefined ? [] : [{ id, name, result }];
  });
  const sources: GraphSources = {
    wps: wpsYaml === undefined ? undefined : parseWpsYaml(wpsYaml),
    files: read.flatMap(({ result }) => (result.ok ? [result.file] : [])),
    tasks: tasksMd === undefined ? undefined : parseTasksMd(tasksMd),
  };
  const stated = dependencyGraph(sources);
  const silent = read.filter(({ id }) => !stated.has(id)).map(({ id }) => [id, SILENT] as const);
  const nodes = new Map([...stated, ...silent].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return {
    nodes,
    warnings: [
      ...(sources.wps?.problems ?? []),
      ...read.flatMap(({ result }) => (result.ok ? result.file.problems : [result.problem])),
      ...(sources.tasks?.warnings ?? []),
      ...repeatedFiles(read),
      ...conflictFindings(sources, nodes),
      ...hiddenDependencies(sources),
      ...problemFindings(sources, nodes),
    ],
  };
}

const SILENT: GraphNode = { dependencies: [], source: 'none', tasksMd: null };

type Nodes = MissionGraph['nodes'];

function repeatedFiles(
  files: readonly { readonly id: string; readonly name: string }[],
): readonly PlanningFinding[] {
  const repeated = new Set(files.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index));
  return [...repeated].map((id) => {
    const names = files.filter((file) => file.id === id).map(({ name }) => name);
    return {
      file: 'tasks',
      line: undefined,
      rule: 'id-repeated',
      message: `${id} has more than one file: ${names.join(', ')}.`,
    };
  });
}

function conflictFindings(sources: GraphSources, nodes: Nodes): readonly PlanningFinding[] {
  return dependencyConflicts(sources).map(({ id, frontmatter, other, otherSource }) => {
    const message = `${id} depends on ${frontmatter.join(', ')} by its frontmatter and on ${other.join(', ')} by ${otherSource}.`;
    return { ...placeOf(sources, nodes, id), rule: 'dependency-conflict', message };
  });
}

/** One finding for each unknown id, package that waits for itself, and cycle, at the first package concerned. */
function problemFindings(sources: GraphSources, nodes: Nodes): readonly PlanningFinding[] {
  const dependencies = new Map([...nodes].map(([id, node]) => [id, node.dependencies]));
  return graphIssues(graphProblems(dependencies)).map(({ ids, rule, message }) => {
    return { ...placeOf(sources, nodes, ids[0] ?? ''), rule, message };
  });
}

/** Where the dependencies that count for a package are written. */
function placeOf(
  { files, tasks }: GraphSources,
  nodes: Nodes,
  id: string,
): Pick<PlanningFinding, 'file' | 'line'> {
  const source = nodes.get(id)?.source;
  if (source === 'wps.yaml') return { file: 'wps.yaml', line: undefined };
  if (source === 'tasks.md') return { file: 'tasks.md', line: tasks?.sections.get(id)?.dependencyLine };
  const file = files.find((one) => one.id === id);
  return file
    ? { file: `tasks/${file.fileName}`, line: lineOfKey(file.text, 'dependencies') }
    : { file: 'tasks', line: undefined };
}
