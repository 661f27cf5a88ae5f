import { expect, test } from 'vitest';
import { planFinalization, type FinalizationPlan } from './plan-finalization.ts';
import type { FinalizationInput, PackageProgress } from './read-planning.ts';
import type { FinalizationRefusal } from './finalization-refusal.ts';
import { one, owning, SOUND, wpFile } from './testing/sound-mission.ts';

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
    progress: new Map<string, PackageProgress>([
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
  const progress = new Map(['WP01', 'WP02'].map((id) => [id, { lane: 'planned', started: false }] as const));
  expect(plan({ tasksMd: undefined, progress }).packages.map(({ dependencies }) => dependencies)).toEqual([
    [],
    [],
  ]);
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
  const progress = new Map(['WP01', 'WP02'].map((id) => [id, { lane: 'planned', started: false }] as const));
  for (const spec of ['# Small\n', undefined])
    expect(plan({ files, spec, progress }).coverage).toMatchObject({ totalFunctional: 0 });
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
  expect(performance.now() - started).toBeLessThan(5000);
});

test('a dependency that tasks.md gets after the first run is not passed over in silence', () => {
  const tasksMd = '## WP01: One\n\n## WP02: Two\n';
  const first = applied({ ...SOUND, tasksMd }, plan({ tasksMd }));
  const later = plan({ ...first, tasksMd: SOUND.tasksMd });
  expect(later.findings).toMatchObject([{ file: 'tasks.md', line: 7, rule: 'dependency-hidden' }]);
});
