import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { SAMPLE, writeSample } from '../../testing/sample-mission.ts';

const BRANCH = `kitty/mission-${SAMPLE}`;
const TRASH = `20260105T120100Z-${SAMPLE}-lane-b`;
const BACKUP = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';
const ABANDON = ['mission', 'abandon', '--mission', SAMPLE, '--reason', 'no longer needed'];

/** The sample mission with a branch of one lane, and a worktree with uncommitted work in another. */
function world(): CliWorld {
  const made = cliWorld();
  const { repository } = made;
  writeSample(repository);
  repository.git('branch', `${BRANCH}-lane-a`);
  repository.git('worktree', 'add', '--quiet', '-b', `${BRANCH}-lane-b`, `.worktrees/${SAMPLE}-lane-b`);
  repository.write({ [`.worktrees/${SAMPLE}-lane-b/draft.txt`]: 'draft\n' });
  return made;
}

/** A command line with its output; sizes differ from disk to disk, and commits are short in tables. */
async function told(of: CliWorld, argv: readonly string[]): Promise<string> {
  const { transcript } = await runCli(of, argv);
  return transcript
    .replaceAll(/\d+(?:\.\d)? [kMG]?B\b/g, '<size>')
    .replaceAll(/\b[0-9a-f]{12}\b/g, '<short>')
    .replaceAll(/ {3,}/g, '   ');
}

test('abandoning says what it did and what takes it back; doing so again changes nothing', async () => {
  const made = world();
  expect(await told(made, ABANDON)).toMatchInlineSnapshot(`
    "$ spec-kitty mission abandon --mission invoice-export-01KE6Z2V --reason 'no longer needed'
    Gave invoice-export-01KE6Z2V up.
    Canceled: WP01, WP02, WP03, WP04.
    lane-a: removed the branch kitty/mission-invoice-export-01KE6Z2V-lane-a, kept as refs/spec-kitty/backup/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a
    lane-b: what was not committed in 1 file is kept as refs/spec-kitty/backup/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted
    lane-b: the worktree is in .worktrees/.trash/20260105T120100Z-invoice-export-01KE6Z2V-lane-b
    lane-b: removed the branch kitty/mission-invoice-export-01KE6Z2V-lane-b, kept as refs/spec-kitty/backup/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b
    To take it back:
      spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a
      spec-kitty recover restore 20260105T120100Z-invoice-export-01KE6Z2V-lane-b
      spec-kitty agent tasks move-task WP01 --to planned --force --note "<reason>" --mission invoice-export-01KE6Z2V
      spec-kitty agent tasks move-task WP02 --to planned --force --note "<reason>" --mission invoice-export-01KE6Z2V
      spec-kitty agent tasks move-task WP03 --to planned --force --note "<reason>" --mission invoice-export-01KE6Z2V
      spec-kitty agent tasks move-task WP04 --to planned --force --note "<reason>" --mission invoice-export-01KE6Z2V
    [exit 0]"
  `);
  expect(await told(made, ['agent', ...ABANDON])).toMatchInlineSnapshot(`
    "$ spec-kitty agent mission abandon --mission invoice-export-01KE6Z2V --reason 'no longer needed'
    invoice-export-01KE6Z2V was given up before.
    [exit 0]"
  `);
  expect(await told(made, ['agent', 'status', 'doctor'])).toMatchInlineSnapshot(`
    "$ spec-kitty agent status doctor
    invoice-export-01KE6Z2V: nothing is wrong.
    Put away: 1 worktree in the trash (<size>), 3 backups; \`spec-kitty recover list\` shows them.
    [exit 0]"
  `);
});

test('what was put away is listed, shown and brought back', async () => {
  const made = world();
  await runCli(made, ABANDON);
  expect(await told(made, ['recover', 'list'])).toMatchInlineSnapshot(`
    "$ spec-kitty recover list
    WORKTREE   AGE   SIZE   BRANCH
    20260105T120100Z-invoice-export-01KE6Z2V-lane-b  0 hours  <size>  kitty/mission-invoice-export-01KE6Z2V-lane-b

    BACKUP   AGE   COMMIT   MISSION   SUBJECT
    01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a   2 hours  <short>  invoice-export-01KE6Z2V  Add the sample mission
    01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b   2 hours  <short>  invoice-export-01KE6Z2V  Add the sample mission
    01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted  2 hours  <short>  invoice-export-01KE6Z2V  Uncommitted work of lane-b

    Run \`spec-kitty recover restore <id>\` to bring one back.
    [exit 0]"
  `);
  expect(await told(made, ['recover', 'show', TRASH])).toMatchInlineSnapshot(`
    "$ spec-kitty recover show 20260105T120100Z-invoice-export-01KE6Z2V-lane-b
    20260105T120100Z-invoice-export-01KE6Z2V-lane-b: a worktree, removed with its mission 0 hours ago.
      Files   <repo>/.worktrees/.trash/20260105T120100Z-invoice-export-01KE6Z2V-lane-b/worktree (<size>)
      Branch   kitty/mission-invoice-export-01KE6Z2V-lane-b
      Commit   <commit>
    Run \`spec-kitty recover restore 20260105T120100Z-invoice-export-01KE6Z2V-lane-b\` to put it back at .worktrees/invoice-export-01KE6Z2V-lane-b.
    [exit 0]"
  `);
  expect(await told(made, ['recover', 'show', `${BACKUP}/lane-b-uncommitted`])).toMatchInlineSnapshot(`
    "$ spec-kitty recover show 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted
    01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted: a backup, made 2 hours ago.
      Ref   refs/spec-kitty/backup/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted
      Commit   <commit> Uncommitted work of lane-b
      Mission  invoice-export-01KE6Z2V
    No branch has 2 commits of it: \`git log refs/spec-kitty/backup/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted\` shows them.
    Run \`spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted\` to make a branch of it.
    [exit 0]"
  `);
  expect(await told(made, ['recover', 'restore', TRASH])).toMatchInlineSnapshot(`
    "$ spec-kitty recover restore 20260105T120100Z-invoice-export-01KE6Z2V-lane-b
    The worktree is back as it was: <repo>/.worktrees/invoice-export-01KE6Z2V-lane-b
    Its branch, kitty/mission-invoice-export-01KE6Z2V-lane-b, was made again.
    [exit 0]"
  `);
  expect(made.repository.read(`.worktrees/${SAMPLE}-lane-b/draft.txt`)).toBe('draft\n');
  expect(await told(made, ['recover', 'restore', TRASH])).toMatchInlineSnapshot(`
    "$ spec-kitty recover restore 20260105T120100Z-invoice-export-01KE6Z2V-lane-b
    stderr: Error: Neither the trash nor the backups have "20260105T120100Z-invoice-export-01KE6Z2V-lane-b". [NOTHING_TO_RECOVER]
    stderr: Hint: There are: 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a, 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b, 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted.
    stderr: Hint: Run \`spec-kitty recover list\` to see all of them.
    [exit 1]"
  `);
  expect(await told(made, ['recover', 'restore', `${BACKUP}/lane-a`])).toMatchInlineSnapshot(`
    "$ spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a
    Made the branch kitty/mission-invoice-export-01KE6Z2V-lane-a at <short>; the backup stays.
    [exit 0]"
  `);
  expect(await told(made, ['recover', 'restore', `${BACKUP}/lane-a`])).toMatchInlineSnapshot(`
    "$ spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a
    Made the branch recovered/invoice-export-01KE6Z2V-lane-a at <short>; the backup stays.
    [exit 0]"
  `);
  expect(await told(made, ['recover', 'restore', `${BACKUP}/lane-a`])).toMatchInlineSnapshot(`
    "$ spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a
    stderr: Error: There is a branch kitty/mission-invoice-export-01KE6Z2V-lane-a and recovered/invoice-export-01KE6Z2V-lane-a already. [RESTORE_BRANCH_TAKEN]
    stderr: Hint: Name another: \`spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a --branch <name>\`.
    [exit 1]"
  `);
  for (const name of ['HEAD', '@', 'a b'])
    expect(await told(made, ['recover', 'restore', `${BACKUP}/lane-a`, '--branch', name])).toContain(
      `A branch cannot have this name: ${name} [USAGE_ERROR]`,
    );
  expect(await told(made, ['recover', 'restore', `${BACKUP}/lane-a`, '--branch', 'a..b']))
    .toMatchInlineSnapshot(`
    "$ spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a --branch a..b
    stderr: Error: A branch cannot have this name: a..b [USAGE_ERROR]
    stderr: Hint: Give another with --branch.
    [exit 2]"
  `);
});

test('the same as JSON', async () => {
  const made = world();
  expect(await runJson(made, ABANDON)).toMatchObject({
    exitCode: 0,
    document: {
      result: 'success',
      already_abandoned: false,
      canceled: ['WP01', 'WP02', 'WP03', 'WP04'],
      lanes: [
        { lane_id: 'lane-a', trash_id: null, branch_removed: true, uncommitted_ref: null },
        { lane_id: 'lane-b', trash_id: TRASH, branch_removed: true, uncommitted_paths: 1 },
      ],
    },
  });
  expect(await runJson(made, ['recover', 'list'])).toMatchObject({
    exitCode: 0,
    document: {
      trash: [
        {
          id: TRASH,
          reason: 'abandoned',
          mission_id: BACKUP,
          mission_slug: SAMPLE,
          lane_id: 'lane-b',
          branch: `${BRANCH}-lane-b`,
          removed_at: '2026-01-05T12:01:00.000Z',
          age_days: 0,
          restorable: true,
        },
      ],
      backups: [
        {
          id: `${BACKUP}/lane-a`,
          lane_id: 'lane-a',
          mission_slug: SAMPLE,
          made_at: '2026-01-05T10:00:00.000Z',
        },
        { id: `${BACKUP}/lane-b` },
        { id: `${BACKUP}/lane-b-uncommitted`, lane_id: 'lane-b', subject: 'Uncommitted work of lane-b' },
      ],
    },
  });
  expect(await runJson(made, ['recover', 'show', `refs/spec-kitty/backup/${BACKUP}/lane-b`])).toMatchObject({
    document: { kind: 'backup', commits_on_no_branch: 0 },
  });
  expect(await runJson(made, ['recover', 'restore', TRASH])).toMatchObject({
    document: { kind: 'worktree', branch: `${BRANCH}-lane-b`, branch_made: true },
  });
  expect(await runJson(made, ['recover', 'show', 'nonsense'])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'NOTHING_TO_RECOVER' },
  });
});

test('pruning deletes what is older than asked, and nothing younger', async () => {
  const made = world();
  await runCli(made, ABANDON);
  made.clock.forward(29.9);
  expect(await told(made, ['recover', 'prune'])).toMatchInlineSnapshot(`
    "$ spec-kitty recover prune
    Nothing has been put away for 30 days.
    [exit 0]"
  `);
  expect(await told(made, ['recover', 'prune', '--older-than', '29.95'])).toMatchInlineSnapshot(`
    "$ spec-kitty recover prune --older-than 29.95
    Deleted 0 worktrees (<size>) and 1 backup:
      01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a
    Kept, as a younger worktree or a merge needs them: 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b, 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted.
    [exit 0]"
  `);
  made.clock.forward(1);
  expect(await told(made, ['recover', 'prune', '--dry-run'])).toMatchInlineSnapshot(`
    "$ spec-kitty recover prune --dry-run
    Would delete 1 worktree (<size>) and 2 backups:
      20260105T120100Z-invoice-export-01KE6Z2V-lane-b
      01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b
      01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-b-uncommitted
    [exit 0]"
  `);
  const trash = path.join(made.repository.root, '.worktrees/.trash', TRASH);
  expect(existsSync(trash)).toBe(true);
  expect(await runJson(made, ['recover', 'prune'])).toMatchObject({
    document: { dry_run: false, trash: [{ id: TRASH }], backups: [{}, {}], needed_backups: [] },
  });
  expect([existsSync(trash), made.repository.git('for-each-ref', 'refs/spec-kitty/backup')]).toEqual([
    false,
    '',
  ]);
  expect(await told(made, ['recover', 'list'])).toMatchInlineSnapshot(`
    "$ spec-kitty recover list
    The trash is empty, and there are no backups.
    [exit 0]"
  `);
});
