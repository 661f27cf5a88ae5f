import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

const DIRECTORY = 'pay-01KE6Z2V';
const ROOT = `kitty-specs/${DIRECTORY}`;
const PACKAGE =
  '---\ntitle: One\ndependencies: []\nrequirement_refs: [FR-001]\nowned_files: ["src/**"]\ncreate_intent: ["src/a"]\n---\n';

/** A repository with one planned mission, in which some files say something else. */
function world(files: Readonly<Record<string, string>> = {}) {
  const made = cliWorld();
  const id = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';
  const planned = {
    'meta.json': JSON.stringify({ mission_id: id, mission_type: 'software-dev', target_branch: 'main' }),
    'spec.md': '| ID | Requirement | Accepted when |\n|---|---|---|\n| FR-001 | It pays. | It does. |\n',
    'plan.md': 'Plain files.\n',
    'tasks.md': '## WP01: One\n',
    'tasks/WP01-one.md': PACKAGE,
    ...files,
  };
  made.repository.commit(
    'plan',
    Object.fromEntries(Object.entries(planned).map(([name, text]) => [`${ROOT}/${name}`, text])),
  );
  return made;
}

const WRONG = {
  'spec.md':
    '| ID | Requirement | Accepted when |\n|---|---|---|\n| FR-001 | It pays. | It does. |\n| FR-002 | It asks. | [How] |\n',
  'plan.md': 'As WP07 says, [NEEDS CLARIFICATION: how?] See [it](../../src/none.ts).\n',
};

test('findings are lines to jump to, with how to mend them, and errors exit 1', async () => {
  const { transcript } = await runCli(world(WRONG), ['check']);
  expect(transcript).toMatchInlineSnapshot(`
    "$ spec-kitty check
    kitty-specs/pay-01KE6Z2V/plan.md:1:4: warning SK325: There is no WP07.
        Correct the number, or write its file.
    kitty-specs/pay-01KE6Z2V/plan.md:1:16: error SK403: This is not clarified: how?
        Answer it, and replace the marker by the answer.
    kitty-specs/pay-01KE6Z2V/plan.md:1:47: warning SK406: There is no src/none.ts.
        Correct the path.
    kitty-specs/pay-01KE6Z2V/spec.md:4: error SK101: No work package covers FR-002.
        Name it under requirement_refs of the package that delivers it.
    kitty-specs/pay-01KE6Z2V/spec.md:4: warning SK108: FR-002 has no acceptance criterion.
        Say in spec.md, beside it or under acceptance criteria, what somebody does and then sees.
    pay-01KE6Z2V: 2 errors, 3 warnings, 0 notes.
    [exit 1]"
  `);
});

test('without errors it exits 0, warnings or not', async () => {
  expect(await runCli(world(), ['check'])).toMatchObject({
    exitCode: 0,
    stdout: `${DIRECTORY}: 0 errors, 0 warnings, 0 notes.\n`,
  });
  expect(await runJson(world({ 'plan.md': 'As WP07 says.\n' }), ['check'])).toMatchObject({
    exitCode: 0,
    document: { passed: true, error_count: 0, warning_count: 1, note_count: 0 },
  });
});

test('the document has place, rule and mend of each finding, and the coverage', async () => {
  const { exitCode, document } = await runJson(world(WRONG), ['check']);
  expect(exitCode).toBe(1);
  expect(document).toMatchObject({
    mission_slug: DIRECTORY,
    mission_type: 'software-dev',
    passed: false,
    error_count: 2,
    warning_count: 3,
    coverage: { total_functional: 2, mapped_functional: 1, unmapped_functional: ['FR-002'] },
  });
  expect((document as { findings: readonly unknown[] }).findings[1]).toEqual({
    rule_id: 'SK403',
    rule: 'clarification-open',
    severity: 'error',
    file: `${ROOT}/plan.md`,
    line: 1,
    column: 16,
    message: 'This is not clarified: how?',
    mend: 'Answer it, and replace the marker by the answer.',
  });
});

test('finalize-tasks refuses what check calls an error, at the same place', async () => {
  const made = world(WRONG);
  const finalized = await runJson(made, ['agent', 'mission', 'finalize-tasks', '--validate-only']);
  expect(finalized).toMatchObject({
    exitCode: 1,
    document: { findings: [{ rule: 'requirement-unmapped', file: 'spec.md', line: 4 }] },
  });
});

test('a file that is no text is a finding, and nothing else is said of it', async () => {
  const made = world();
  writeFileSync(
    path.join(made.repository.root, ROOT, 'tasks/WP02-two.md'),
    Buffer.from('---\n\xe4', 'latin1'),
  );
  expect((await runJson(made, ['check'])).document).toMatchObject({
    error_count: 1,
    findings: [{ rule_id: 'SK208', file: `${ROOT}/tasks/WP02-two.md` }],
  });
});

test('a link through a symbolic link out of the repository is looked up nowhere', async () => {
  const made = world({ 'plan.md': 'See [it](../../out/passwd).\n' });
  symlinkSync('/etc', path.join(made.repository.root, 'out'));
  expect((await runJson(made, ['check'])).document).toMatchObject({
    findings: [{ rule_id: 'SK406', message: 'There is no out/passwd.' }],
  });
});

test('only one form of output at a time', async () => {
  expect(await runJson(world(), ['check', '--sarif'])).toMatchObject({
    exitCode: 2,
    document: { error_code: 'FLAGS_EXCLUDE_EACH_OTHER' },
  });
  expect(JSON.parse((await runCli(world(WRONG), ['check', '--sarif'])).stdout)).toMatchObject({
    runs: [{ results: [{}, {}, {}, {}, {}] }],
  });
});

test('analyze adds who delivers what, and tells a recorded analysis from one that is out of date', async () => {
  const made = world(WRONG);
  const { exitCode, stdout } = await runCli(made, ['analyze']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    'REQUIREMENT  DELIVERED BY\nFR-001       WP01\nFR-002       -\n1 of 2 functional requirements',
  );
  expect(stdout).toContain('No analysis is recorded.');
  const analysis =
    '# Analysis\n\n| ID | Severity | Summary |\n|---|---|---|\n| A1 | **HIGH** | FR-002 has --- no package |\n| A2 | low | x |\n';
  made.repository.write({ 'analysis.md': analysis });
  const record = [
    'agent',
    'mission',
    'record-analysis',
    '--input-file',
    'analysis.md',
    '--agent',
    'co"dex\n---',
  ];
  expect(await runJson(made, record)).toMatchObject({
    exitCode: 0,
    document: {
      report_file: `${ROOT}/analysis-report.md`,
      verdict: 'blocked',
      issue_counts: { critical: 0, high: 1, medium: 0, low: 1, info: 0 },
    },
  });
  expect(made.repository.read(`${ROOT}/analysis-report.md`)).toMatch(
    /^---\nschema_version: 1\n[^]*\nanalyzer_agent: "co\\"dex\\n---"\n[^]*\n---\n\n# Analysis\n[^]*\| x \|\n$/,
  );
  const state = async () => ((await runJson(made, ['analyze'])).document as { analysis: unknown }).analysis;
  expect(await state()).toEqual({ verdict: 'blocked', changed_since: [] });
  made.repository.write({ [`${ROOT}/plan.md`]: 'Something else.\n' });
  expect(await state()).toEqual({ verdict: 'blocked', changed_since: ['plan.md'] });
  expect((await runCli(made, ['analyze'])).stdout).toContain(
    'The recorded analysis says "blocked". plan.md changed since.',
  );
});

test('an analysis without text is none', async () => {
  const made = world();
  made.repository.write({ 'analysis.md': ' \n' });
  expect(
    await runJson(made, ['agent', 'mission', 'record-analysis', '--input-file', 'analysis.md']),
  ).toMatchObject({
    exitCode: 1,
    document: { error_code: 'ANALYSIS_EMPTY' },
  });
});

test('clarify lists markers and decisions with their places', async () => {
  const id = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0D';
  const entry = (decision_id: string, question: string) => ({
    decision_id,
    status: 'open',
    question,
    options: ['a', 'b'],
  });
  const made = world({
    'spec.md': `Text.\n\nIt pays [NEEDS CLARIFICATION: whom?] <!-- decision_id: ${id} -->\n`,
    'decisions/index.json': `{"entries":[\n${JSON.stringify(entry(id, 'Whom?'))},\n${JSON.stringify(entry('D2', 'When?'))}]}`,
  });
  const { transcript } = await runCli(made, ['clarify']);
  expect(transcript).toMatchInlineSnapshot(`
    "$ spec-kitty clarify
    kitty-specs/pay-01KE6Z2V/spec.md:3:10: whom? (decision 01KE6Z2V3M8Q4T5X6Y7Z8A9B0D)
      - a
      - b
    kitty-specs/pay-01KE6Z2V/decisions/index.json:3: When? (decision D2)
      - a
      - b
    pay-01KE6Z2V: 2 open questions.
    Answer a decision with \`spec-kitty agent decision resolve <id> --final-answer "<answer>" --mission pay-01KE6Z2V\`.
    Then write the answer in place of its [NEEDS CLARIFICATION: …].
    [exit 0]"
  `);
  expect((await runJson(made, ['clarify'])).document).toMatchObject({
    count: 2,
    questions: [
      { kind: 'marker', file: `${ROOT}/spec.md`, line: 3, column: 10, decision_id: id, options: ['a', 'b'] },
      { kind: 'decision', file: `${ROOT}/decisions/index.json`, line: 3, column: null, decision_id: 'D2' },
    ],
  });
});
