import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

// A conflict whose resolution is under way.
const world = new MissionWorld();
const { repository, folder } = world;
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'shared.txt': 'one\n' });
  await world.deliver('WP02', 'lane-b', { 'shared.txt': 'two\n' });
  const { exitCode } = await runCli(cliWorld(repository), ['conflicts', 'start']);
  expect(exitCode).toBe(0);
  world.save();
});
afterAll(() => world.dispose());

const state = () => repository.git('for-each-ref') + repository.git('worktree', 'list');

test.each([
  ['start', 'nobody', {}, 'MISSION_NOT_FOUND'],
  ['continue', 'nobody', {}, 'MISSION_NOT_FOUND'],
  ['abort', 'nobody', {}, 'MISSION_NOT_FOUND'],
  ['continue', world.directory, { [`${folder}/lanes.json`]: '{' }, 'LANES_CORRUPT'],
  ['start', world.directory, { [`${folder}/meta.json`]: '{' }, 'META_CORRUPT'],
  ['continue', world.directory, { [`${folder}/meta.json`]: '{' }, 'META_CORRUPT'],
  ['abort', world.directory, { [`${folder}/meta.json`]: '{' }, 'META_CORRUPT'],
  ['continue', world.directory, {}, 'RESOLUTION_INCOMPLETE'],
] as const)('conflicts %s --mission %s with %j: %s, and nothing moves', async (verb, handle, files, code) => {
  world.restore();
  repository.write(files);
  const before = state();
  const argv = ['conflicts', verb, '--mission', handle];
  expect(await runJson(cliWorld(repository), argv)).toMatchObject({
    exitCode: 1,
    document: { error_code: code },
  });
  expect(state()).toBe(before);
});

test.each(['start', 'continue', 'abort'])(
  'conflicts %s of a lane that there is not names those that there are',
  async (verb) => {
    world.restore();
    const before = state();
    expect(await runJson(cliWorld(repository), ['conflicts', verb, '--lane', 'nope'])).toMatchObject({
      exitCode: 1,
      document: {
        error_code: 'LANE_NOT_FOUND',
        error: `${world.directory} has no lane "nope".`,
        lanes: ['lane-a', 'lane-b'],
        hints: ['Its lanes: lane-a, lane-b.'],
      },
    });
    expect(state()).toBe(before);
  },
);

test('next and status tell of a resolution under way until it has ended, also of one whose record is damaged', async () => {
  world.restore();
  const told = async (verb: string) => {
    const { stdout, exitCode } = await runCli(cliWorld(repository), [verb]);
    expect(exitCode).toBe(0);
    return stdout;
  };
  const at = path.join(repository.root, '.git/spec-kitty/conflicts', `${world.directory}-lane-b`);
  const rest = `--lane lane-b --mission ${world.directory}`;
  for (const verb of ['next', 'status']) {
    const text = await told(verb);
    expect(text).toContain(
      `Conflicts of lane-b (WP02) with main, lane-a are being resolved in ${at}: shared.txt.`,
    );
    expect(text).toContain(
      `\`spec-kitty conflicts continue ${rest}\`, or \`spec-kitty conflicts abort ${rest}\``,
    );
  }
  writeFileSync(`${at}.json`, '{');
  for (const verb of ['next', 'status']) expect(await told(verb)).toContain(`rm ${at}.json`);
  world.restore();
  await runCli(cliWorld(repository), ['conflicts', 'abort']);
  for (const verb of ['next', 'status']) expect(await told(verb)).not.toContain('conflicts');
});
