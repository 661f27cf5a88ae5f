import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { diagnoseFoundations } from './diagnose-foundations.ts';

test('a running lane that lacks what its package has come to depend on is told, with the command that brings it', async () => {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await world.claim('WP01');
  await world.claim('WP02', 'zoe');
  const file = `${world.folder}/tasks/WP02-package.md`;
  const text = world.repository.read(file).replace('dependencies: []', 'dependencies: [WP01]');
  world.repository.commit('Depend', { [file]: text });
  const found = async () => {
    world.reopen();
    const workspace = await world.workspace();
    const { mission, state } = await workspace.view(world.directory);
    return diagnoseFoundations(workspace, mission, state);
  };
  const command = `\`spec-kitty agent action implement WP02 --agent zoe --mission ${world.directory}\``;
  expect(await found()).toMatchObject([
    { wp_id: 'WP02', message: 'WP02 is worked on, and depends on WP01, which is in_progress.' },
  ]);

  // Work that nobody has approved is not what it depends on.
  const commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.claim('WP02', 'zoe');
  expect(world.gitIn('lane-b', 'ls-files', 'src')).toBe('');

  await world.approve('WP01');
  expect(await found()).toMatchObject([
    {
      severity: 'warning',
      message: `The lane of WP02 lacks WP01, on which it depends: ${commit}`,
      recommended_action: expect.stringContaining(command),
    },
  ]);
  world.reopen();
  await world.claim('WP02', 'zoe');
  expect(world.gitIn('lane-b', 'ls-files', 'src')).toBe('src/a.js');
  expect(await found()).toEqual([]);
});
