import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { writeSample } from '../../../testing/sample-mission.ts';

const NOTE = ['agent', 'tasks', 'add-history'];

test('keeps the note with its time and author', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect(
    (await runCli(world, [...NOTE, 'wp2', '--note', ' the server is down ', '--agent', 'claude'])).transcript,
  ).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks add-history wp2 --note ' the server is down ' --agent claude
    Noted for WP02: - [2026-01-05T12:01:00.000000+00:00] claude: the server is down
    [exit 0]"
  `);
  expect(await runJson(world, [...NOTE, 'WP02', '--note', 'it is up'])).toMatchInlineSnapshot(`
    {
      "document": {
        "event_id": "01KE70END00000000000000000",
        "mission_slug": "invoice-export-01KE6Z2V",
        "note": "- [2026-01-05T12:02:00.000000+00:00] Test Person: it is up",
        "result": "success",
        "task_id": "WP02",
      },
      "exitCode": 0,
    }
  `);
  const { document } = await runJson(world, ['agent', 'status', 'materialize']);
  expect(document).toHaveProperty('work_packages.WP02.notes', [
    '- [2026-01-05T12:01:00.000000+00:00] claude: the server is down',
    '- [2026-01-05T12:02:00.000000+00:00] Test Person: it is up',
  ]);
});

test('refuses a note without text', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, [...NOTE, 'WP02', '--note', ' '])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks add-history WP02 --note ' '
    stderr: Error: The note has no text. [NOTE_EMPTY]
    stderr: Hint: Say what happened with --note "<text>".
    [exit 2]"
  `);
});
