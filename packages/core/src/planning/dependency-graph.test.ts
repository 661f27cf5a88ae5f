import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  areOrdered,
  dependencyConflicts,
  dependencyGraph,
  dependents,
  graphIssues,
  graphProblems,
  topologicalOrder,
  transitiveDependencies,
  type Dependencies,
} from './dependency-graph.ts';
import { parseWorkPackageFile, type WorkPackageFile } from './frontmatter/work-package-file.ts';
import { parseWpsYaml } from './parse-wps-yaml.ts';
import { parseTasksMd } from './tasks-md/parse-tasks-md.ts';

const graph = (edges: Record<string, string[]>): Dependencies => new Map(Object.entries(edges));

function wp(id: string, yaml: string): WorkPackageFile {
  const read = parseWorkPackageFile(`${id}-x.md`, `---\n${yaml}\n---\n`);
  if (!read.ok) throw new Error(read.problem.message);
  return read.file;
}

test('the strongest source that speaks wins, package by package', () => {
  const nodes = dependencyGraph({
    wps: parseWpsYaml('work_packages:\n- {id: WP01, dependencies: [WP02]}\n- {id: WP06}'),
    files: [
      wp('WP01', 'dependencies: [WP03]'),
      wp('WP02', 'dependencies: []'),
      wp('WP03', 'title: x'),
      wp('WP04', 'title: x'),
    ],
    tasks: parseTasksMd('## WP02\nDepends on WP01\n## WP03\nDepends on WP02\n## WP05\n'),
  });
  expect(Object.fromEntries(nodes)).toEqual({
    WP01: { dependencies: ['WP02'], source: 'wps.yaml', tasksMd: null },
    WP02: { dependencies: [], source: 'frontmatter', tasksMd: ['WP01'] },
    WP03: { dependencies: ['WP02'], source: 'tasks.md', tasksMd: ['WP02'] },
    WP04: { dependencies: [], source: 'none', tasksMd: null },
    WP05: { dependencies: [], source: 'none', tasksMd: [] },
    WP06: { dependencies: [], source: 'none', tasksMd: null },
  });
});

test('T4.4: explicit empty dependencies are kept and conflict with nothing', () => {
  const sources = {
    wps: undefined,
    files: [wp('WP01', 'dependencies: []'), wp('WP02', 'dependencies: [WP01]')],
    tasks: parseTasksMd('## WP01\nDepends on WP02\n## WP02\n'),
  };
  expect(dependencyGraph(sources).get('WP01')).toMatchObject({ dependencies: [], source: 'frontmatter' });
  expect(dependencyConflicts(sources)).toEqual([]);
});

test('two lists that differ conflict; the same ids in another order do not', () => {
  const files = [wp('WP03', 'dependencies: [WP01, WP02]')];
  const tasks = (line: string) => ({ wps: undefined, files, tasks: parseTasksMd(`## WP03\n${line}`) });
  expect(dependencyConflicts(tasks('Depends on WP02, WP01'))).toEqual([]);
  expect(dependencyConflicts(tasks('Depends on WP01'))).toMatchObject([
    { id: 'WP03', otherSource: 'tasks.md' },
  ]);
  const wps = parseWpsYaml('work_packages: [{id: WP03, dependencies: [WP01]}]');
  expect(dependencyConflicts({ ...tasks('Depends on WP04'), wps })).toEqual([
    { id: 'WP03', frontmatter: ['WP01', 'WP02'], other: ['WP01'], otherSource: 'wps.yaml' },
  ]);
});

test('lists unknown ids, packages that wait for themselves, and each cycle once', () => {
  const problems = graphProblems(
    graph({
      WP01: ['WP03'],
      WP02: ['WP01', 'WP99'],
      WP03: ['WP02', 'WP04'],
      WP04: ['WP04'],
      WP05: ['WP06'],
      WP06: ['WP05', 'WP01'],
      WP07: ['WP05'],
    }),
  );
  expect(problems).toEqual({
    unknown: { WP02: ['WP99'] },
    self: ['WP04'],
    cycles: [
      ['WP01', 'WP03', 'WP02', 'WP01'],
      ['WP05', 'WP06', 'WP05'],
    ],
  });
  expect(graphIssues(problems).map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    'dependency-unknown: WP02 depends on WP99, which does not exist.',
    'dependency-self: WP04 depends on itself.',
    'dependency-cycle: These packages wait for each other: WP01 -> WP03 -> WP02 -> WP01.',
    'dependency-cycle: These packages wait for each other: WP05 -> WP06 -> WP05.',
  ]);
});

test('orders by dependencies, the smallest id first; a cycle comes last', () => {
  expect(topologicalOrder(graph({ WP03: [], WP01: ['WP03'], WP02: [], WP04: ['WP99'] }))).toEqual([
    'WP02',
    'WP03',
    'WP01',
    'WP04',
  ]);
  expect(topologicalOrder(graph({ WP01: ['WP02'], WP02: ['WP01'], WP03: [], WP00: ['WP01'] }))).toEqual([
    'WP03',
    'WP00',
    'WP01',
    'WP02',
  ]);
});

test('answers who waits for whom', () => {
  const chain = graph({ WP01: [], WP02: ['WP01'], WP03: ['WP02'], WP04: ['WP01'] });
  expect(dependents(chain, 'WP01')).toEqual(['WP02', 'WP04']);
  expect([...transitiveDependencies(chain, 'WP03')].toSorted()).toEqual(['WP01', 'WP02']);
  expect(areOrdered(chain, 'WP01', 'WP03') && areOrdered(chain, 'WP03', 'WP01')).toBe(true);
  expect(areOrdered(chain, 'WP03', 'WP04')).toBe(false);
});

test('on any graph the order is a permutation, and correct exactly where there is no cycle', () => {
  const ids = ['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06'];
  const edges = fc.record(
    Object.fromEntries(ids.map((id) => [id, fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 })])),
  );
  fc.assert(
    fc.property(edges, (record) => {
      const any = graph(record);
      const order = topologicalOrder(any);
      const { cycles, self } = graphProblems(any);
      expect(order.toSorted()).toEqual(ids);
      const isSorted = ids.every((id) =>
        (record[id] ?? []).every((other) => order.indexOf(other) < order.indexOf(id)),
      );
      expect(isSorted).toBe(cycles.length + self.length === 0);
      for (const path of cycles) {
        expect(path.at(0)).toBe(path.at(-1));
        for (const [index, id] of path.slice(0, -1).entries()) expect(record[id]).toContain(path[index + 1]);
      }
      const listed = cycles.flatMap((path) => path.slice(0, 1));
      expect(new Set(listed).size).toBe(listed.length);
    }),
  );
});
