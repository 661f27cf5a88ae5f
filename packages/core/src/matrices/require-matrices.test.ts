import { missionView } from '@spec-kitty/testkit/mission-view';
import { expect, test } from 'vitest';
import { damagedMatrix } from './damaged-matrix.ts';
import { requireCriteriaMet, requireIssuesSettled } from './require-matrices.ts';

const FOLDER = 'kitty-specs/pay-01KE6Z2V';
const mission = (files: Readonly<Record<string, string>>) => missionView({ files }).mission;
const issues = mission({
  'issue-matrix.json': '{"rows": {\n"#1": {"verdict": "unknown"},\n"#2": {"verdict": "in-mission"}}}',
});
const criteria = mission({
  'acceptance-matrix.json': '{"criteria": [\n{"id": "FR-001"},\n{"id": "FR-002", "pass_fail": "fail"}]}',
});
const caught = (body: () => void) => {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('open issues are told with lines, and with one command for all of them', () => {
  expect(caught(() => requireIssuesSettled(issues))).toMatchObject({
    kind: 'refused',
    code: 'ISSUE_MATRIX_OPEN',
    message: `Issues of the mission are open: #1 is unknown (${FOLDER}/issue-matrix.json:2); #2 is in-mission (${FOLDER}/issue-matrix.json:3).`,
    hints: [
      "Settle it with `spec-kitty agent issue-verdict --issue '#1' --verdict fixed --evidence <reference> --mission pay-01KE6Z2V`.",
    ],
    details: {
      mission_slug: 'pay-01KE6Z2V',
      file: `${FOLDER}/issue-matrix.json`,
      line: 2,
      failed_checks: [{ rows: ['#1'] }, {}],
    },
  });
  expect(caught(() => requireIssuesSettled(criteria))).toBeUndefined();
});

test('criteria that are not met are told in the same way', () => {
  expect(caught(() => requireCriteriaMet(criteria))).toMatchObject({
    code: 'ACCEPTANCE_MATRIX_OPEN',
    message: `Acceptance criteria of the mission are not met: FR-002 fails (${FOLDER}/acceptance-matrix.json:3); FR-001 is pending (${FOLDER}/acceptance-matrix.json:2).`,
    hints: [
      'Judge it with `spec-kitty agent mission acceptance-verdict --criterion FR-002 --result pass --evidence <reference> --mission pay-01KE6Z2V`.',
    ],
  });
  expect(caught(() => requireCriteriaMet(issues))).toBeUndefined();
});

test('what cannot be read has to be repaired', () => {
  expect(caught(() => requireCriteriaMet(mission({ 'acceptance-matrix.json': '{' })))).toMatchObject({
    hints: [`Repair ${FOLDER}/acceptance-matrix.json, then run the command again.`],
    details: { line: 1 },
  });
  expect(damagedMatrix('a.json', { line: null, problem: 'is not JSON' })).toMatchObject({
    code: 'MATRIX_INVALID',
    message: 'The matrix is not JSON: a.json',
    details: { file: 'a.json', line: null },
  });
  expect(damagedMatrix('a.json', { line: 3, problem: 'is not JSON' })).toMatchObject({
    kind: 'refused',
    message: 'The matrix is not JSON: a.json:3',
    hints: ['Repair the file, then run the command again.'],
  });
});
