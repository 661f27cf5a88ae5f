import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { topologicalOrder } from './dependency-graph.ts';
import { parseWorkPackageFile } from './frontmatter/work-package-file.ts';
import { missionGraph } from './mission-graph.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const absent = existsSync(corpus) ? '' : ' (skipped: the corpus is not beside the repository)';

function expected<T>(name: string): Record<string, T> {
  return JSON.parse(readFileSync(`${corpus}/expected/${name}.json`, 'utf8')) as Record<string, T>;
}

function graphOf(mission: string, { wps = true } = {}) {
  const root = `${corpus}/missions/${mission}`;
  const read = (file: string) =>
    existsSync(`${root}/${file}`) ? readFileSync(`${root}/${file}`, 'utf8') : undefined;
  const names = existsSync(`${root}/tasks`)
    ? readdirSync(`${root}/tasks`).filter((name) => name.startsWith('WP'))
    : [];
  return missionGraph({
    files: new Map(
      names.toSorted().map((name) => [name, parseWorkPackageFile(name, read(`tasks/${name}`) ?? '')]),
    ),
    tasksMd: read('tasks.md'),
    wpsYaml: wps ? read('wps.yaml') : undefined,
  });
}

test.skipIf(absent)(`tasks_md is what the predecessor parses, for every section${absent}`, () => {
  for (const [mission, sections] of Object.entries(
    expected<Record<string, readonly string[]>>('dependencies'),
  )) {
    const parsed = [...graphOf(mission).nodes].flatMap(([id, { tasksMd }]) =>
      tasksMd === null ? [] : [[id, tasksMd]],
    );
    expect(Object.fromEntries(parsed), mission).toEqual(sections);
  }
});

test.skipIf(absent)(`the graph of the frontmatter and its order are the predecessor's${absent}`, () => {
  type Wanted = {
    readonly graph: Record<string, readonly string[]>;
    readonly topological: readonly string[];
  };
  const missions = Object.entries(expected<Wanted>('graph'));
  expect(missions).toHaveLength(211);
  for (const [mission, wanted] of missions) {
    const nodes = [...graphOf(mission, { wps: false }).nodes].filter(([id]) => id in wanted.graph);
    // The expected graphs were made from frontmatter alone.
    const graph = new Map(
      nodes.map(([id, { source, dependencies }]) => [id, source === 'frontmatter' ? dependencies : []]),
    );
    expect(Object.fromEntries(graph), mission).toEqual(wanted.graph);
    expect(topologicalOrder(graph), mission).toEqual(wanted.topological);
  }
});

test('what tasks.md adds to a package that has an empty list already is a warning, unless wps.yaml decides', () => {
  const name = 'WP02-b.md';
  const sources = (yaml: string) => ({
    files: new Map([
      ['WP01-a.md', parseWorkPackageFile('WP01-a.md', '---\nwork_package_id: WP01\n---\n')],
      [name, parseWorkPackageFile(name, `---\nwork_package_id: WP02\n${yaml}---\n`)],
    ]),
    tasksMd: '## WP01\n\n## WP02\n\n**Dependencies**: WP01\n',
    wpsYaml: undefined,
  });
  expect(missionGraph(sources('dependencies: []\n')).warnings).toEqual([
    {
      file: 'tasks.md',
      line: 5,
      rule: 'dependency-hidden',
      message:
        'WP02 does not depend on WP01: tasks/WP02-b.md says "dependencies: []", which comes first; write them there or remove the key.',
    },
  ]);
  expect(missionGraph(sources('')).warnings).toEqual([]);
  const wpsYaml = 'work_packages:\n- {id: WP01, title: A}\n- {id: WP02, title: B, dependencies: []}\n';
  expect(
    missionGraph({ ...sources('dependencies: []\n'), wpsYaml }).warnings.map(({ rule }) => rule),
  ).not.toContain('dependency-hidden');
});
