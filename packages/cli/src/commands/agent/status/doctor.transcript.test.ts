import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, sampleRows, writeSample } from '../../../testing/sample-mission.ts';

const DOCTOR = ['agent', 'status', 'doctor'];
const ROOT = `kitty-specs/${SAMPLE}`;
const LOG = `${ROOT}/status.events.jsonl`;
const BRANCH = `kitty/mission-${SAMPLE}`;

/** A mission as it should be: branches of the lanes at work, worktree of the package in progress, current status.json. */
async function healthyWorld(files?: Readonly<Record<string, string>>): Promise<CliWorld> {
  const world = cliWorld();
  const { repository } = world;
  writeSample(repository, files);
  repository.git('branch', `${BRANCH}-lane-a`);
  repository.git('worktree', 'add', '--quiet', '-b', `${BRANCH}-lane-b`, `.worktrees/${SAMPLE}-lane-b`);
  await runCli(world, ['agent', 'status', 'materialize']);
  return world;
}

test('what waits for a canceled package is told with its ways out', async () => {
  const world = await healthyWorld();
  const move = (wp: string, to: string) =>
    runCli(world, ['agent', 'tasks', 'move-task', wp, '--to', to, '--force', '--note', 'x']);
  await move('WP02', 'canceled');
  const way = 'If it is not wanted either, cancel it: `spec-kitty agent tasks move-task WP03 --to canceled';
  const implement = ['agent', 'action', 'implement', 'WP03', '--agent', 'ada'];
  expect((await runCli(world, DOCTOR)).stdout).toContain('WP03 waits for WP02, which is canceled.');
  expect((await runCli(world, DOCTOR)).stdout).toContain(way);
  expect((await runCli(world, implement)).stderr).toContain(way);
  await move('WP02', 'planned');
  expect((await runCli(world, DOCTOR)).stdout).not.toContain('waits for');
  await move('WP02', 'canceled');
  const file = path.join(world.repository.root, ROOT, 'tasks', 'WP03-command.md');
  writeFileSync(file, readFileSync(file, 'utf8').replace('- WP02\n', ''));
  expect((await runCli(world, DOCTOR)).stdout).not.toContain('waits for');
  expect((await runCli(world, implement)).stderr).not.toContain('waits for');
});

test('finds nothing in a healthy mission', async () => {
  const world = await healthyWorld();
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V: nothing is wrong.
    [exit 0]"
  `);
  expect(await runJson(world, DOCTOR)).toEqual({
    exitCode: 0,
    document: {
      mission_slug: SAMPLE,
      healthy: true,
      findings: [],
      error_count: 0,
      warning_count: 0,
      recovery: { trash_count: 0, trash_bytes: 0, backup_count: 0 },
    },
  });
});

test('finds what has been held for too long, by limits that can be set', async () => {
  const world = await healthyWorld(
    sampleFiles([...sampleRows(), laneRow(14, { wp_id: 'WP04', actor: 'gemini' })]),
  );
  world.clock.forward(7);
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      warning  WP04 is claimed by gemini and has not moved for 7 days. [stale_claim]
               Ask gemini, or free it with \`spec-kitty agent tasks move-task WP04 --to planned --force --note "<reason>" --mission invoice-export-01KE6Z2V\`.
    [exit 0]"
  `);
  const strict = [...DOCTOR, '--stale-claimed-days', '9', '--stale-in-progress-days', '0.5'];
  expect((await runJson(world, strict)).document).toMatchObject({
    healthy: true,
    warning_count: 1,
    findings: [{ severity: 'warning', category: 'stale_in_progress', wp_id: 'WP02' }],
  });
  expect((await runCli(world, [...DOCTOR, '--stale-claimed-days', 'soon'])).transcript)
    .toMatchInlineSnapshot(`
      "$ spec-kitty agent status doctor --stale-claimed-days soon
      stderr: Error: "soon" is no value for --stale-claimed-days, which takes a number of days. [USAGE_ERROR]
      stderr: Hint: Run \`spec-kitty agent status doctor --help\` to see what it takes.
      [exit 2]"
    `);
});

test('names every corrupt line of both copies, and changes nothing', async () => {
  const world = await healthyWorld();
  await runCli(world, ['agent', 'tasks', 'add-history', 'WP02', '--note', 'x']);
  const lines = world.repository.read(LOG).split('\n');
  lines[1] = '<<<<<<< HEAD';
  lines[4] = '{"kind":"annotation","wp_id":"WP01"}';
  world.repository.write({ [LOG]: lines.join('\n') });
  const before = world.repository.read(LOG);
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      error    The event log is corrupt: the line is not JSON, in line 2 of kitty-specs/invoice-export-01KE6Z2V/status.events.jsonl [corrupt_log]
               Correct or remove that line by hand, or restore the file from Git history; nothing was changed.
      error    The event log is corrupt: at is missing, in line 5 of kitty-specs/invoice-export-01KE6Z2V/status.events.jsonl [corrupt_log]
               Correct or remove that line by hand, or restore the file from Git history; nothing was changed.
    [exit 1]"
  `);
  expect(world.repository.read(LOG)).toBe(before);
});

test('an event_id with two contents is an error too', async () => {
  const world = await healthyWorld();
  const changed = sampleRows().map((row, index) => (index === 0 ? { ...row, reason: 'rewritten' } : row));
  world.repository.write({
    [LOG]: `${world.repository.read(LOG)}${sampleFiles([changed[0] ?? {}])[LOG] ?? ''}`,
  });
  expect(await runJson(world, DOCTOR)).toMatchObject({
    exitCode: 1,
    document: {
      findings: [
        { category: 'corrupt_log', message: expect.stringContaining('two different contents') as string },
      ],
    },
  });
});

test('tells a checkout that lacks recorded events, and what repairs it', async () => {
  const world = await healthyWorld();
  await runCli(world, ['agent', 'tasks', 'mark-status', 'T005', '--status', 'done']);
  world.repository.git('checkout', '--quiet', '--', LOG);
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      warning  The checkout's event log lacks 1 of the recorded events; nothing is lost, the journal has them. [journal_ahead]
               Run \`spec-kitty agent status materialize --mission invoice-export-01KE6Z2V\` to write them into the file again.
    [exit 0]"
  `);
  await runCli(world, ['agent', 'status', 'materialize']);
  expect((await runJson(world, DOCTOR)).document).toMatchObject({ findings: [] });
});

test('tells a status.json that is missing or differs', async () => {
  const world = await healthyWorld();
  world.repository.write({ [`${ROOT}/status.json`]: '{"event_count": 1}\n' });
  const { document } = await runJson(world, DOCTOR);
  expect(
    (document as { findings: readonly { category: string }[] }).findings.map(({ category }) => category),
  ).toEqual(Array.from({ length: 6 }, () => 'materialization_drift'));
  rmSync(path.join(world.repository.root, ROOT, 'status.json'));
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      warning  status.json is missing. [materialization_drift]
               Run \`spec-kitty agent status materialize --mission invoice-export-01KE6Z2V\`; spec-kitty itself never reads that file.
    [exit 0]"
  `);
});

test('tells a status.json in conflict, and how Git is told that it is resolved', async () => {
  const world = await healthyWorld();
  world.repository.write({ [`${ROOT}/status.json`]: '{\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n}\n' });
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      warning  status.json has the marks of a conflict in it, as of two clones that went on. [materialization_drift]
               Run \`spec-kitty agent status materialize --mission invoice-export-01KE6Z2V\`, then \`git add kitty-specs/invoice-export-01KE6Z2V/status.json\` and commit; spec-kitty itself never reads that file.
    [exit 0]"
  `);
});

test('finds lanes without their branch, worktree or commit', async () => {
  const world = await healthyWorld();
  const { repository } = world;
  repository.git('worktree', 'remove', `.worktrees/${SAMPLE}-lane-b`);
  repository.git('branch', '-D', `${BRANCH}-lane-a`);
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      warning  WP01 is approved, and the branch of its lane is missing: kitty/mission-invoice-export-01KE6Z2V-lane-a [missing_lane_branch]
               Run \`git branch kitty/mission-invoice-export-01KE6Z2V-lane-a <commit>\` to bring it back; \`git reflog\` or another clone may know the commit.
      warning  WP02 is in_progress, and its worktree is missing: <repo>/.worktrees/invoice-export-01KE6Z2V-lane-b [missing_worktree]
               Run \`spec-kitty agent action implement WP02 --agent claude --mission invoice-export-01KE6Z2V\` to attach it again; its commits are safe on the branch. If it was moved, move it back first: what is not committed is in it.
    [exit 0]"
  `);
});

test('a recorded commit brings its branch back, and one that is gone is an error', async () => {
  const approvedAt = (commit: string) =>
    sampleFiles(
      sampleRows().map((row) =>
        'to_lane' in row && row.to_lane === 'approved' ? { ...row, policy_metadata: { commit } } : row,
      ),
    );
  const gone = '1234567890123456789012345678901234567890';
  const lost = await healthyWorld(approvedAt(gone));
  expect((await runCli(lost, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      error    The commit recorded for WP01 is not in this repository: <commit> [missing_commit]
               In the clone that has it run \`git push <remote> kitty/mission-invoice-export-01KE6Z2V-lane-a\`, here \`git fetch <remote> kitty/mission-invoice-export-01KE6Z2V-lane-a\`, then the command again. If no clone has it, begin again: \`spec-kitty agent tasks move-task WP01 --to planned --force --note "<reason>" --mission invoice-export-01KE6Z2V\`.
    [exit 1]"
  `);

  const kept = await healthyWorld();
  kept.repository.write(approvedAt(kept.repository.git('rev-parse', 'HEAD')));
  await runCli(kept, ['agent', 'status', 'materialize']);
  kept.repository.git('branch', '-D', `${BRANCH}-lane-a`);
  expect((await runCli(kept, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      error    WP01 is approved, and the branch of its lane is missing: kitty/mission-invoice-export-01KE6Z2V-lane-a [missing_lane_branch]
               Run \`git branch kitty/mission-invoice-export-01KE6Z2V-lane-a <commit>\` to bring it back.
    [exit 1]"
  `);
});

test('a merged mission needs no branches', async () => {
  const meta = `${ROOT}/meta.json`;
  const world = cliWorld();
  writeSample(world.repository, {
    ...sampleFiles(),
    [meta]: (sampleFiles()[meta] ?? '').replace('{', '{\n  "baseline_merge_commit": "1234567890",'),
  });
  await runCli(world, ['agent', 'status', 'materialize']);
  expect((await runJson(world, DOCTOR)).document).toMatchObject({ findings: [] });
});

test('finds worktrees that belong to no mission', async () => {
  const world = await healthyWorld();
  mkdirSync(path.join(world.repository.root, '.worktrees', 'other-mission-01KE0000-lane-a'));
  mkdirSync(path.join(world.repository.root, '.worktrees', '.trash'));
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      warning  This worktree belongs to no mission that is known here: .worktrees/other-mission-01KE0000-lane-a [orphan_worktree]
               If somebody has moved it here, move it back to where its lane has it. If nothing in it is needed, run \`git worktree remove .worktrees/other-mission-01KE0000-lane-a\`; it refuses where work would be lost.
    [exit 0]"
  `);
});

test('finds self-approvals, unreadable packages and a damaged list of decisions', async () => {
  const rows = sampleRows().map((row) =>
    'to_lane' in row && row.to_lane === 'approved'
      ? {
          ...row,
          force: true,
          reason: 'alone',
          review_result: { reviewer: 'claude', verdict: 'approved', reference: 'x' },
        }
      : row,
  );
  const world = await healthyWorld({
    ...sampleFiles(rows),
    [`${ROOT}/tasks/WP03-command.md`]: '---\ntitle: [\n---\n',
    [`${ROOT}/decisions/index.json`]: '[]',
    [`${ROOT}/acceptance-matrix.json`]: '{\n"criteria": [}\n',
  });
  expect((await runCli(world, DOCTOR)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V:
      error    The YAML is not valid: deficient indentation. kitty-specs/invoice-export-01KE6Z2V/tasks/WP03-command.md:3 [unreadable_package]
               Correct the file; until then the package is shown and never handed out.
      error    The list of decisions cannot be read: kitty-specs/invoice-export-01KE6Z2V/decisions/index.json [damaged_decisions]
               Repair it by hand, or restore it from Git history.
      error    Nothing can be read: the matrix is not JSON (kitty-specs/invoice-export-01KE6Z2V/acceptance-matrix.json:2). [damaged_matrix]
               Repair the file.
      warning  claude implemented WP01 and approved it. [self_approval]
               Let somebody else read it; the override is in the event log.
      warning  WP01 was made approved by force by codex: "alone" [override]
               Make sure that this was meant; no rule has checked it.
    [exit 1]"
  `);
});

test('a check that cannot be made exits 2', async () => {
  const world = await healthyWorld();
  rmSync(path.join(world.repository.root, '.git', 'objects'), { recursive: true });
  expect(await runJson(world, DOCTOR)).toMatchObject({
    exitCode: 2,
    document: { error_code: 'DOCTOR_FAILED' },
  });
});

test('a log that is a symbolic link is an error', async () => {
  const world = await healthyWorld();
  const file = path.join(world.repository.root, LOG);
  rmSync(file);
  symlinkSync('/etc/hostname', file);
  expect(await runJson(world, DOCTOR)).toMatchObject({
    exitCode: 1,
    document: {
      findings: [
        { severity: 'error', category: 'corrupt_log', message: expect.stringContaining(LOG) as string },
      ],
    },
  });
});

test('an interrupted merge is told first: what is committed now would undo it', async () => {
  const world = await healthyWorld();
  const moves = path.join(world.repository.root, '.git/spec-kitty/moves');
  mkdirSync(moves, { recursive: true });
  writeFileSync(path.join(moves, 'merge-01KE6Z2V3M8Q4T5X6Y7Z8A9B0C.json'), '{}');
  expect(await runJson(world, DOCTOR)).toMatchObject({
    exitCode: 1,
    document: { findings: [{ category: 'unfinished_merge', severity: 'error' }] },
  });
});
