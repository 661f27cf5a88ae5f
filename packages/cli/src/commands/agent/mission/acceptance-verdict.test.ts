import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../../../testing/sample-mission.ts';

const VERDICT = ['agent', 'mission', 'acceptance-verdict'];
const FILE = `kitty-specs/${SAMPLE}/acceptance-matrix.json`;

/** As an older version of the predecessor leaves it: keys of its own, an invariant that is a sentence. */
const MATRIX = {
  mission_slug: SAMPLE,
  mission_number: '',
  overall_verdict: 'passed',
  verdict_summary: 'kept',
  criteria: [
    { id: 'FR-001', description: 'Read invoices', wp: 'WP01', pass_fail: 'pending' },
    { criterion_id: 'FR-002', description: 'Write CSV', proof_type: 'manual_qa', pass_fail: 'pending' },
  ],
  negative_invariants: ['No total is written twice'],
};

function judged(matrix?: unknown) {
  const world = cliWorld();
  const text = matrix === undefined ? {} : { [FILE]: `${JSON.stringify(matrix, null, 2)}\n` };
  writeSample(world.repository, { ...sampleFiles(), ...text });
  return { world, read: () => JSON.parse(world.repository.read(FILE)) as typeof MATRIX };
}

test('the first verdict makes the matrix from the requirements of spec.md', async () => {
  const { world, read } = judged();
  const run = await runCli(world, [
    ...VERDICT,
    ...'--criterion FR-002 --result pass --evidence tests/csv.test.js --actor codex'.split(' '),
  ]);
  expect(run.transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent mission acceptance-verdict --criterion FR-002 --result pass --evidence tests/csv.test.js --actor codex
    FR-002 is pass; the matrix comes to pending.
    Open: FR-001, FR-003.
    Made, not committed: kitty-specs/invoice-export-01KE6Z2V/acceptance-matrix.json
    [exit 0]"
  `);
  expect(read()).toMatchInlineSnapshot(`
    {
      "criteria": [
        {
          "criterion_id": "FR-001",
          "description": "Verify FR-001 is satisfied",
          "evidence": null,
          "notes": "TODO: replace with a real acceptance criterion",
          "pass_fail": "pending",
          "proof_type": "automated_test",
          "verified_at": null,
          "verified_by": null,
        },
        {
          "criterion_id": "FR-002",
          "description": "Verify FR-002 is satisfied",
          "evidence": "tests/csv.test.js",
          "notes": null,
          "pass_fail": "pass",
          "proof_type": "automated_test",
          "verified_at": "2026-01-05T12:01:00.000000+00:00",
          "verified_by": "codex",
        },
        {
          "criterion_id": "FR-003",
          "description": "Verify FR-003 is satisfied",
          "evidence": null,
          "notes": "TODO: replace with a real acceptance criterion",
          "pass_fail": "pending",
          "proof_type": "automated_test",
          "verified_at": null,
          "verified_by": null,
        },
      ],
      "mission_number": "",
      "mission_slug": "invoice-export-01KE6Z2V",
      "mission_type": "software-dev",
      "negative_invariants": [],
      "overall_verdict": "pending",
    }
  `);
});

test('a judgement changes its row and the verdict, and keeps what it does not know', async () => {
  const { world, read } = judged(MATRIX);
  const run = (...more: string[]) => runJson(world, [...VERDICT, ...more, '--actor', 'codex']);
  expect(await run('--criterion', 'FR-001', '--result', 'pass')).toMatchObject({
    exitCode: 0,
    document: { overall_verdict: 'pending', open: ['FR-002', 'No total is written twice'], committed: false },
  });
  expect(read()).toMatchObject({
    verdict_summary: 'kept',
    criteria: [{ id: 'FR-001', wp: 'WP01', pass_fail: 'pass', verified_by: 'codex' }, MATRIX.criteria[1]],
    negative_invariants: MATRIX.negative_invariants,
  });
  expect(await run('--criterion', 'FR-002', '--result', 'pass')).toMatchObject({
    exitCode: 1,
    document: {
      error_code: 'EVIDENCE_REQUIRED',
      error: 'FR-002 is checked by hand (manual_qa) and has no evidence.',
    },
  });
  await run('--criterion', 'FR-002', '--result', 'pass', '--evidence', 'opened it in a spreadsheet');
  const sentence = MATRIX.negative_invariants[0] ?? '';
  expect(await run('--invariant', sentence, '--result', 'confirmed_absent')).toMatchObject({
    document: { overall_verdict: 'pass', open: [] },
  });
  expect(read().negative_invariants).toMatchObject([{ invariant_id: sentence, result: 'confirmed_absent' }]);
  expect(await run('--criterion', 'FR-002', '--result', 'pending')).toMatchObject({
    document: { overall_verdict: 'pending' },
  });
  expect(read().criteria[1]).toMatchObject({ verified_by: null, verified_at: null });
});

test('a criterion that is described is added; any other that is not there is refused', async () => {
  const { world, read } = judged(MATRIX);
  const run = (...more: string[]) => runJson(world, [...VERDICT, ...more]);
  expect(await run('--criterion', 'SC-1', '--result', 'pass')).toMatchObject({
    exitCode: 1,
    document: { error_code: 'MATRIX_ROW_UNKNOWN', candidates: ['FR-001', 'FR-002'] },
  });
  expect(await run('--invariant', 'NI-9', '--result', 'pending', '--description', 'x')).toMatchObject({
    document: { error_code: 'MATRIX_ROW_UNKNOWN' },
  });
  await run('--criterion', 'SC-1', '--result', 'fail', '--description', 'Fast enough', '--note', 'too slow');
  expect(read()).toMatchObject({
    overall_verdict: 'fail',
    criteria: {
      2: { criterion_id: 'SC-1', description: 'Fast enough', pass_fail: 'fail', notes: 'too slow' },
    },
  });
});

test.each([
  [['--criterion', 'FR-001', '--result', 'confirmed_absent'], 'OPTION_INVALID'],
  [['--invariant', 'NI-01', '--result', 'pass'], 'OPTION_INVALID'],
  [['--result', 'pass'], 'VERDICT_SUBJECT_REQUIRED'],
  [['--criterion', 'FR-001', '--invariant', 'NI-1', '--result', 'pass'], 'VERDICT_SUBJECT_REQUIRED'],
] as const)('%j is refused: %s', async (options, code) => {
  const { world } = judged();
  expect(await runJson(world, [...VERDICT, ...options])).toMatchObject({
    exitCode: 2,
    document: { error_code: code },
  });
  expect(world.repository.git('status', '--porcelain')).toBe('');
});

test('a damaged matrix is left as it is', async () => {
  const { world } = judged(MATRIX);
  const damaged = '{\n<<<<<<< HEAD\n';
  world.repository.write({ [FILE]: damaged });
  const run = await runCli(world, [...VERDICT, '--criterion', 'FR-001', '--result', 'pass']);
  expect(run.stderr).toContain(`The matrix is not JSON: ${FILE}:2 [MATRIX_INVALID]`);
  expect(world.repository.read(FILE)).toBe(damaged);
});
