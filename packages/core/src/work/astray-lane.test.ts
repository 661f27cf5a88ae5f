import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// A lane with one commit on its branch, and one beside it.
const world = new MissionWorld();
const BRANCH = `kitty/mission-${world.directory}-lane-a`;
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'one\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const hintsOf = async (promise: Promise<unknown>) => {
  const fault = await promise.then(
    () => undefined,
    (error: { hints: readonly string[] }) => error,
  );
  expect(fault).toMatchObject({ code: 'LANE_BRANCH_MISMATCH' });
  return (fault?.hints ?? []).map((hint) => /`git ([^`]+)`/.exec(hint)?.[1]?.split(' ') ?? []);
};
const submit = () => world.move('WP01', 'for_review', { agent: 'claude' });

test.each([
  ['a detached HEAD', ['checkout', '--quiet', '--detach']],
  ['a branch of its own', ['switch', '--quiet', '--create', 'mine']],
])(
  'work on %s does not go to review as if it were on the lane, and the hint brings it there',
  async (_, command) => {
    world.gitIn('lane-a', ...command);
    const commit = world.work('lane-a', { 'src/a.js': 'two\n' });
    for (const hint of await hintsOf(submit())) world.repository.git(...hint);
    expect(await submit()).toMatchObject({ commit });
  },
);

test('what has parted from the lane is merged into it, if it is wanted', async () => {
  world.gitIn('lane-a', 'checkout', '--quiet', '--detach', 'main');
  world.work('lane-a', { 'src/b.js': 'b\n' });
  for (const hint of await hintsOf(submit())) world.repository.git(...hint);
  expect(world.gitIn('lane-a', 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
  await submit();
});

test('commits beside the lane that nobody has reviewed stop the merge, and their worktree is not removed', async () => {
  await world.approve('WP01');
  await world.accept();
  world.gitIn('lane-a', 'checkout', '--quiet', '--detach');
  world.work('lane-a', { 'src/a.js': 'late\n' });
  await expect(world.merge()).rejects.toMatchObject({ code: 'UNREVIEWED_COMMITS' });
  expect(world.hasLane('lane-a')).toBe(true);
});

test('a worktree at an older commit of the lane is no obstacle', async () => {
  await world.approve('WP01');
  await world.accept();
  world.gitIn('lane-a', 'checkout', '--quiet', '--detach', 'HEAD~1');
  await world.merge();
  expect(world.repository.read('src/a.js')).toBe('one\n');
  expect(world.hasLane('lane-a')).toBe(false);
});

test('in the middle of a rebase the way back is to end that', async () => {
  world.repository.commit('on main', { 'src/a.js': 'main\n' });
  expect(() => world.gitIn('lane-a', 'rebase', '--quiet', 'main')).toThrow('rebase');
  const again = () => world.claim('WP01');
  expect(await hintsOf(submit())).toEqual(await hintsOf(again()));
  const [[, ...finish] = []] = await hintsOf(submit());
  expect(finish.slice(-2)).toEqual(['rebase', '--continue']);
  world.gitIn('lane-a', 'rebase', '--abort');
  await submit();
});
