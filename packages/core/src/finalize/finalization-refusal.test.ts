import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FinalizationRefusal } from './finalization-refusal.ts';
import { planFinalization } from './plan-finalization.ts';
import type { FinalizationInput } from './read-planning.ts';
import { one, owning, SOUND, wpFile } from './testing/sound-mission.ts';

function refused(input: Partial<FinalizationInput>): FinalizationRefusal {
  const outcome = planFinalization({ ...SOUND, ...input });
  if (outcome.ok) throw new Error('planned');
  return outcome.refusal;
}

test.each<[string, Partial<FinalizationInput>, string, object]>([
  ['no packages', { files: [] }, 'NO_WORK_PACKAGES', {}],
  [
    'broken YAML',
    { files: [{ name: 'WP01-x.md', text: '---\na: [\n---\n' }] },
    'WP_FILE_INVALID',
    { findings: [{ file: 'tasks/WP01-x.md', line: 3 }] },
  ],
  [
    'a value that is no list',
    one('owned_files: {a: b}\n'),
    'WP_FILE_INVALID',
    { findings: [{ line: 4, rule: 'frontmatter-value' }] },
  ],
  [
    'an id that is not the file name',
    { files: [{ name: 'WP02-x.md', text: SOUND.files[1]?.text ?? '' }] },
    'WP_FILE_INVALID',
    { findings: [{ line: 2, rule: 'id-mismatch' }] },
  ],
  [
    'two files with one id',
    { files: [...SOUND.files, { name: 'WP01-y.md', text: SOUND.files[1]?.text ?? '' }] },
    'WP_DUPLICATE',
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
  [
    'a broken lanes.json',
    { lanesJson: '{' },
    'LANES_CORRUPT',
    { findings: [{ file: 'lanes.json', line: 1 }] },
  ],
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
    'an unknown id and a cycle at once',
    { tasksMd: '## WP01\nDepends on WP02\n## WP02\nDepends on WP01, WP09\n' },
    'DEPENDENCY_UNKNOWN',
    {
      message:
        'WP02 depends on WP09, which does not exist. These packages wait for each other: WP01 -> WP02 -> WP01.',
      findings: [{ rule: 'dependency-unknown' }, { rule: 'dependency-cycle' }, { rule: 'dependency-cycle' }],
    },
  ],
  [
    'requirements that do not match',
    { ...one('requirement_refs: [FR-009]\nowned_files: [src/a/**]\n'), spec: '- FR-001: It works.\n' },
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
      findings: [{ line: 4 }, { file: 'spec.md' }],
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
    one(owning('../other/**', 'authoritative_surface: src/\n')),
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

test('whatever the files hold, the answer is a plan or a refusal', () => {
  const yaml = fc.constantFrom(
    'a: [',
    '- x',
    'owned_files: 7',
    'dependencies: {a: 1}',
    'dependencies: WP01',
    'title: [[]]',
    '\u0000',
    '? x',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.oneof(
          yaml,
          fc.constantFrom('---', '## WP01', 'Depends on WP02', '- FR-001', 'work_packages:', '- id: WP01'),
        ),
      )
      .map((lines) => lines.join('\n')),
  );
  const names = fc.constantFrom('WP01-x.md', 'WP01.md', 'WP02-\u202e.md', '../WP01.md', 'notes.md');
  const input = fc.record({
    spec: fc.option(text, { nil: undefined }),
    tasksMd: fc.option(text, { nil: undefined }),
    wpsYaml: fc.option(text, { nil: undefined }),
    lanesJson: fc.option(fc.oneof(text, fc.json()), { nil: undefined }),
    files: fc.array(fc.record({ name: names, text })),
    trackedFiles: fc.array(text),
  });
  fc.assert(
    fc.property(input, (some) => {
      const outcome = planFinalization({ ...SOUND, ...some });
      expect(outcome.ok ? outcome.plan.seeds.length : outcome.refusal.message.length).toBeGreaterThan(0);
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 500 },
  );
});
