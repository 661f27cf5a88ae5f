import type { RawRow } from '@spec-kitty/protocol/status-row';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, writeSample } from '../../../testing/sample-mission.ts';

const EMIT = ['agent', 'status', 'emit'];
const APPROVAL = '{"reviewer":"codex","verdict":"approved","reference":"pr-13"}';

function sampleWorld(): CliWorld {
  const world = cliWorld();
  writeSample(world.repository);
  return world;
}

function lastRows(world: CliWorld, count: number): readonly RawRow[] {
  const lines = world.repository.read(`kitty-specs/${SAMPLE}/status.events.jsonl`).trim().split('\n');
  return lines.slice(-count).map((line) => JSON.parse(line) as RawRow);
}

/** Commits work of WP02 on its lane's branch, which has no worktree. */
function commitOnLane({ repository }: CliWorld): string {
  repository.git('switch', '--quiet', '-C', `kitty/mission-${SAMPLE}-lane-b`);
  const commit = repository.commit('Write CSV', { 'src/wp02/csv.ts': 'export {};\n' });
  repository.git('switch', '--quiet', 'main');
  return commit;
}

test('records one transition with what it was given', async () => {
  const world = sampleWorld();
  expect(
    await runJson(world, [
      ...EMIT,
      'WP04',
      '--to',
      'blocked',
      '--actor',
      'gemini',
      '--reason',
      'no access',
      '--execution-mode',
      'direct_repo',
    ]),
  ).toMatchInlineSnapshot(`
      {
        "document": {
          "actor": "gemini",
          "commit": null,
          "event_id": "01KE70EKEG0000000000000000",
          "from_lane": "planned",
          "mission_slug": "invoice-export-01KE6Z2V",
          "status_events_path": "kitty-specs/invoice-export-01KE6Z2V/status.events.jsonl",
          "to_lane": "blocked",
          "work_package_id": "WP04",
          "wp_id": "WP04",
        },
        "exitCode": 0,
      }
    `);
  expect(lastRows(world, 1)[0]).toMatchInlineSnapshot(`
    {
      "actor": "gemini",
      "at": "2026-01-05T12:01:00.000000+00:00",
      "event_id": "01KE70EKEG0000000000000000",
      "evidence": null,
      "execution_mode": "direct_repo",
      "force": false,
      "from_lane": "planned",
      "mission_id": "01KE6Z2V3M8Q4T5X6Y7Z8A9B0C",
      "mission_slug": "invoice-export-01KE6Z2V",
      "policy_metadata": null,
      "reason": "no access",
      "review_ref": null,
      "review_result": null,
      "to_lane": "blocked",
      "wp_id": "WP04",
    }
  `);
  expect((await runCli(world, [...EMIT, 'WP04', '--to', 'in_progress', '--actor', 'gemini'])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty agent status emit WP04 --to in_progress --actor gemini
    WP04: blocked → in_progress (01KE70END00000000000000000).
    [exit 0]"
  `);
});

test('takes a word for subtasks, and none for commits', async () => {
  const world = sampleWorld();
  const forReview = [...EMIT, 'WP02', '--to', 'for_review', '--actor', 'claude'];
  expect((await runCli(world, forReview)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status emit WP02 --to for_review --actor claude
    stderr: Error: WP02 has open subtasks: T004. [SUBTASKS_OPEN]
    stderr: Hint: Run \`spec-kitty agent tasks mark-status T004 --status done --mission invoice-export-01KE6Z2V\` once they are.
    [exit 1]"
  `);
  expect((await runCli(world, [...forReview, '--subtasks-complete'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status emit WP02 --to for_review --actor claude --subtasks-complete
    stderr: Error: The branch of WP02 does not exist: kitty/mission-invoice-export-01KE6Z2V-lane-b [NO_COMMITS]
    stderr: Hint: Claim the package first: \`spec-kitty agent action implement WP02 --agent <agent> --mission invoice-export-01KE6Z2V\`.
    [exit 1]"
  `);
  const vouched = [...forReview, '--subtasks-complete', '--implementation-evidence-present'];
  world.repository.git('branch', `kitty/mission-${SAMPLE}-lane-b`);
  expect((await runCli(world, vouched)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status emit WP02 --to for_review --actor claude --subtasks-complete --implementation-evidence-present
    stderr: Error: WP02 has no commit that changes a file since it was claimed. [NO_COMMITS]
    stderr: Hint: Commit the work on kitty/mission-invoice-export-01KE6Z2V-lane-b, then run the command again.
    stderr: Hint: If there is nothing to change, add --force and --reason with the reason.
    [exit 1]"
  `);
  commitOnLane(world);
  expect((await runCli(world, vouched)).exitCode).toBe(0);
  expect(
    (
      await runCli(world, [
        ...EMIT,
        'WP02',
        '--to',
        'in_review',
        '--actor',
        'codex',
        '--review-ref',
        'action-review-claim',
      ])
    ).exitCode,
  ).toBe(0);
  expect(
    (
      await runCli(world, [
        ...EMIT,
        'WP02',
        '--to',
        'approved',
        '--actor',
        'codex',
        '--review-result-json',
        APPROVAL,
      ])
    ).exitCode,
  ).toBe(0);
  expect(lastRows(world, 1)[0]).toMatchObject({
    to_lane: 'approved',
    review_result: { reviewer: 'codex', verdict: 'approved', reference: 'pr-13' },
    evidence: { review: { reviewer: 'codex', verdict: 'approved', reference: 'pr-13' } },
  });
});

test('records the commit that the lane has when it goes to review', async () => {
  const world = sampleWorld();
  const commit = commitOnLane(world);
  const { document } = await runJson(world, [
    ...EMIT,
    'WP02',
    '--to',
    'for_review',
    '--actor',
    'claude',
    '--subtasks-complete',
  ]);
  expect(document).toMatchObject({ to_lane: 'for_review', commit });
  expect(lastRows(world, 1)[0]).toMatchObject({ policy_metadata: { commit } });
});

test('an approval by the implementer needs force, and is recorded as such', async () => {
  const world = sampleWorld();
  const own = [
    ...EMIT,
    'WP02',
    '--to',
    'approved',
    '--actor',
    'claude',
    '--subtasks-complete',
    '--implementation-evidence-present',
  ];
  const evidence = ['--evidence-json', `{"review":${APPROVAL.replace('codex', 'claude')}}`];
  expect((await runCli(world, [...own, ...evidence])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status emit WP02 --to approved --actor claude --subtasks-complete --implementation-evidence-present --evidence-json '{"review":{"reviewer":"claude","verdict":"approved","reference":"pr-13"}}'
    stderr: Error: claude implemented WP02 and cannot approve it. [SELF_APPROVAL]
    stderr: Hint: Let somebody else review it: \`spec-kitty agent action review WP02 --agent <reviewer> --mission invoice-export-01KE6Z2V\`.
    stderr: Hint: An override is possible with \`spec-kitty agent tasks move-task WP02 --to approved --agent <you> --force --note "<reason>" --mission invoice-export-01KE6Z2V\`; it is recorded as a self-approval.
    [exit 1]"
  `);
  expect((await runCli(world, [...own, ...evidence, '--force'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status emit WP02 --to approved --actor claude --subtasks-complete --implementation-evidence-present --evidence-json '{"review":{"reviewer":"claude","verdict":"approved","reference":"pr-13"}}' --force
    stderr: Error: A forced move needs a reason. [FORCE_NEEDS_REASON]
    stderr: Hint: Add --reason with the reason.
    [exit 1]"
  `);
  expect(
    (await runCli(world, [...own, ...evidence, '--force', '--reason', 'nobody else is here'])).exitCode,
  ).toBe(0);
  expect(lastRows(world, 1)[0]).toMatchObject({
    event_type: 'ReviewerSelfApproval',
    aggregate_id: 'WP02',
    payload: { implementing_actor: 'claude', failure_reason: 'nobody else is here' },
  });
});

test.for([
  ['an edge that does not exist', ['--to', 'done'], 'LANE_EDGE_FORBIDDEN', 1],
  ['an edge that would rest on commits', ['--to', 'for_review'], 'LANE_EDGE_FORBIDDEN', 1],
  ['an unknown lane', ['--to', 'later'], 'LANE_UNKNOWN', 2],
  ['a name that every object has', ['--to', '__proto__', '--force', '--reason', 'x'], 'LANE_UNKNOWN', 2],
  ['genesis, even with force', ['--to', 'genesis', '--force', '--reason', 'x'], 'LANE_NOT_A_TARGET', 2],
  ['force without a reason', ['--to', 'done', '--force'], 'FORCE_NEEDS_REASON', 1],
  ['evidence that is not JSON', ['--to', 'done', '--evidence-json', '{'], 'OPTION_INVALID', 2],
  ['evidence without a review', ['--to', 'done', '--evidence-json', '{}'], 'OPTION_INVALID', 2],
  [
    'a result without a verdict',
    ['--to', 'done', '--review-result-json', '{"reviewer":"a","reference":"b"}'],
    'OPTION_INVALID',
    2,
  ],
] as const)('refuses %s and writes nothing', async ([, options, code, exitCode]) => {
  const world = sampleWorld();
  const { transcript } = await runCli(world, [...EMIT, 'WP03', '--actor', 'claude', ...options]);
  expect(transcript).toMatch(/^stderr: Hint: ./m);
  expect(await runJson(world, [...EMIT, 'WP03', '--actor', 'claude', ...options])).toMatchObject({
    exitCode,
    document: { error: expect.any(String) as string, error_code: code, hints: expect.any(Array) as string[] },
  });
  expect(world.repository.git('status', '--porcelain')).toBe('');
});

test('wants an actor', async () => {
  expect((await runCli(sampleWorld(), [...EMIT, 'WP03', '--to', 'claimed'])).transcript)
    .toMatchInlineSnapshot(`
      "$ spec-kitty agent status emit WP03 --to claimed
      stderr: Error: --actor is missing. [USAGE_ERROR]
      stderr: Hint: Run \`spec-kitty agent status emit --help\` to see what it takes.
      [exit 2]"
    `);
});
