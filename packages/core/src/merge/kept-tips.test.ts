import { rmSync } from 'node:fs';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// A lane with approved work; made once, and put back for every test.
const world = new MissionWorld();
const { repository, missionId } = world;
let reviewed = '';
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  reviewed = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const BRANCH = `kitty/mission-${world.directory}-lane-a`;

/** What can have happened to a lane between its review and the merge. */
const LANES: Readonly<Record<string, () => void>> = {
  'as it was reviewed': () => undefined,
  'without its worktree': () => rmSync(world.lane('lane-a'), { recursive: true }),
  'whose branch is gone': () => {
    repository.git('worktree', 'remove', '--force', world.lane('lane-a'));
    repository.git('branch', '--delete', '--force', BRANCH);
  },
  'whose branch was reset': () => void world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'HEAD~1'),
};

test.each(Object.keys(LANES))('a squash keeps the reviewed commit of a lane %s', async (lane) => {
  LANES[lane]?.();
  const kept = () =>
    repository.git('for-each-ref', '--points-at', reviewed, `refs/spec-kitty/backup/${missionId}`);
  const { refs } = await world.merge({ dryRun: true });
  expect(kept()).toBe('');
  await world.merge({ strategy: 'squash' });
  expect(kept()).not.toBe('');
  if (lane === 'whose branch is gone')
    expect(refs).toContainEqual({
      ref: `refs/spec-kitty/backup/${missionId}/lane-a`,
      from: null,
      to: reviewed,
    });
});
