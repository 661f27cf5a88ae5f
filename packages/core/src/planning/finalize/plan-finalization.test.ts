import { expect, test } from 'vitest';
import { planFinalization, type FinalizationPlan } from './plan-finalization.ts';
import type { FinalizationInput } from './read-planning.ts';
import type { FinalizationRefusal } from './finalization-refusal.ts';

const wpFile = (id: string, yaml: string, body = '# Work\n') => ({
  name: `${id}-x.md`,
  text: `---\nwork_package_id: ${id}\ntitle: ${id} title\n${yaml}---\n${body}`,
});
const owning = (glob: string, more = '') => `owned_files:\n- ${glob}\nrequirement_refs: [FR-001]\n${more}`;

/** A sound mission of two packages, the second after the first. */
const SOUND: FinalizationInput = {
  mission: 'demo-01KE6Z2V',
  meta: { mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C' },
  targetBranch: 'main',
  spec: '- **FR-001**: It works.\n- C-001: Small.\n',
  tasksMd: '## WP01: One\n\n**Dependencies**: None\n\n## WP02: Two\n\n**Dependencies**: WP01\n',
  wpsYaml: undefined,
  lanesJson: undefined,
  files: [wpFile('WP02', owning('src/b/**')), wpFile('WP01', owning('src/a/**'))],
  progress: new Map(),
  trackedFiles: ['src/a/one.ts', 'src/b/two.ts', 'README.md'],
  computedAt: '2030-01-01T00:00:00.000000+00:00',
};

function plan(input: Partial<FinalizationInput> = {}): FinalizationPlan {
  const outcome = planFinalization({ ...SOUND, ...input });
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return outcome.plan;
}

function refused(input: Partial<FinalizationInput>): FinalizationRefusal {
  const outcome = planFinalization({ ...SOUND, ...input });
  if (outcome.ok) throw new Error('planned');
  return outcome.refusal;
}

const editOf = (edits: FinalizationPlan['edits'], path: string) =>
  edits.find((edit) => edit.path === path)?.text;

/** The input as it is after a plan was applied. */
function applied(input: FinalizationInput, { edits, seeds }: FinalizationPlan): FinalizationInput {
  return {
    ...input,
    tasksMd: editOf(edits, 'tasks.md') ?? input.tasksMd,
    lanesJson: editOf(edits, 'lanes.json') ?? input.lanesJson,
    files: input.files.map(({ name, text }) => ({ name, text: editOf(edits, `tasks/${name}`) ?? text })),
    progress: new Map([
      ...input.progress,
      ...seeds.map((id) => [id, { lane: 'planned', started: false }] as const),
    ]),
    computedAt: '2031-01-01T00:00:00.000000+00:00',
  };
}

test('a sound mission gets frontmatter, lanes and seeds, in order of ids', () => {
  const result = plan();
  expect(result).toMatchObject({
    seeds: ['WP01', 'WP02'],
    modified: ['WP01', 'WP02'],
    unchanged: [],
    preserved: [],
    coverage: { totalFunctional: 1, mappedFunctional: 1 },
    ownershipWarnings: [],
    extractionWarnings: [],
    findings: [],
  });
  expect(result.edits.map(({ path }) => path)).toEqual(['tasks/WP01-x.md', 'tasks/WP02-x.md', 'lanes.json']);
  expect(editOf(result.edits, 'tasks/WP02-x.md')).toMatchInlineSnapshot(`
    "---
    work_package_id: WP02
    title: WP02 title
    owned_files:
    - src/b/**
    requirement_refs: [FR-001]
    dependencies:
    - WP01
    planning_base_branch: main
    merge_target_branch: main
    branch_strategy: This package is planned on main and its finished work is merged into main, whatever its own branch starts from.
    execution_mode: code_change
    authoritative_surface: src/b/
    ---
    # Work
    "
  `);
  expect(editOf(result.edits, 'lanes.json')).toMatchInlineSnapshot(`
    "{
      "version": 1,
      "mission_slug": "demo-01KE6Z2V",
      "mission_id": "01KE6Z2V3M8Q4T5X6Y7Z8A9B0C",
      "mission_branch": "kitty/mission-demo-01KE6Z2V",
      "target_branch": "main",
      "lanes": [
        {
          "lane_id": "lane-a",
          "wp_ids": [
            "WP01"
          ],
          "write_scope": [
            "src/a/**"
          ],
          "predicted_surfaces": [],
          "depends_on_lanes": [],
          "parallel_group": 0
        },
        {
          "lane_id": "lane-b",
          "wp_ids": [
            "WP02"
          ],
          "write_scope": [
            "src/b/**"
          ],
          "predicted_surfaces": [],
          "depends_on_lanes": [
            "lane-a"
          ],
          "parallel_group": 1
        }
      ],
      "computed_at": "2030-01-01T00:00:00.000000+00:00",
      "computed_from": "dependency_graph+ownership",
      "planning_artifact_wps": []
    }
    "
  `);
});

test('planning again after applying the plan changes nothing', () => {
  const first = plan();
  const again = plan(applied(SOUND, first));
  expect(again).toMatchObject({ edits: [], seeds: [], modified: [], unchanged: ['WP01', 'WP02'] });
  expect(again.lanes).toEqual(first.lanes);
});

test('the order in which files are listed does not matter, nor do files of other kinds', () => {
  const files = [
    ...SOUND.files.toReversed(),
    { name: 'README.md', text: '' },
    { name: 'WP01-x.md.orig', text: '' },
  ];
  expect(plan({ files })).toEqual(plan());
});

test('T4.4: explicit empty dependencies are kept, without a conflict', () => {
  const files = [
    wpFile('WP01', owning('src/a/**')),
    wpFile('WP02', owning('src/b/**', 'dependencies: []\n')),
  ];
  const result = plan({ files });
  expect(result.packages[1]).toMatchObject({ id: 'WP02', dependencies: [] });
  expect(editOf(result.edits, 'tasks/WP02-x.md')).toContain('dependencies: []\n');
});

test('frontmatter dependencies are preserved where tasks.md names none', () => {
  const files = [
    wpFile('WP01', owning('src/a/**')),
    wpFile('WP02', owning('src/b/**', 'dependencies: [WP01]\n')),
  ];
  const result = plan({ files, tasksMd: '## WP01\n## WP02\n' });
  expect(result).toMatchObject({
    preserved: ['WP02'],
    modified: ['WP01'],
    lanes: { lanes: [{}, { depends_on_lanes: ['lane-a'] }] },
  });
});

test('without tasks.md and wps.yaml the files speak for themselves', () => {
  expect(plan({ tasksMd: undefined }).packages.map(({ dependencies }) => dependencies)).toEqual([[], []]);
});

test('wps.yaml is the source: it fills the files and writes tasks.md', () => {
  const wpsYaml = `work_packages:
- {id: WP01, title: Base, dependencies: [], owned_files: [src/base/**], create_intent: [src/base/a.ts], requirement_refs: [FR-001, C-001], subtasks: [T001]}
- {id: WP02, title: Top, dependencies: [WP01]}
`;
  const result = plan({ wpsYaml, tasksMd: 'old text with\n## WP09\n' });
  expect(result.edits.map(({ path }) => path)).toEqual([
    'tasks.md',
    'tasks/WP01-x.md',
    'tasks/WP02-x.md',
    'lanes.json',
  ]);
  expect(result.packages).toMatchObject([
    {
      title: 'Base',
      changes: {
        owned_files: ['src/base/**'],
        create_intent: ['src/base/a.ts'],
        requirement_refs: ['FR-001', 'C-001'],
        subtasks: ['T001'],
        authoritative_surface: 'src/base/',
      },
    },
    { title: 'Top', dependencies: ['WP01'], requirementRefs: ['FR-001'] },
  ]);
  const before = { ...SOUND, wpsYaml };
  expect(plan(applied(before, plan(before))).edits).toEqual([]);
});

test('ownership that nobody declared is taken from the text, with a warning', () => {
  const body =
    'Change `src/a/one.ts` and add src/a/new.ts; see kitty-specs/x/plan.md, https://example.org/src/a/b.ts and and/or.\n';
  const files = [wpFile('WP01', 'requirement_refs: [FR-001]\n', body), wpFile('WP02', owning('src/b/**'))];
  const result = plan({ files });
  expect(result.packages[0]?.changes).toMatchObject({
    execution_mode: 'code_change',
    owned_files: ['src/a/new.ts', 'src/a/one.ts'],
    create_intent: ['src/a/new.ts'],
    authoritative_surface: 'src/a/',
  });
  expect(result.ownershipWarnings).toEqual([
    'WP01: owned_files was taken from the text: src/a/new.ts, src/a/one.ts.',
  ]);
});

test('a package that only names planning paths is planning work and owns what is not under kitty-specs/', () => {
  const files = [
    wpFile('WP01', 'requirement_refs: [FR-001]\n', 'Write docs/guide/ from kitty-specs/demo/spec.md.'),
    wpFile('WP02', owning('src/b/**')),
  ];
  const { lanes } = plan({ files, trackedFiles: [...SOUND.trackedFiles, 'docs/guide/a.md'] });
  expect(lanes.planning_artifact_wps).toEqual(['WP01']);
  expect(lanes.lanes[0]).toMatchObject({ lane_id: 'lane-planning', write_scope: ['docs/guide/**'] });
});

test('a mission whose spec declares nothing needs no references', () => {
  const files = [wpFile('WP01', 'owned_files: [src/a/**]\n'), wpFile('WP02', 'owned_files: [src/b/**]\n')];
  expect(plan({ files, spec: '# Small\n' }).coverage).toMatchObject({ totalFunctional: 0 });
  expect(plan({ files, spec: undefined }).seeds).toEqual(['WP01', 'WP02']);
});

test('SC references are passed over with a warning, and a glob that matches nothing is one', () => {
  const files = [
    wpFile('WP01', 'owned_files: [src/a/**, gone/**]\nrequirement_refs: [FR-001, SC-002]\n'),
    wpFile('WP02', owning('src/b/**')),
  ];
  const result = plan({ files });
  expect(result.extractionWarnings).toEqual(['WP01: SC-002 names no requirement and is passed over.']);
  expect(result.ownershipWarnings).toEqual(['WP01: the glob gone/** matches no file in the repository.']);
  expect(editOf(result.edits, 'tasks/WP01-x.md')).toContain('requirement_refs: [FR-001, SC-002]\n');
});

test('near misses in tasks.md come with the plan', () => {
  expect(plan({ tasksMd: '## WP01\n## WP02\n**Depends on**: WP01\n' }).findings).toMatchObject([
    { file: 'tasks.md', line: 3, rule: 'dependency-label' },
  ]);
});

test('a branch recorded earlier and a planning commit are kept', () => {
  const lanesJson = editOf(plan().edits, 'lanes.json') ?? '';
  const recorded = JSON.stringify({
    ...JSON.parse(lanesJson),
    mission_branch: 'pr/by-hand',
    planning_commit_sha: 'abc',
  });
  const files = [...SOUND.files, wpFile('WP03', owning('src/c/**'))];
  const { lanes } = plan({ lanesJson: recorded, files, tasksMd: `${SOUND.tasksMd}## WP03\n` });
  expect(lanes).toMatchObject({
    mission_branch: 'pr/by-hand',
    planning_commit_sha: 'abc',
    computed_at: SOUND.computedAt,
  });
  expect(Object.keys(lanes).slice(-2)).toEqual(['planning_artifact_wps', 'planning_commit_sha']);
});

test('started packages keep their lanes when files come to overlap', () => {
  const before = applied(SOUND, plan());
  const progress = new Map([
    ['WP01', { lane: 'in_progress', started: true }],
    ['WP02', { lane: 'planned', started: true }],
  ] as const);
  const files = [wpFile('WP01', owning('src/**')), wpFile('WP02', owning('src/b/**'))];
  const { lanes } = plan({ ...before, files, progress });
  expect(lanes.lanes.map(({ lane_id, wp_ids }) => [lane_id, wp_ids])).toEqual([
    ['lane-a', ['WP01']],
    ['lane-b', ['WP02']],
  ]);
  const planning = [
    wpFile('WP01', owning('src/a/**', 'execution_mode: planning_artifact\n')),
    wpFile('WP02', owning('src/b/**')),
  ];
  expect(refused({ ...before, files: planning, progress })).toMatchObject({
    code: 'STARTED_WORK_WOULD_MOVE',
    details: { stranded: [{ id: 'WP01', lane: 'lane-a' }] },
  });
});

test('finished packages own nothing any more', () => {
  const files = [
    wpFile('WP01', owning('src/gone.ts')),
    wpFile('WP02', owning('src/gone.ts', 'dependencies: []\n')),
  ];
  const progress = new Map([['WP01', { lane: 'done', started: true }]] as const);
  const input = { files, trackedFiles: ['src/gone.ts'] };
  expect(refused(input).code).toBe('OWNERSHIP_INVALID');
  expect(plan({ ...input, progress }).seeds).toEqual(['WP02']);
});

const one = (yaml: string, body?: string) => ({ files: [wpFile('WP01', yaml, body)], tasksMd: '## WP01\n' });

test.each<[string, Partial<FinalizationInput>, string, object]>([
  ['no packages', { files: [] }, 'NO_WORK_PACKAGES', {}],
  [
    'broken YAML',
    { files: [{ name: 'WP01-x.md', text: '---\na: [\n---\n' }] },
    'WORK_PACKAGE_FILE_INVALID',
    { findings: [{ file: 'tasks/WP01-x.md', line: 2 }] },
  ],
  [
    'a value that is no list',
    one('owned_files: {a: b}\n'),
    'WORK_PACKAGE_FILE_INVALID',
    { findings: [{ line: 4, rule: 'frontmatter-value' }] },
  ],
  [
    'an id that is not the file name',
    { files: [{ name: 'WP02-x.md', text: SOUND.files[1]?.text ?? '' }] },
    'WORK_PACKAGE_FILE_INVALID',
    { findings: [{ line: 2, rule: 'id-mismatch' }] },
  ],
  [
    'two files with one id',
    { files: [...SOUND.files, { name: 'WP01-y.md', text: SOUND.files[1]?.text ?? '' }] },
    'WORK_PACKAGE_ID_REPEATED',
    {
      details: { duplicate_work_packages: ['WP01'] },
      findings: [{ file: 'tasks/WP01-x.md' }, { file: 'tasks/WP01-y.md' }],
    },
  ],
  [
    'a broken wps.yaml',
    { wpsYaml: 'work_packages: 1' },
    'WPS_YAML_INVALID',
    { findings: [{ file: 'wps.yaml' }] },
  ],
  ['a broken lanes.json', { lanesJson: '{' }, 'LANES_JSON_INVALID', { findings: [{ file: 'lanes.json' }] }],
  [
    'sections and files that differ',
    { tasksMd: '## WP01\n\n## WP03\n' },
    'WP_SECTIONS_MISMATCH',
    {
      details: { missing_wp_sections: ['WP02'], extra_wp_sections: ['WP03'] },
      findings: [{ file: 'tasks/WP02-x.md' }, { file: 'tasks.md', line: 3 }],
    },
  ],
  [
    'tasks.md without any section',
    { tasksMd: 'Prose.\n' },
    'WP_SECTIONS_MISMATCH',
    { details: { missing_wp_sections: ['WP01', 'WP02'], extra_wp_sections: [] } },
  ],
  [
    'wps.yaml without an entry for a file',
    { wpsYaml: 'work_packages: [{id: WP01}]' },
    'WP_SECTIONS_MISMATCH',
    { details: { missing_wp_sections: ['WP02'] } },
  ],
  [
    'an unknown dependency',
    { tasksMd: '## WP01\n## WP02\nDepends on WP09\n' },
    'DEPENDENCY_UNKNOWN',
    { details: { unknown_dependencies: { WP02: ['WP09'] } }, findings: [{ file: 'tasks.md', line: 3 }] },
  ],
  [
    'a dependency on itself',
    one(owning('src/a/**', 'dependencies: [WP01]\n')),
    'DEPENDENCY_SELF',
    { findings: [{ file: 'tasks/WP01-x.md', line: 7 }] },
  ],
  [
    'a cycle',
    { tasksMd: '## WP01\nDepends on WP02\n## WP02\nDepends on WP01\n' },
    'DEPENDENCY_CYCLE',
    { details: { cycles: [['WP01', 'WP02', 'WP01']] }, findings: [{ line: 2 }, { line: 4 }] },
  ],
  [
    'requirements that do not match',
    { ...one('requirement_refs: [FR-009]\nowned_files: [src/a/**]\n'), spec: '- FR-001\n' },
    'REQUIREMENT_MAPPING_INVALID',
    {
      details: {
        missing_requirement_refs_wps: [],
        unknown_requirement_refs: { WP01: ['FR-009'] },
        unmapped_functional_requirements: ['FR-001'],
        bare_prose_requirement_ids: [],
        dependencies_parsed: { WP01: [] },
        requirement_refs_parsed: { WP01: ['FR-009'] },
      },
      findings: [{ line: 4 }],
    },
  ],
  [
    'a package without references',
    one('owned_files: [src/a/**]\n'),
    'REQUIREMENT_MAPPING_INVALID',
    { details: { missing_requirement_refs_wps: ['WP01'] } },
  ],
  [
    'requirements in prose only',
    { ...one('owned_files: [src/a/**]\n'), spec: 'FR-001 must hold.' },
    'REQUIREMENT_MAPPING_INVALID',
    { details: { bare_prose_requirement_ids: ['FR-001'] } },
  ],
  [
    'two lists of dependencies',
    {
      ...SOUND,
      files: [
        ...SOUND.files.slice(1),
        wpFile('WP02', owning('src/b/**', 'dependencies: [WP03]\n')),
        wpFile('WP03', owning('README.md')),
      ],
      tasksMd: `${SOUND.tasksMd}## WP03\n`,
    },
    'DEPENDENCY_CONFLICTS',
    {
      details: { dependency_conflicts: ['WP02: frontmatter has [WP03], tasks.md has [WP01].'] },
      findings: [{ file: 'tasks/WP02-x.md', line: 7 }],
    },
  ],
  [
    'a path that leaves the repository',
    one(owning('../other/**')),
    'PATH_OUTSIDE_REPOSITORY',
    {
      details: { invalid_paths: [{ wp_id: 'WP01', key: 'owned_files', path: '../other/**' }] },
      findings: [{ line: 4 }],
    },
  ],
  [
    'an absolute create_intent',
    one(owning('src/a/**', 'create_intent: /etc/passwd\n')),
    'PATH_OUTSIDE_REPOSITORY',
    { details: { invalid_paths: [{ key: 'create_intent' }] } },
  ],
  [
    'a surface outside',
    one(owning('src/a/**', 'authoritative_surface: ~/x\n')),
    'PATH_OUTSIDE_REPOSITORY',
    { details: { invalid_paths: [{ key: 'authoritative_surface' }] } },
  ],
  [
    'a prompt file outside the mission',
    { ...one(owning('src/a/**')), wpsYaml: 'work_packages: [{id: WP01, prompt_file: ../../.git/config}]' },
    'PATH_OUTSIDE_REPOSITORY',
    { details: { invalid_paths: [{ key: 'prompt_file' }] }, findings: [{ file: 'wps.yaml' }] },
  ],
  [
    'owned files under kitty-specs/',
    one(owning('./kitty-specs/x/**')),
    'INVALID_WP_OWNED_FILES_KITTY_SPECS',
    { details: { invalid_owned_files: [{ wp_id: 'WP01', path: './kitty-specs/x/**' }] } },
  ],
  [
    'code that owns nothing',
    one('requirement_refs: [FR-001]\nowned_files: []\n'),
    'OWNERSHIP_MISSING',
    { details: { missing_owned_files_wps: ['WP01'] }, findings: [{ line: 5 }] },
  ],
  [
    'an owned file that does not exist',
    one(owning('src/typo.ts')),
    'OWNERSHIP_INVALID',
    {
      details: {
        ownership_errors: [],
        ownership_literal_path_errors: [expect.stringContaining('src/typo.ts')],
      },
    },
  ],
  [
    'a surface that is no prefix',
    one(owning('src/a/**', 'authoritative_surface: src/b/\n')),
    'OWNERSHIP_INVALID',
    { findings: [{ rule: 'surface', line: 7 }] },
  ],
  ['a mission nothing identifies', { mission: 'plain', meta: {} }, 'BRANCH_IDENTITY_UNRESOLVED', {}],
  [
    'frontmatter that cannot be edited',
    {
      files: [
        { name: 'WP01-x.md', text: '---\n{owned_files: [src/a/**], requirement_refs: [FR-001]}\n---\n' },
      ],
      tasksMd: '## WP01\n',
    },
    'FRONTMATTER_NOT_EDITABLE',
    { findings: [{ file: 'tasks/WP01-x.md' }] },
  ],
])('refuses %s', (_, input, code, rest) => {
  const refusal = refused(input);
  expect(refusal).toMatchObject({ code, ...rest });
  expect(refusal.message).toMatch(/^[A-Z\w].*\.$/);
});

test('overlap is refused only where two packages could run at the same time', () => {
  const files = (dependencies: string, scope = '') => [
    wpFile('WP01', owning('src/**')),
    wpFile('WP02', owning('"**/*.ts"', `dependencies: ${dependencies}\n${scope}`)),
  ];
  expect(refused({ files: files('[]') })).toMatchObject({
    code: 'OWNERSHIP_INVALID',
    details: {
      ownership_errors: ['WP01 and WP02 can run at the same time and overlap: src/** and **/*.ts.'],
    },
  });
  expect(plan({ files: files('[WP01]') }).lanes.lanes).toHaveLength(1);
  expect(plan({ files: files('[]', 'scope: codebase-wide\n') }).lanes.lanes).toHaveLength(1);
});

test('a new path counts as known once create_intent names it or something below it', () => {
  for (const intent of ['src/new/a.ts', 'src/new/', '"src/new/**"']) {
    expect(plan(one(owning('src/new', `create_intent: [${intent}]\n`))).ownershipWarnings).toEqual([]);
  }
});

test('steps are checked in order: an earlier failure hides later ones', () => {
  const everything = { files: [wpFile('WP01', 'dependencies: [WP09]\nowned_files: [/x]\n')], tasksMd: '' };
  expect(refused(everything).code).toBe('WP_SECTIONS_MISMATCH');
  expect(refused({ ...everything, tasksMd: '## WP01' }).code).toBe('DEPENDENCY_UNKNOWN');
});

test('a repository with a hundred thousand files is checked quickly', () => {
  const trackedFiles = Array.from({ length: 100_000 }, (_, index) => `src/d${index % 500}/f${index}.ts`);
  const globs = Array.from({ length: 40 }, (_, index) =>
    index % 4 === 0 ? `src/d${index}/**` : `src/d${index}/f${index}.ts`,
  );
  const started = performance.now();
  plan({
    ...one(`requirement_refs: [FR-001]\nowned_files: [${globs.join(', ')}, "gone/**"]\n`),
    trackedFiles,
  });
  expect(performance.now() - started).toBeLessThan(2000);
});
