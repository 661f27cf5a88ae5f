import { missionWorld, type MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { diagnoseMerge } from '../doctor/diagnose-merge.ts';

async function withoutTarget(): Promise<{ world: MissionWorld; claimed: string }> {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] },
  ]);
  const claimed = world.repository.git('rev-parse', 'main').trim();
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  world.repository.git('switch', '--quiet', '--create', 'other');
  world.repository.git('branch', '--delete', '--force', 'main');
  return { world, claimed };
}

const GONE = {
  code: 'TARGET_NOT_FOUND',
  message: expect.stringContaining('is gone: main'),
};

test('accept and merge name a target that is gone, and where it last was', async () => {
  const { world, claimed } = await withoutTarget();
  const fault = {
    ...GONE,
    hints: [
      expect.stringContaining(`\`git branch main ${claimed}\``),
      expect.stringContaining('target_branch in meta.json'),
    ],
  };
  await expect(world.accept()).rejects.toMatchObject(fault);
  await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject(fault);
});

test('doctor says it in words and not as Git does', async () => {
  const { world } = await withoutTarget();
  const workspace = await world.workspace();
  const mission = await workspace.missions.open(undefined);
  expect(await diagnoseMerge(workspace, mission)).toMatchObject([
    { category: 'not_mergeable', message: GONE.message },
  ]);
});
