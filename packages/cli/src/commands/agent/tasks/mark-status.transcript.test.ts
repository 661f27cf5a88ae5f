import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, workPackage, writeSample } from '../../../testing/sample-mission.ts';

const MARK = ['agent', 'tasks', 'mark-status'];
const LOG = `kitty-specs/${SAMPLE}/status.events.jsonl`;

function marked() {
  const world = cliWorld();
  writeSample(world.repository);
  return world;
}

test('records every subtask in one append and says what became of each', async () => {
  const world = marked();
  const before = world.repository.git('show', `HEAD:${LOG}`);
  expect(
    (
      await runCli(world, [
        ...MARK,
        't001',
        'T002,T004',
        'T003',
        'T099',
        '--status',
        'done',
        '--agent',
        'claude',
      ])
    ).transcript,
  ).toMatchInlineSnapshot(`
      "$ spec-kitty agent tasks mark-status t001 T002,T004 T003 T099 --status done --agent claude
      T001 of WP01: done.
      T002 of WP01: done.
      T004 of WP02: done.
      T003 of WP02: already done.
      T099: no work package lists it.
      [exit 0]"
    `);
  const after = world.repository.read(LOG);
  const rows = after
    .slice(before.length + 1)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { wp_id: string; delta: unknown });
  expect(rows.map(({ wp_id: wp, delta }) => [wp, delta])).toEqual([
    ['WP01', { subtasks: { T001: 'done', T002: 'done' } }],
    ['WP02', { subtasks: { T004: 'done' } }],
  ]);
});

test('pending opens a subtask again, and what is open already is left alone', async () => {
  const world = marked();
  expect(await runJson(world, [...MARK, 'T003', 'T004', '--status', 'pending'])).toMatchInlineSnapshot(`
    {
      "document": {
        "mission_slug": "invoice-export-01KE6Z2V",
        "results": [
          {
            "format": "event_log",
            "id": "T003",
            "message": "T003 of WP02: pending.",
            "outcome": "updated",
            "work_packages": [
              "WP02",
            ],
          },
          {
            "format": "event_log",
            "id": "T004",
            "message": "T004 of WP02: already pending.",
            "outcome": "already_satisfied",
            "work_packages": [
              "WP02",
            ],
          },
        ],
        "summary": {
          "already_satisfied": 1,
          "not_found": 0,
          "updated": 1,
        },
      },
      "exitCode": 0,
    }
  `);
});

test('a subtask that two packages list counts in both', async () => {
  const world = cliWorld();
  const file = `kitty-specs/${SAMPLE}/tasks/WP04-manual.md`;
  writeSample(world.repository, {
    ...sampleFiles(),
    [file]: workPackage('WP04', 'Write the manual', { subtasks: ['T003', 'T006'] }),
  });
  expect((await runCli(world, [...MARK, 'T003', '--status', 'done'])).stdout).toBe(
    'T003 of WP02, WP04: done.\n',
  );
});

test('fails when no package lists any of them, and writes nothing', async () => {
  const world = marked();
  expect((await runCli(world, [...MARK, 'T098', 'T099', '--status', 'done'])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks mark-status T098 T099 --status done
    stderr: Error: No work package of invoice-export-01KE6Z2V lists T098, T099. [SUBTASKS_NOT_FOUND]
    stderr: Hint: Subtasks are those in the frontmatter of the files under tasks/.
    stderr: Hint: Run \`spec-kitty agent tasks list-tasks --mission invoice-export-01KE6Z2V\` to see where they are.
    [exit 1]"
  `);
  expect(await runJson(world, [...MARK, 'T098', '--status', 'done'])).toMatchObject({
    exitCode: 1,
    document: {
      error_code: 'SUBTASKS_NOT_FOUND',
      results: [{ id: 'T098', outcome: 'not_found' }],
      summary: { not_found: 1 },
    },
  });
  expect(world.repository.git('status', '--porcelain')).toBe('');
});

test('works on a branch without the mission, and the mark is there when the branch is back', async () => {
  const world = marked();
  await runCli(world, [...MARK, 'T001', '--status', 'done']);
  world.repository.git('stash', '--quiet');
  world.repository.git('switch', '--quiet', '--orphan', 'other');
  expect(
    (await runCli(world, [...MARK, 'T005', '--status', 'done', '--mission', 'invoice-export'])).transcript,
  ).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks mark-status T005 --status done --mission invoice-export
    T005 of WP03: done.
    [exit 0]"
  `);
  world.repository.git('switch', '--quiet', 'main');
  expect((await runCli(world, [...MARK, 'T001', 'T005', '--status', 'done'])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks mark-status T001 T005 --status done
    T001 of WP01: already done.
    T005 of WP03: already done.
    [exit 0]"
  `);
});

test('wants a status and at least one subtask', async () => {
  const world = marked();
  expect((await runCli(world, [...MARK, 'T001', '--status', 'finished'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks mark-status T001 --status finished
    stderr: Error: "finished" is no value for --status, which takes one of done, pending. [USAGE_ERROR]
    stderr: Hint: Run \`spec-kitty agent tasks mark-status --help\` to see what it takes.
    [exit 2]"
  `);
  expect((await runCli(world, [...MARK, '--status', 'done'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks mark-status --status done
    stderr: Error: A value for Tnnn is missing. [USAGE_ERROR]
    stderr: Hint: Run \`spec-kitty agent tasks mark-status --help\` to see what it takes.
    [exit 2]"
  `);
});

test('a subtask is recorded as the file of its package spells it, which is what a move to review asks for', async () => {
  const world = marked();
  const file = `kitty-specs/${SAMPLE}/tasks/WP04-manual.md`;
  world.repository.write({ [file]: workPackage('WP04', 'Write the manual', { subtasks: ['t006'] }) });
  expect((await runCli(world, [...MARK, 'T006', '--status', 'done'])).stdout).toBe('T006 of WP04: done.\n');
  expect(world.repository.read(LOG).trim().split('\n').at(-1)).toContain('"t006": "done"');
  expect((await runCli(world, [...MARK, 't006', '--status', 'done'])).stdout).toBe(
    'T006 of WP04: already done.\n',
  );
});
