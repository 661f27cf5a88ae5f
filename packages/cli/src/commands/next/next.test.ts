import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

test('with its target gone a package is not handed out, and both boards say what to do', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  const { repository } = world;
  const cli = {
    repository,
    clock: Object.assign(new SystemClock(), { forward: () => undefined }),
    ids: new UlidIds(),
  };
  repository.git('branch', '--move', 'trunk');
  await expect(world.claim('WP01')).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
  const gone = `The target branch of ${world.directory} is gone: main.`;
  expect((await runJson(cli, ['next'])).document).toMatchObject({
    kind: 'blocked',
    wp_id: null,
    guard_failures: [gone],
    reason: expect.stringMatching(/is gone: main\. .*target_branch in .*meta\.json/),
  });
  expect((await runCli(cli, ['status'])).transcript).toContain(`Blocked. ${gone}`);
  repository.git('branch', 'main');
  expect((await runJson(cli, ['next'])).document).toMatchObject({ action: 'implement', wp_id: 'WP01' });
});

test('a block is ended by a command that is let do it', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  const cli = cliWorld(world.repository, Date.now());
  await world.claim('WP01');
  await world.move('WP01', 'blocked');
  const { stdout } = await runCli(cli, ['next']);
  const [, command = ''] =
    /^Once nothing is in the way of WP01, run `spec-kitty (.*)`\.$/m.exec(stdout) ?? [];
  expect(await runCli(cli, command.split(' '))).toMatchObject({ exitCode: 0 });
  expect(await world.lanes()).toEqual({ WP01: 'in_progress' });
});
