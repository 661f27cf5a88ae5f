import { expect, test } from 'vitest';
import type { FinalizationInput } from '../finalize/read-planning.ts';
import { judgePlan } from '../finalize/plan-finalization.ts';
import { one, owning, SOUND, wpFile } from '../finalize/testing/sound-mission.ts';
import { specScaffold } from '../mission/scaffolds.ts';
import { type CheckInput, checkMission } from './check-mission.ts';
import { CHECK_RULES, type RuleName } from './check-rules.ts';

interface Facts extends Partial<FinalizationInput> {
  /** Documents beyond those of finalizing. */
  readonly others?: Readonly<Record<string, string>>;
  /** Paths of the repository that links may lead to; without any, nothing is looked up. */
  readonly paths?: readonly string[];
}

const input = ({ others = {}, paths, ...plan }: Facts): CheckInput => {
  const meta = plan.meta ?? { ...SOUND.meta, mission_type: 'software-dev' };
  const whole = { ...SOUND, ...plan, meta };
  const own = { 'spec.md': whole.spec, 'plan.md': whole.plan, 'tasks.md': whole.tasksMd };
  const texts: Readonly<Record<string, string | undefined>> = { ...own, ...others };
  return {
    plan: whole,
    files: { read: (name) => texts[name], list: () => [] },
    unreadable: [],
    exists: paths && ((path) => paths.includes(path)),
  };
};

const found = (facts: Facts) =>
  checkMission(input(facts)).findings.map(({ rule, file, line, column }) =>
    [rule, column === undefined ? `${file}:${line ?? ''}` : `${file}:${line}:${column}`].join(' '),
  );

/** A spec whose requirement has a criterion, with more text. */
const spec = (more: string) =>
  `## Requirements\n\n- FR-001: It works.\n\n## Acceptance\n\n- It does.\n${more}`;
const CLEAN = { spec: spec('') };
const two = (first: string, second: string) => ({
  ...CLEAN,
  files: [wpFile('WP01', owning('src/a/**', first)), wpFile('WP02', owning('src/b/**', second))],
});

test('a sound plan has no findings', () => {
  expect(found(CLEAN)).toEqual([]);
});

const decisions = '{"entries":[\n{"decision_id":"D1","status":"open","question":"Which?"}]}';

test.each<[Facts, string]>([
  [{ spec: spec('- FR-002: More.\n') }, 'requirement-unmapped spec.md:8'],
  [
    { ...CLEAN, files: [wpFile('WP01', 'owned_files: ["src/a/**"]\n'), ...SOUND.files.slice(0, 1)] },
    'requirement-refs-missing tasks/WP01-x.md:',
  ],
  [{ spec: 'It does FR-001.' }, 'requirement-bare-prose spec.md:'],
  [two('', 'tracker: SC-1\n'), ''],
  [
    { ...CLEAN, ...one(owning('src/a/**').replace('FR-001', 'FR-001, SC-001')) },
    'requirement-ref-dropped tasks/WP01-x.md:6',
  ],
  [
    { ...CLEAN, ...one(owning('src/a/**').replace('FR-001', 'FR-001, FR-009')) },
    'requirement-unknown tasks/WP01-x.md:6',
  ],
  [{ spec: spec('## More requirements\n\n- FR-001: It fails.\n') }, 'requirement-repeated spec.md:10'],
  [{ spec: spec('## More requirements\n\n- **FR-001**: It works.\n') }, ''],
  [{ spec: spec('## Traced\n\n- FR-001: It is there.\n') }, ''],
  [
    { ...CLEAN, plan: 'As FR-002 says, and FR-002, and C-12, and `FR-003`.' },
    'requirement-undeclared plan.md:1:4',
  ],
  [{ ...CLEAN, plan: '```\nFR-002\n```\n\nPlain.' }, ''],
  [{ spec: '- FR-001: It works.\n' }, 'criterion-missing spec.md:1'],
  [{ spec: '- FR-001: It works.\n\nGiven that, when so, then.\n' }, 'criterion-missing spec.md:1'],
  [{ spec: '- FR-001: It works. Accepted when it does.\n' }, ''],
  [{ spec: '- FR-001: It works.\n  - **Accepted when** it does.\n' }, ''],
  [{ spec: '- FR-001: It works.\n\n  Acceptance: it does.\n' }, ''],
  [{ spec: '- FR-001: It works. Accepted when [how].\n' }, 'criterion-missing spec.md:1'],
  [
    { spec: '- FR-001: It works.\n- FR-002: It ends. Accepted when it does.\n' },
    'criterion-missing spec.md:1',
  ],
  [{ spec: '- FR-001: It works.\n\nAccepted when all is well.\n' }, 'criterion-missing spec.md:1'],
  [{ spec: '- FR-001: It works.\n- Given that, when so, then.\n' }, ''],
  [
    { spec: '| ID | Requirement | Accepted when |\n|--|--|--|\n| FR-001 | It works. | [How] |\n' },
    'criterion-missing spec.md:3',
  ],
  [{ spec: '| ID | Requirement | Accepted when |\n|--|--|--|\n| FR-001 | a \\| b | It does. |\n' }, ''],
  [
    { spec: spec('### User Story 1 - Pay\n\nText.\n\n## Next\n\nGiven when.\n') },
    'story-without-scenario spec.md:8',
  ],
  [{ spec: spec('### User Story 1 - Pay\n\nText.\n\n#### Acceptance scenarios\n\n1. x\n') }, ''],

  [
    { ...CLEAN, files: [...SOUND.files, { name: 'WP03-x.md', text: 'x' }] },
    'frontmatter-missing tasks/WP03-x.md:1',
  ],
  [
    { ...CLEAN, files: [...SOUND.files, { name: 'WP03-x.md', text: '---\na: [\n---\n' }] },
    'frontmatter-invalid tasks/WP03-x.md:3',
  ],
  [{ ...CLEAN, ...one(owning('src/a/**', 'title: [x]\n')) }, 'frontmatter-invalid tasks/WP01-x.md:'],
  [{ ...CLEAN, ...one(owning('src/a/**', 'scope: [x]\n')) }, 'frontmatter-value tasks/WP01-x.md:7'],
  [
    {
      ...CLEAN,
      files: SOUND.files.map((file) => ({ ...file, text: file.text.replace('id: WP01', 'id: WP07') })),
    },
    'id-mismatch tasks/WP01-x.md:2',
  ],
  [
    { ...CLEAN, files: [...SOUND.files, { ...wpFile('WP01', owning('src/a/**')), name: 'WP01-y.md' }] },
    'id-repeated tasks/WP01-x.md:',
  ],
  [
    { ...CLEAN, ...one('requirement_refs: [FR-001]\nowned_files: []\n') },
    'owned-files-missing tasks/WP01-x.md:5',
  ],
  [
    { ...CLEAN, ...one('requirement_refs: [FR-001]\n', 'Change src/a/one.ts.') },
    'owned-files-inferred tasks/WP01-x.md:',
  ],
  [{ ...CLEAN, ...one(owning('kitty-specs/x')) }, 'owned-kitty-specs tasks/WP01-x.md:4'],
  [
    { ...CLEAN, ...one(owning('.kittify/memory/x.md', 'create_intent: [.kittify/memory/x.md]\n')) },
    'owned-kittify tasks/WP01-x.md:4',
  ],
  [{ ...CLEAN, ...one(owning('../x')) }, 'path tasks/WP01-x.md:4'],
  [
    {
      ...CLEAN,
      tasksMd: '## WP01\n\n## WP02\n',
      files: [wpFile('WP01', owning('src/**')), wpFile('WP02', owning('src/b/**'))],
    },
    'overlap tasks/WP01-x.md:4',
  ],
  [{ ...CLEAN, ...one(owning('src/a/**', 'authoritative_surface: lib/\n')) }, 'surface tasks/WP01-x.md:7'],
  [{ ...CLEAN, ...one(owning('src/none.ts')) }, 'literal-path-missing tasks/WP01-x.md:4'],
  [{ ...CLEAN, ...one(owning('none/**')) }, 'glob-without-match tasks/WP01-x.md:4'],
  [
    two(`subtasks: [${Array.from({ length: 13 }, (_, at) => `T0${at + 10}`).join(', ')}]\n`, ''),
    'package-too-large tasks/WP01-x.md:',
  ],
  [{ ...CLEAN, ...one(owning('src/a/**'), '\n'.repeat(801)) }, 'package-too-large tasks/WP01-x.md:'],
  [two('subtasks: [T001]\n', 'subtasks: [T001, T002]\n'), 'subtask-repeated tasks/WP02-x.md:7'],
  [two('subtasks: [T001, T001]\n', ''), 'subtask-repeated tasks/WP01-x.md:7'],
  [
    { ...two('subtasks: [T001]\n', 'subtasks: [T002]\n'), tasksMd: '## WP01\n- [ ] T002 x\n\n## WP02\n' },
    'subtask-elsewhere tasks.md:1',
  ],
  [
    { ...two('subtasks: [T001]\n', ''), tasksMd: '## WP01\n- [ ] T003 x\n\n## WP02\n- [ ] T004 x\n' },
    'subtask-unlisted tasks.md:1',
  ],
  [{ ...two('', ''), tasksMd: '## WP01\n\n## WP02\n- [ ] T001 x\n' }, 'subtask-unlisted tasks.md:3'],
  [
    {
      ...two('subtasks: [T001]\n', ''),
      tasksMd: '## WP01\n- [ ] T001 x\n\n## WP02\n- [ ] T001 x\n',
    },
    'subtask-elsewhere tasks.md:4',
  ],
  [
    { ...two('subtasks: [T001, T002]\n', ''), tasksMd: '## WP01\n- [ ] T001 x\n\n## WP02\n' },
    'subtask-untold tasks.md:1',
  ],
  [{ ...two('subtasks: [T001]\n', ''), tasksMd: '## WP01\n\n## WP02\n' }, ''],
  [
    {
      ...two('', ''),
      wpsYaml: 'work_packages: [{id: WP01, subtasks: [T001]}, {id: WP02, subtasks: [T001]}]\n',
    },
    'subtask-repeated tasks/WP02-x.md',
  ],

  [two('', 'dependencies: [WP09]\n'), 'dependency-unknown tasks/WP02-x.md:7'],
  [two('', 'dependencies: [WP02]\n'), 'dependency-self tasks/WP02-x.md:7'],
  [two('dependencies: [WP02]\n', 'dependencies: [WP01]\n'), 'dependency-cycle tasks/WP01-x.md:7'],
  [
    { ...two('', 'dependencies: [WP01]\n'), tasksMd: '## WP01\n\n## WP02\nDepends on WP09\n' },
    'dependency-conflict tasks/WP02-x.md:7',
  ],
  [two('', 'dependencies: []\n'), 'dependency-hidden tasks.md:7'],
  [
    { ...CLEAN, tasksMd: '## WP01\n\n## WP02\n**Dependencies:** WP01\n' },
    'dependency-colon-in-bold tasks.md:4',
  ],
  [{ ...CLEAN, tasksMd: '## WP01\n\n## WP02\n**Depends on**: WP01\n' }, 'dependency-label tasks.md:4'],
  [{ ...CLEAN, tasksMd: '## WP01\n' }, 'section-missing tasks/WP02-x.md:'],
  [{ ...CLEAN, tasksMd: `${SOUND.tasksMd}\n## WP03\n` }, 'section-extra tasks.md:9'],
  [{ ...CLEAN, tasksMd: `${SOUND.tasksMd}\n#### WP03\n` }, 'heading-level tasks.md:9'],
  [{ ...CLEAN, wpsYaml: 'x: 1\n' }, 'wps-invalid wps.yaml:'],
  [{ ...CLEAN, lanesJson: '{' }, 'lanes-invalid lanes.json:'],
  [{ ...CLEAN, plan: 'WP01, then WP07 and WP07; PWP09, WP09-x.' }, 'package-unknown plan.md:1:12'],
  [{ ...CLEAN, plan: 'Total: 14 subtasks across 3 work packages' }, 'package-count plan.md:1'],
  [{ ...CLEAN, plan: '**Work packages**: three' }, 'package-count plan.md:1'],
  [{ ...CLEAN, plan: 'Total: two WPs\n\nThe first three WPs. Total length: 5 WPs.' }, ''],

  [{ ...CLEAN, plan: undefined }, 'document-unfinished plan.md:'],
  [{ ...CLEAN, files: [], tasksMd: undefined, plan: undefined }, 'planning-open plan.md:'],
  [{ ...CLEAN, plan: 'Text.\n\n[NEEDS CLARIFICATION: which is it?]\n' }, 'clarification-open plan.md:3:2'],
  [{ ...CLEAN, plan: 'It [NEEDS CLARIFICATION: Which?].' }, 'clarification-open plan.md:1:5'],
  [{ ...CLEAN, others: { 'research.md': 'NEEDS CLARIFICATION' } }, ''],
  [{ ...CLEAN, others: { 'decisions/index.json': decisions } }, 'decision-open decisions/index.json:2'],
  [
    { ...CLEAN, plan: 'Text.\n- **Risk**: [What could go wrong]\n- [ ] a b\n- [x](y z)\n[WP01, WP02]\n' },
    'scaffold-left plan.md:2:13',
  ],
  [{ spec: spec('| C-001 | [What must not change] |\n') }, 'scaffold-left spec.md:8:11'],
  [{ ...CLEAN, paths: [], plan: 'See [it](./data/x.md#part).' }, 'link-dead plan.md:1:5'],
  [
    {
      ...CLEAN,
      paths: ['README.md', 'kitty-specs/demo-01KE6Z2V/a b.md'],
      plan: '[a](../../README.md) [b](a%20b.md) [c](https://x.y/z) [d](#e) `[f](g)` [h](../../../../out)',
    },
    '',
  ],
  [
    {
      ...CLEAN,
      paths: [],
      files: SOUND.files.map((file) => ({ ...file, text: `${file.text}[x](none.md)\n` })),
    },
    'link-dead tasks/WP01-x.md:9:1',
  ],
  [{ ...CLEAN, meta: { ...SOUND.meta, mission_type: 'audit' } }, 'mission-type-unknown meta.json:'],
  [{ ...CLEAN, meta: SOUND.meta }, 'mission-type-missing meta.json:'],
])('%#: %j has %j', (facts, wanted) => {
  const all = found(facts);
  const { refusals } = judgePlan(input(facts).plan);
  const refused = refusals.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  const errors = all
    .map((text) => text.split(' ')[0] as RuleName)
    .filter((rule) => CHECK_RULES[rule].severity === 'error');
  // One authority: what finalizing refuses is an error, and of the others only these two are.
  expect(
    new Set(errors.filter((rule) => rule !== 'clarification-open' && rule !== 'mission-type-unknown')),
  ).toEqual(new Set(refused));
  if (wanted === '') expect(all).toEqual([]);
  else
    expect(
      all.some((text) => text.startsWith(wanted)),
      all.join('\n'),
    ).toBe(true);
});

test('a file that cannot be read hides nothing of the others, and is blamed for nothing else', () => {
  const broken = { name: 'WP02-x.md', text: 'x' };
  expect(found({ ...CLEAN, files: [wpFile('WP01', owning('none/**')), broken] })).toEqual([
    'glob-without-match tasks/WP01-x.md:4',
    'frontmatter-missing tasks/WP02-x.md:1',
  ]);
  const unreadable = [{ rule: 'not-utf8' as const, file: 'tasks/WP02-x.md', line: undefined, message: 'x' }];
  const { findings } = checkMission({
    ...input({ ...CLEAN, files: [wpFile('WP01', owning('src/a/**')), broken] }),
    unreadable,
  });
  expect(findings).toEqual(unreadable);
});

test('of a mission that was just created only the next step is said', () => {
  const scaffold = specScaffold({ title: 'Pay', type: 'software-dev', purpose: undefined });
  const fresh = { spec: scaffold, plan: undefined, tasksMd: undefined, files: [] };
  expect(found(fresh)).toEqual(['planning-open spec.md:']);
  expect(found({ ...fresh, spec: spec('') })).toEqual(['planning-open plan.md:']);
  // Before packages are cut, a plan may speak of them freely.
  expect(found({ ...fresh, spec: spec(''), plan: 'WP01 does it.' })).toEqual([]);
});

test('coverage has every requirement with its line and its packages', () => {
  expect(checkMission(input({ spec: spec('- C-001: Small.\n') }))).toMatchObject({
    coverage: [
      { id: 'C-001', line: 8, packages: [] },
      { id: 'FR-001', line: 3, packages: ['WP01', 'WP02'] },
    ],
    totalFunctional: 1,
    mappedFunctional: 1,
  });
});

test('findings come by file, line and column', () => {
  expect(found({ spec: '- FR-001: It works.\n', plan: 'FR-009 and FR-008\nFR-007' })).toEqual([
    'requirement-undeclared plan.md:1:1',
    'requirement-undeclared plan.md:1:12',
    'requirement-undeclared plan.md:2:1',
    'criterion-missing spec.md:1',
  ]);
});

test('every rule has an id of its own and says what it finds and how to mend it', () => {
  const rules = Object.values(CHECK_RULES);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, help, mend } of rules) {
    expect(id).toMatch(/^SK\d{3}$/);
    expect(
      [help, mend].every((text) => /^\S.*\.$/.test(text)),
      id,
    ).toBe(true);
  }
});
