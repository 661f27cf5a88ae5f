import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runJson } from '../../testing/run-cli.ts';
import { SAMPLE, writeSample } from '../../testing/sample-mission.ts';

function sampleWorld() {
  const world = cliWorld();
  writeSample(world.repository);
  return world;
}

test('a package file that is a link, even a dangling one, is a problem of its package and not followed', async () => {
  const world = sampleWorld();
  const file = path.join(world.repository.root, `kitty-specs/${SAMPLE}/tasks/WP03-command.md`);
  const outside = path.join(world.repository.base, 'outside.md');
  renameSync(file, outside);
  for (const target of [outside, 'nowhere']) {
    rmSync(file, { force: true });
    symlinkSync(target, file);
    expect(await runJson(world, ['agent', 'tasks', 'validate-workflow', 'WP03'])).toMatchObject({
      exitCode: 1,
      document: { errors: [expect.stringContaining('A link is not followed')] },
    });
    expect(await runJson(world, ['status'])).toMatchObject({ exitCode: 0 });
    expect(await runJson(world, ['agent', 'action', 'implement', 'WP03', '--agent', 'ada'])).toMatchObject({
      exitCode: 1,
      document: { error_code: 'WP_FILE_INVALID' },
    });
  }
});

test('status --all: a mission that is a link is an entry that says so, and hides no other', async () => {
  const world = sampleWorld();
  symlinkSync('/nowhere', path.join(world.repository.root, 'kitty-specs', 'linked'));
  const { exitCode, document } = await runJson(world, ['status', '--all']);
  expect({ exitCode, document }).toMatchObject({
    exitCode: 0,
    document: {
      missions: [
        { mission_slug: SAMPLE, event_count: 11 },
        { mission_slug: 'linked', error: expect.stringContaining('kitty-specs/linked') as string },
      ],
    },
  });
});

const MISSION = `kitty-specs/${SAMPLE}`;

test.each([
  ['.kittify/config.yaml', 'trust show'],
  ['.kittify/metadata.yaml', 'agent tasks add-history WP01 --note x --agent ada'],
  [`${MISSION}/meta.json`, `status --mission ${SAMPLE}`],
  [`${MISSION}/tasks.md`, 'agent tasks status'],
  [`${MISSION}/wps.yaml`, 'agent mission graph'],
  [`${MISSION}/spec.md`, 'agent mission finalize-tasks'],
  [`${MISSION}/tasks/WP03-command.md`, 'agent mission finalize-tasks'],
  [`${MISSION}/status.events.jsonl`, 'next --agent ada'],
])('a folder or a named pipe in place of %s is named, and nothing waits for it', async (file, line) => {
  const world = sampleWorld();
  const place = path.join(world.repository.root, file);
  const ways = {
    folder: () => mkdirSync(place, { recursive: true }),
    pipe: () => execFileSync('mkfifo', [place]),
  };
  for (const [what, put] of Object.entries(ways)) {
    if (what === 'pipe' && process.platform === 'win32') continue;
    rmSync(place, { recursive: true, force: true });
    put();
    const { exitCode, document } = await runJson(world, line.split(' '));
    expect({ exitCode, document }, what).toMatchObject({
      exitCode: 1,
      document: { error_code: expect.stringMatching(/^(NOT_A_PLAIN_FILE|WP_FILE_INVALID)$/) },
    });
    expect(JSON.stringify(document)).toContain(file.replace(`${MISSION}/tasks/`, 'tasks/'));
  }
});
