import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { sampleFiles, SAMPLE, writeSample } from '../../../testing/sample-mission.ts';

const LIST = ['agent', 'tasks', 'list-tasks'];

test('lists packages of one lane', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect(await runJson(world, [...LIST, '--lane', 'doing'])).toMatchInlineSnapshot(`
    {
      "document": {
        "count": 1,
        "tasks": [
          {
            "lane": "in_progress",
            "path": "kitty-specs/invoice-export-01KE6Z2V/tasks/WP02-write-csv.md",
            "title": "Write CSV",
            "work_package_id": "WP02",
          },
        ],
      },
      "exitCode": 0,
    }
  `);
  expect((await runCli(world, [...LIST, '--lane', 'done'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks list-tasks --lane done
    invoice-export-01KE6Z2V has no work packages in done.
    [exit 0]"
  `);
});

test('a package without lane events is in genesis', async () => {
  const world = cliWorld();
  writeSample(world.repository, sampleFiles([]));
  expect(await runJson(world, [...LIST, '--lane', 'genesis'])).toMatchObject({
    document: {
      count: 4,
      tasks: [
        { work_package_id: 'WP01', path: `kitty-specs/${SAMPLE}/tasks/WP01-read-invoices.md` },
        {},
        {},
        {},
      ],
    },
  });
});

test('refuses a lane that does not exist', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, [...LIST, '--lane', 'later'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks list-tasks --lane later
    stderr: Error: "later" is not a lane. [LANE_UNKNOWN]
    stderr: Hint: Lanes: genesis, planned, claimed, in_progress, for_review, in_review, approved, done, blocked, canceled.
    [exit 2]"
  `);
});
