import { renameSync, rmSync, symlinkSync } from 'node:fs';
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
