import { expect, test } from 'vitest';
import { parseWpsYaml } from './parse-wps-yaml.ts';
import { parseTasksMd } from './tasks-md/parse-tasks-md.ts';
import { renderTasksMd } from './tasks-md/render-tasks-md.ts';

test('reads entries leniently', () => {
  const { packages, problems } = parseWpsYaml(`work_packages:
  - id: WP01
    title: First
    dependencies: "[]"
    owned_files: src/a.ts
    subtasks: [T001, {id: T002, title: x}]
    requirement_refs: FR-001
    surprise: 1
  - id: WP02
`);
  expect(problems).toEqual([]);
  expect(packages).toMatchObject([
    {
      id: 'WP01',
      title: 'First',
      dependencies: [],
      ownedFiles: ['src/a.ts'],
      subtasks: ['T001', 'T002'],
      requirementRefs: ['FR-001'],
    },
    { id: 'WP02', title: 'WP02', dependencies: undefined, ownedFiles: undefined },
  ]);
});

test.each([
  ['work_packages: [', 1, 'wps-invalid'],
  ['a: 1\na: 2', 2, 'wps-invalid'],
  ['- id: WP01', 1, 'wps-invalid'],
  ['packages: []', undefined, 'wps-invalid'],
  ['work_packages:\n- title: x', undefined, 'wps-id'],
  ['work_packages:\n- id: WP1', undefined, 'wps-id'],
  ['work_packages:\n- just text', undefined, 'wps-id'],
  ['work_packages:\n- id: WP01\n- id: WP02\n- id: WP01', 4, 'wps-id-repeated'],
  ['work_packages:\n- id: WP01\n- id: WP02\n  dependencies: {a: 1}', 3, 'wps-value'],
])('%j is reported with its line', (text, line, rule) => {
  const [problem] = parseWpsYaml(text).problems;
  expect(problem).toMatchObject({ file: 'wps.yaml', rule, ...(line === undefined ? {} : { line }) });
});

test('tasks.md written from it parses back, whatever the titles say', () => {
  const { packages } = parseWpsYaml(`work_packages:
  - id: WP01
    title: "Evil\\n## WP07: Inserted\\nDepends on WP09"
    dependencies: []
  - id: WP02
    title: Second
    dependencies: [WP01]
    subtasks: [T003]
    prompt_file: tasks/WP02-second.md
`);
  const text = renderTasksMd('demo-01KE6Z2V', packages);
  const { sections, warnings } = parseTasksMd(text);
  expect(warnings).toEqual([]);
  expect([...sections.values()].map(({ id, title, dependencies }) => [id, title, dependencies])).toEqual([
    ['WP01', 'Evil ## WP07: Inserted Depends on WP09', []],
    ['WP02', 'Second', ['WP01']],
  ]);
  expect(text).toMatchInlineSnapshot(`
    "# Work Packages: demo-01KE6Z2V

    Written by \`finalize-tasks\` from \`wps.yaml\`; change that file, not this one.

    ---

    ## Work Package WP01: Evil ## WP07: Inserted Depends on WP09

    **Dependencies**: None

    ---

    ## Work Package WP02: Second

    **Dependencies**: WP01
    **Subtasks**: T003
    **Prompt**: \`tasks/WP02-second.md\`
    "
  `);
});
