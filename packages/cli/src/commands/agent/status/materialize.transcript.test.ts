import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, writeSample } from '../../../testing/sample-mission.ts';

const MATERIALIZE = ['agent', 'status', 'materialize'];
const STATUS = `kitty-specs/${SAMPLE}/status.json`;
const LOG = `kitty-specs/${SAMPLE}/status.events.jsonl`;

test('writes status.json once, and prints exactly its text', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, MATERIALIZE)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status materialize
    Wrote kitty-specs/invoice-export-01KE6Z2V/status.json: 11 events, 4 work packages.
    [exit 0]"
  `);
  const { stdout } = await runCli(world, [...MATERIALIZE, '--json']);
  expect(stdout).toBe(world.repository.read(STATUS));
  expect(JSON.parse(stdout)).toMatchObject({
    event_count: 11,
    mission_number: '',
    mission_slug: SAMPLE,
    summary: { planned: 2, approved: 1 },
  });
  expect((await runCli(world, MATERIALIZE)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status materialize
    kitty-specs/invoice-export-01KE6Z2V/status.json is up to date: 11 events, 4 work packages.
    [exit 0]"
  `);
});

test('puts back events that a reset took out of the checkout', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  await runCli(world, ['agent', 'tasks', 'mark-status', 'T005', '--status', 'done']);
  const acknowledged = world.repository.read(LOG);
  world.repository.git('reset', '--quiet', '--hard');
  expect(world.repository.read(LOG)).not.toBe(acknowledged);
  expect((await runCli(world, MATERIALIZE)).stdout).toContain(`Wrote ${LOG}: 11 events`);
  expect(world.repository.read(LOG)).toBe(acknowledged);
});

test('writes nothing over a corrupt log', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  world.repository.write({ [LOG]: `${world.repository.read(LOG)}{"half": \n` });
  expect((await runCli(world, MATERIALIZE)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent status materialize
    stderr: Error: The event log is corrupt: the line is not JSON, in line 14 of kitty-specs/invoice-export-01KE6Z2V/status.events.jsonl [LOG_CORRUPT]
    stderr: Hint: Look at all findings with \`spec-kitty agent status doctor --mission invoice-export-01KE6Z2V\`.
    [exit 1]"
  `);
  expect(world.repository.git('status', '--porcelain')).toBe(` M ${LOG}`);
});

test('refuses in a project that a newer version has changed, and on a branch without the mission', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  await runCli(world, ['agent', 'tasks', 'add-history', 'WP01', '--note', 'x']);
  world.repository.write({ '.kittify/metadata.yaml': 'spec_kitty:\n  schema_version: 4\n' });
  expect(await runJson(world, MATERIALIZE)).toMatchObject({
    exitCode: 1,
    document: { error_code: 'SCHEMA_TOO_NEW' },
  });
  world.repository.write({ '.kittify/metadata.yaml': 'spec_kitty:\n  schema_version: 3\n' });
  const log = `kitty-specs/${SAMPLE}/status.events.jsonl`;
  const row = { event_id: '01KE9ZZZZZZZZZZZZZZZZZZZZZ', event_type: 'Newer', schema_version: '99.0.0' };
  world.repository.write({ [log]: `${world.repository.read(log)}${JSON.stringify(row)}\n` });
  expect(await runJson(world, MATERIALIZE)).toMatchObject({ document: { error_code: 'SCHEMA_TOO_NEW' } });
  expect(await runJson(world, ['agent', 'status', 'doctor'])).toMatchObject({
    exitCode: 1,
    document: {
      findings: expect.arrayContaining([
        expect.objectContaining({
          category: 'schema_too_new',
          message: 'A newer spec-kitty has written the event log (schema 99); this one only reads it.',
        }),
      ]),
    },
  });
  rmSync(path.join(world.repository.root, 'kitty-specs'), { recursive: true });
  expect(await runJson(world, [...MATERIALIZE, '--mission', SAMPLE])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'MISSION_NOT_ON_BRANCH', branch: 'main' },
  });
});
