import { missionView } from '@spec-kitty/testkit/mission-view';
import { expect, test } from 'vitest';
import { matrixFindings } from './matrix-findings.ts';

const findings = (files: Readonly<Record<string, string>>) => matrixFindings(missionView({ files }).mission);
const details = (files: Readonly<Record<string, string>>) => findings(files).map(({ detail }) => detail);
const acceptance = (document: unknown) => ({ 'acceptance-matrix.json': JSON.stringify(document, null, 2) });
const row = (criterion_id: string, pass_fail: string, more: object = {}) => ({
  criterion_id,
  description: 'Something',
  pass_fail,
  ...more,
});
const FOLDER = 'kitty-specs/pay-01KE6Z2V';

test('a mission without matrices leaves nothing open', () => {
  expect(findings({})).toEqual([]);
});

test('rows in one state are one finding, with the line of the first', () => {
  const criteria = ['FR-001', 'FR-002', 'FR-003'].map((id, at) => row(id, at === 0 ? 'pass' : 'pending'));
  expect(findings(acceptance({ mission_slug: 'x', criteria }))).toEqual([
    {
      check: 'acceptance_matrix',
      detail: `FR-002, FR-003 are pending (${FOLDER}/acceptance-matrix.json:10)`,
      file: `${FOLDER}/acceptance-matrix.json`,
      line: 10,
      rows: ['FR-002', 'FR-003'],
    },
  ]);
});

test('every way in which an acceptance matrix can stand in the way has its words', () => {
  const by = { proof_type: 'manual_qa', evidence: 'looked', verified_at: '2026-01-05' };
  const criteria = [
    row('FR-001', 'pending'),
    row('FR-002', 'fail'),
    row('FR-003', 'n/a'),
    row('FR-004', 'pass', by),
    row('FR-005', 'pass', { ...by, verified_by: 'ada' }),
  ];
  const negative_invariants = [{ invariant_id: 'NI-1', result: 'still_present' }];
  expect(
    details(acceptance({ criteria, negative_invariants })).map((detail) => detail.replace(/ \(kitty.*/, '')),
  ).toEqual([
    'FR-002, NI-1 fail',
    'FR-003 has the result "n/a", which means nothing',
    'FR-001 is pending',
    'FR-004 was passed by hand (manual_qa) without verified_by',
  ]);
  expect(details(acceptance({ criteria: [] }))).toEqual([
    `the matrix has no rows (${FOLDER}/acceptance-matrix.json)`,
  ]);
});

test('lines are those of the list that a row is in, also where ids are equal', () => {
  const criteria = [row('X', 'pass'), row('Y', 'pass')];
  const found = findings(
    acceptance({ note: 'X', criteria, negative_invariants: ['X', { invariant: 'Z' }, 7] }),
  );
  expect(found).toMatchObject([{ rows: ['X', 'Z', '7'], line: 16 }]);
  expect(findings(acceptance({ criteria: ['FR-001'] }))).toMatchObject([{ rows: ['FR-001'], line: 3 }]);
  expect(findings(acceptance({ note: 'X', criteria: [row('X', 'fail')] }))).toMatchObject([{ line: 5 }]);
});

test('a matrix of placeholders is pending row by row', () => {
  expect(findings(acceptance({ criteria: [{ criterion_id: 'AC-1' }] }))).toMatchObject([{ rows: ['AC-1'] }]);
  expect(
    findings(acceptance({ criteria: [{ criterion_id: 'AC-1', pass_fail: 'fail' }, row('B', 'pass')] })),
  ).toMatchObject([{ rows: ['AC-1'] }]);
  expect(
    findings(
      acceptance({ criteria: [row('A', ' pass '), row('B', 'pending', { proof_type: 'manual_qa' })] }),
    ),
  ).toMatchObject([{ rows: ['B'], detail: expect.stringContaining('is pending') }]);
});

test('what was put off until the merge does not stand in its way', () => {
  const negative_invariants = [{ invariant_id: 'NI-1', result: 'deferred_to_consolidation' }];
  expect(findings(acceptance({ criteria: [row('FR-001', 'pass')], negative_invariants }))).toEqual([]);
});

test.each([
  ['{\n"criteria": [\n<<<<<<< HEAD\n', 'is not JSON', ':3'],
  ['{\n"criteria": [}\n', 'is not JSON', ':2'],
  ['{\n"criteria": [\n1,\n],\n"b": []\n}\n', 'is not JSON', ':4'],
  ['{\n"a": 1\n"criteria": []\n}\n', 'is not JSON', ':3'],
  ['{\n"criteria": [\n', 'is not JSON', ':2'],
  ['[]', 'is not a JSON object', ':1'],
  ['{\n"criteria": "none"}', 'has no list of criteria', ':2'],
])('a damaged acceptance matrix says where: %j', (text, problem, line) => {
  expect(details({ 'acceptance-matrix.json': text })).toEqual([
    `the matrix ${problem} (${FOLDER}/acceptance-matrix.json${line})`,
  ]);
});

const issues = (rows: unknown) => ({
  'issue-matrix.json': JSON.stringify({ schema_version: 1, rows }, null, 2),
});

test('issues that are in the mission or unknown are open, and so is what is no verdict', () => {
  const rows = {
    '#1': { verdict: 'fixed' },
    '#2': { verdict: 'in-mission' },
    '#3': { verdict: 'unknown' },
    '#4': { title: 'nobody said' },
    '#5': { verdict: 'done' },
    '#6': { verdict: '<<<<<<< HEAD\nfixed\n=======\nunknown\n>>>>>>> b' },
    '#7': { verdict: 'deferred-with-followup' },
    '#8': 'verified-already-fixed',
  };
  const file = `${FOLDER}/issue-matrix.json`;
  expect(details(issues(rows))).toEqual([
    `#2 is in-mission (${file}:7)`,
    `#3, #4 are unknown (${file}:10)`,
    `#5 has "done" for a verdict (${file}:16)`,
    `#6 has a conflict that nobody resolved for a verdict (${file}:19)`,
  ]);
  expect(details(issues([{ issue: '#9', verdict: 'in-mission' }]))).toEqual([`#9 is in-mission (${file}:5)`]);
  expect(details(issues(undefined))).toEqual([`the matrix has no rows (${file}:1)`]);
  expect(details(issues({}))).toEqual([]);
});

const TABLE = `# Issues

| Note | Verdict |
|---|---|
| not about issues | unknown |

\`\`\`
| Issue | Verdict |
|---|---|
| #0 | unknown |
\`\`\`

| Repo | Issue | Mission verdict | Evidence ref |
| :-- | --- | --- | --: |
| a \\| b | [#1](https://example.org/1) | **in-mission** | |
| b | #2 | \`fixed\` (by #1) | c |
| b | #3 | | c |
`;

test('the table of older missions is read as people write it, and only where there is no JSON', () => {
  const file = `${FOLDER}/issue-matrix.md`;
  expect(details({ 'issue-matrix.md': TABLE })).toEqual([
    `#1 is in-mission (${file}:15)`,
    `#3 has "" for a verdict (${file}:17)`,
  ]);
  expect(details({ 'issue-matrix.md': TABLE, ...issues({}) })).toEqual([]);
});
