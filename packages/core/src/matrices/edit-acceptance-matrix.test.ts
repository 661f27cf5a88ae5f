import { expect, test } from 'vitest';
import {
  type AcceptanceJudgement,
  judgeAcceptance,
  scaffoldAcceptanceMatrix,
} from './edit-acceptance-matrix.ts';

const at = '2026-01-05T12:00:00.000000+00:00';
const judgement = (more: Partial<AcceptanceJudgement>): AcceptanceJudgement => ({
  kind: 'criterion',
  id: 'FR-001',
  result: 'pass',
  by: 'codex',
  at,
  ...more,
});
const mission = { slug: 'pay-01KE6Z2V', number: 7, type: 'software-dev' };
const NOTE = 'TODO: replace with a real acceptance criterion';
const row = (id: string) => ({
  criterion_id: id,
  description: `Verify ${id} is satisfied`,
  proof_type: 'automated_test',
  evidence: null,
  pass_fail: 'pending',
  verified_by: null,
  verified_at: null,
  notes: NOTE,
});

test('a new matrix has one pending row for each functional requirement', () => {
  expect(scaffoldAcceptanceMatrix(mission, ['FR-001', 'FR-002'])).toEqual({
    mission_slug: 'pay-01KE6Z2V',
    mission_number: '7',
    mission_type: 'software-dev',
    overall_verdict: 'pending',
    criteria: [row('FR-001'), row('FR-002')],
    negative_invariants: [],
  });
  expect(scaffoldAcceptanceMatrix({ ...mission, number: null }, [])).toMatchObject({ mission_number: '' });
});

test('a criterion gets result, judge and time, and loses the note of the scaffold; the verdict is computed anew', () => {
  const matrix = scaffoldAcceptanceMatrix(mission, ['FR-001', 'FR-002']);
  const judged = judgeAcceptance(matrix, judgement({ evidence: 'a test', proofType: 'code_review' }));
  const passed = { pass_fail: 'pass', verified_by: 'codex', verified_at: at, notes: null };
  expect(judged).toEqual({
    ...matrix,
    criteria: [{ ...row('FR-001'), ...passed, evidence: 'a test', proof_type: 'code_review' }, row('FR-002')],
  });
  const both = judgeAcceptance(judged ?? {}, judgement({ id: 'FR-002', note: 'fine' }));
  expect(both).toMatchObject({ overall_verdict: 'pass', criteria: { 1: { notes: 'fine', evidence: null } } });
  expect(judgeAcceptance(both ?? {}, judgement({ id: 'FR-002', result: 'fail' }))).toMatchObject({
    overall_verdict: 'fail',
    criteria: { 1: { notes: 'fine' } },
  });
  expect(judgeAcceptance(matrix, judgement({ result: 'pending' }))).toEqual(matrix);
  const again = judgeAcceptance(judged ?? {}, judgement({ result: 'pending' }));
  expect(again).toMatchObject({
    criteria: { 0: { verified_by: null, verified_at: null, evidence: 'a test' } },
  });
});

test('a criterion is added when it is described, an invariant never is', () => {
  const empty = { other: 1 };
  const other = {
    criteria: [row('FR-002')],
    negative_invariants: [{ invariant_id: 'FR-001', criterion_id: 'NI-1' }],
  };
  expect(judgeAcceptance(other, judgement({}))).toBeUndefined();
  expect(judgeAcceptance(other, judgement({ kind: 'invariant', id: 'NI-1' }))).toBeUndefined();
  expect(judgeAcceptance(other, judgement({ id: 'FR-002', description: 'It works' }))).toMatchObject({
    criteria: { 0: { description: 'It works', pass_fail: 'pass' } },
  });
  expect(judgeAcceptance(empty, judgement({}))).toBeUndefined();
  expect(judgeAcceptance(empty, judgement({ kind: 'invariant', description: 'x' }))).toBeUndefined();
  expect(judgeAcceptance(empty, judgement({ description: 'It works' }))).toEqual({
    other: 1,
    overall_verdict: 'pass',
    criteria: [
      {
        ...row('FR-001'),
        description: 'It works',
        pass_fail: 'pass',
        verified_by: 'codex',
        verified_at: at,
        notes: null,
      },
    ],
  });
});

test('rows of older versions are judged where they are', () => {
  const matrix = {
    criteria: ['FR-001', { id: 'FR-002', wp: 'WP01' }],
    negative_invariants: ['No total twice', { id: 'NI-2' }],
  };
  expect(judgeAcceptance(matrix, judgement({}))).toMatchObject({
    criteria: [{ criterion_id: 'FR-001', description: '', pass_fail: 'pass' }, matrix.criteria[1]],
  });
  expect(judgeAcceptance(matrix, judgement({ id: 'FR-002' }))).toMatchObject({
    criteria: ['FR-001', { id: 'FR-002', wp: 'WP01', pass_fail: 'pass' }],
  });
  const absent = { kind: 'invariant', result: 'confirmed_absent' } as const;
  expect(judgeAcceptance(matrix, judgement({ ...absent, id: 'No total twice' }))).toEqual({
    ...matrix,
    overall_verdict: 'pending',
    negative_invariants: [
      {
        invariant_id: 'No total twice',
        description: 'No total twice',
        verification_method: 'custom_command',
        evidence: null,
        result: 'confirmed_absent',
      },
      { id: 'NI-2' },
    ],
  });
  expect(judgeAcceptance(matrix, judgement({ ...absent, id: 'NI-2', evidence: 'grep' }))).toMatchObject({
    negative_invariants: ['No total twice', { id: 'NI-2', evidence: 'grep', result: 'confirmed_absent' }],
  });
});
