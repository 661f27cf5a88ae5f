import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, sampleRows, writeSample } from '../../../testing/sample-mission.ts';

const VALIDATE = ['agent', 'status', 'validate'];
const LOG = `kitty-specs/${SAMPLE}/status.events.jsonl`;

test('a sound log passes', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  await runCli(world, ['agent', 'status', 'materialize']);
  expect((await runCli(world, VALIDATE)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status validate
    invoice-export-01KE6Z2V: 13 rows, 0 errors, 0 warnings.
    [exit 0]"
  `);
  expect(await runJson(world, VALIDATE)).toEqual({
    exitCode: 0,
    document: {
      mission_slug: SAMPLE,
      passed: true,
      errors: [],
      warnings: [],
      corrupt_lines: [],
      error_count: 0,
      warning_count: 0,
    },
  });
});

test('names every finding; a stale status.json is only a warning', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  await runCli(world, ['agent', 'status', 'materialize']);
  const rows = [
    ...sampleRows(),
    laneRow(14, { wp_id: 'WP03', from_lane: 'planned', to_lane: 'done' }),
    laneRow(15, { wp_id: 'WP04', from_lane: 'planned', to_lane: 'approved', force: true, reason: ' ' }),
  ];
  world.repository.write({ [LOG]: sampleFiles(rows)[LOG] ?? '' });
  expect((await runCli(world, VALIDATE)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status validate
    invoice-export-01KE6Z2V: 15 rows, 3 errors, 4 warnings.
      error    Event 01KE7000000000000000000015: force without reason
      error    Event 01KE7000000000000000000014: illegal transition planned -> done
      error    Event 01KE7000000000000000000014: done without review evidence
      warning  status.json event_count differs from the log
      warning  status.json last_event_id differs from the log
      warning  status.json work package WP03 differs from the log
      warning  status.json work package WP04 differs from the log
    [exit 1]"
  `);
  expect(await runJson(world, VALIDATE)).toMatchObject({
    exitCode: 1,
    document: { passed: false, error_count: 3, warning_count: 4 },
  });
});

test('a status.json that is no JSON object is a warning', async () => {
  const world = cliWorld();
  writeSample(world.repository, {
    ...sampleFiles(),
    [`kitty-specs/${SAMPLE}/status.json`]: '<<<<<<< HEAD\n',
  });
  expect(await runJson(world, VALIDATE)).toMatchObject({
    exitCode: 0,
    document: { passed: true, warnings: ['status.json is not a JSON object'] },
  });
});

test('names file and line of every row that cannot be read', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  world.repository.write({ [LOG]: `<<<<<<< HEAD\n${world.repository.read(LOG)}{"to_lane":"done"}\n` });
  expect((await runCli(world, VALIDATE)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status validate
    invoice-export-01KE6Z2V: 15 rows, 2 errors, 0 warnings.
      error    The event log is corrupt: the line is not JSON, in line 1 of kitty-specs/invoice-export-01KE6Z2V/status.events.jsonl
      error    The event log is corrupt: event_id is missing, in line 15 of kitty-specs/invoice-export-01KE6Z2V/status.events.jsonl
    Run \`spec-kitty agent status doctor --mission invoice-export-01KE6Z2V\` to see what mends it.
    [exit 1]"
  `);
  const line = (at: number) => ({
    file: LOG,
    line: at,
    message: expect.stringContaining(`in line ${at} of`),
  });
  expect(await runJson(world, VALIDATE)).toMatchObject({
    exitCode: 1,
    document: {
      mission_slug: SAMPLE,
      passed: false,
      errors: [expect.stringContaining('in line 1 of'), expect.stringContaining('in line 15 of')],
      corrupt_lines: [line(1), line(15)],
      error_count: 2,
      warning_count: 0,
    },
  });
});

test('an event that has two contents is a finding like any other', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  const changed = world.repository.read(LOG).split('\n')[12]?.replace('WP', 'XP') ?? '';
  world.repository.write({ [LOG]: `${world.repository.read(LOG)}${changed}\n` });
  expect(await runJson(world, VALIDATE)).toMatchObject({
    exitCode: 1,
    document: { passed: false, corrupt_lines: [{ line: 14 }] },
  });
});
