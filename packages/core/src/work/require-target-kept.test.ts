import { missionWorld, type MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { finalizeMission } from '../finalize/finalize-mission.ts';
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
    // It may have been renamed: then a branch of the old name would only be in the way.
    hints: [
      `If the branch has another name now, such as other, correct target_branch in ${world.folder}/meta.json.`,
      expect.stringContaining(`\`git branch main ${claimed}\``),
    ],
  };
  await expect(world.accept()).rejects.toMatchObject(fault);
  await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject(fault);
  const finalizing = { actor: 'test', targetBranch: undefined, validateOnly: false, commit: true };
  await expect(
    finalizeMission(await world.workspace(), { ...finalizing, mission: world.directory }),
  ).rejects.toMatchObject(fault);
  await world.move('WP01', 'planned', { agent: 'ada', note: 'again', force: true });
  await world.move('WP01', 'in_progress', { agent: 'ada', note: 'again', force: true });
  await expect(world.move('WP01', 'for_review', { agent: 'ada' })).rejects.toMatchObject(GONE);
});

test('doctor says it in words and not as Git does', async () => {
  const { world } = await withoutTarget();
  const workspace = await world.workspace();
  const mission = await workspace.missions.open(undefined);
  expect(await diagnoseMerge(workspace, mission)).toMatchObject([
    { category: 'not_mergeable', message: GONE.message },
  ]);
});
