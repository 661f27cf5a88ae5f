import { numbered } from '../counted.ts';
import type { ParsedTasks } from './tasks-md/parse-tasks-md.ts';
import type { ParsedWps } from './parse-wps-yaml.ts';
import type { WorkPackageFile } from './frontmatter/work-package-file.ts';

/** Package id to the ids it depends on. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/** Where a package's dependencies come from. */
export type DependencySource = 'wps.yaml' | 'frontmatter' | 'tasks.md' | 'none';

/** One package of the graph, with what tasks.md alone would say. */
export interface GraphNode {
  readonly dependencies: readonly string[];
  readonly source: DependencySource;
  /** `null` where tasks.md has no section for the package. */
  readonly tasksMd: readonly string[] | null;
}

/** Two sources that both list dependencies and disagree (L§4.3). */
export interface DependencyConflict {
  readonly id: string;
  readonly frontmatter: readonly string[];
  readonly other: readonly string[];
  readonly otherSource: 'wps.yaml' | 'tasks.md';
}

/** The texts a graph is built from; each may be absent. */
export interface GraphSources {
  readonly wps: ParsedWps | undefined;
  readonly files: readonly WorkPackageFile[];
  readonly tasks: ParsedTasks | undefined;
}

/**
 * Takes each package's dependencies from the strongest source that has them: wps.yaml, then the
 * frontmatter key if it is present, even empty, then tasks.md (L§4.3). Packages are sorted by id.
 */
export function dependencyGraph({ wps, files, tasks }: GraphSources): ReadonlyMap<string, GraphNode> {
  const entries = new Map(wps?.packages.map(({ id, dependencies }) => [id, dependencies]));
  const frontmatters = new Map(files.map(({ id, frontmatter }) => [id, frontmatter.dependencies]));
  const ids = new Set([...entries.keys(), ...frontmatters.keys(), ...(tasks?.sections.keys() ?? [])]);
  return new Map(
    [...ids].toSorted().map((id) => {
      const tasksMd = tasks?.sections.get(id)?.dependencies ?? null;
      return [id, { ...strongest(entries.get(id), frontmatters.get(id), tasksMd), tasksMd }];
    }),
  );
}

function strongest(
  wps: readonly string[] | undefined,
  frontmatter: readonly string[] | undefined,
  tasksMd: readonly string[] | null,
): { readonly dependencies: readonly string[]; readonly source: DependencySource } {
  if (wps) return { dependencies: wps, source: 'wps.yaml' };
  if (frontmatter) return { dependencies: frontmatter, source: 'frontmatter' };
  if (tasksMd && tasksMd.length > 0) return { dependencies: tasksMd, source: 'tasks.md' };
  return { dependencies: [], source: 'none' };
}

/**
 * Lists the packages whose frontmatter and whose wps.yaml entry, or tasks.md where there is no
 * wps.yaml, both name dependencies and name different ones. An explicit `[]` conflicts with nothing.
 */
export function dependencyConflicts({ wps, files, tasks }: GraphSources): readonly DependencyConflict[] {
  const otherSource = wps ? 'wps.yaml' : 'tasks.md';
  const entries = new Map(wps?.packages.map((entry) => [entry.id, entry.dependencies]));
  return files.flatMap(({ id, frontmatter }) => {
    const other = (wps ? entries.get(id) : tasks?.sections.get(id)?.dependencies) ?? [];
    const own = frontmatter.dependencies ?? [];
    const same = own.every((one) => other.includes(one)) && other.every((one) => own.includes(one));
    return own.length === 0 || other.length === 0 || same
      ? []
      : [{ id, frontmatter: own, other, otherSource }];
  });
}

/** What is wrong with a graph; all three are empty for a sound one. */
export interface GraphProblems {
  /** Package id to ids that name no package. */
  readonly unknown: Readonly<Record<string, readonly string[]>>;
  readonly self: readonly string[];
  /** Each group of packages that wait for each other, once: a path from the smallest id back to it. */
  readonly cycles: readonly (readonly string[])[];
}

/** Checks a graph for unknown ids, packages that depend on themselves, and cycles. */
export function graphProblems(graph: Dependencies): GraphProblems {
  const unknown: Record<string, readonly string[]> = {};
  const self: string[] = [];
  for (const [id, dependencies] of graph) {
    const missing = dependencies.filter((dependency) => !graph.has(dependency));
    if (missing.length > 0) unknown[id] = missing;
    if (dependencies.includes(id)) self.push(id);
  }
  return { unknown, self, cycles: cycles(graph) };
}

function cycles(graph: Dependencies): string[][] {
  const listed = new Set<string>();
  const found: string[][] = [];
  for (const id of [...graph.keys()].toSorted()) {
    if (listed.has(id)) continue;
    const path = shortestPath(graph, id, id);
    if (!path || path.length < 3) continue;
    found.push(path);
    const around = transitiveDependencies(graph, id);
    for (const other of around) if (transitiveDependencies(graph, other).has(id)) listed.add(other);
  }
  return found;
}

function shortestPath(graph: Dependencies, from: string, to: string): string[] | undefined {
  const queue: string[][] = [[from]];
  const seen = new Set<string>();
  for (const path of queue) {
    for (const next of (graph.get(path.at(-1) ?? '') ?? []).toSorted()) {
      // A package that depends on itself is reported as such and is no cycle of its own.
      if (next === path.at(-1)) continue;
      if (next === to) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  return undefined;
}

/** Every package that must come before the given one; the package itself only if it is in a cycle. */
export function transitiveDependencies(graph: Dependencies, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(graph.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(graph.get(next) ?? []));
  }
  return found;
}

/** Tells whether one of two packages must wait for the other. */
export function areOrdered(graph: Dependencies, a: string, b: string): boolean {
  return transitiveDependencies(graph, a).has(b) || transitiveDependencies(graph, b).has(a);
}

/** The packages that name the given one as a dependency, sorted. */
export function dependents(graph: Dependencies, id: string): readonly string[] {
  return [...graph]
    .filter(([, dependencies]) => dependencies.includes(id))
    .map(([other]) => other)
    .toSorted();
}

/**
 * Sorts packages so that each comes after its dependencies, the smallest id first wherever there is a
 * choice. Unknown ids are ignored; packages in or behind a cycle come last, by id.
 */
export function topologicalOrder(graph: Dependencies): readonly string[] {
  const open = [...graph.keys()].toSorted();
  const done = new Set<string>();
  while (open.length > 0) {
    const ready = open.findIndex((id) =>
      (graph.get(id) ?? []).every((other) => done.has(other) || !graph.has(other)),
    );
    if (ready < 0) break;
    for (const id of open.splice(ready, 1)) done.add(id);
  }
  return [...done, ...open];
}

/** One problem of a graph, in words. */
export interface GraphIssue {
  readonly rule: 'dependency-unknown' | 'dependency-self' | 'dependency-cycle';
  /** The packages whose dependencies are the problem. */
  readonly ids: readonly string[];
  readonly message: string;
}

/** Words a graph's problems: unknown ids first, then packages that wait for themselves, then cycles. */
export function graphIssues({ unknown, self, cycles: loops }: GraphProblems): readonly GraphIssue[] {
  const issues: GraphIssue[] = Object.entries(unknown).map(([id, ids]) => {
    return {
      rule: 'dependency-unknown',
      ids: [id],
      message: `${id} depends on ${ids.join(', ')}, which ${numbered(ids, 'does', 'do')} not exist.`,
    };
  });
  for (const id of self)
    issues.push({ rule: 'dependency-self', ids: [id], message: `${id} depends on itself.` });
  for (const path of loops) {
    const message = `These packages wait for each other: ${path.join(' -> ')}.`;
    issues.push({ rule: 'dependency-cycle', ids: path.slice(0, -1), message });
  }
  return issues;
}
