import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { emitTransition, type EmitRequest } from './emit-transition.ts';

test('emit records what an orchestrator declares, and nothing that it says in our place', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  await world.claim('WP01');
  const commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  const workspace = await world.workspace();
  const emit = (to: string, more: Partial<EmitRequest>) =>
    emitTransition(workspace, {
      mission: world.directory,
      wp: 'WP01',
      to,
      actor: 'claude',
      force: to !== 'for_review',
      reason: 'told to',
      subtasksComplete: false,
      ...more,
    });
  const policy = { sandbox_mode: 'none', agent: 'zoe', commit: 'f00' };
  await emit('for_review', { policy });
  await emit('blocked', { policy: { sandbox_mode: 'none' } });
  await emit('claimed', { policy });
  const { laneEvents } = await workspace.log.read(world);
  expect(laneEvents.slice(-3).map(({ policy_metadata: recorded }) => recorded)).toEqual([
    { ...policy, commit },
    { sandbox_mode: 'none' },
    { ...policy, agent: 'claude' },
  ]);
});
