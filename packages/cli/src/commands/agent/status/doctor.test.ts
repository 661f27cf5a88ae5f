import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cliWorld, runJson } from '../../../testing/run-cli.ts';

// A mission that is accepted; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const doctor = () => runJson(cliWorld(repository), ['agent', 'status', 'doctor']);

test('nothing is wrong with what a merge would take', async () => {
  expect(await doctor()).toMatchObject({ exitCode: 0, document: { healthy: true } });
});

test('commits after the approval are a finding, as merge would refuse them', async () => {
  world.work('lane-a', { 'src/b.js': 'b\n' });
  expect(await doctor()).toMatchObject({
    exitCode: 1,
    document: {
      findings: [
        {
          severity: 'error',
          category: 'not_mergeable',
          wp_id: 'WP01',
          message: 'lane-a has 1 commit that no review has seen.',
          recommended_action: expect.stringContaining('--to for_review'),
        },
      ],
    },
  });
});

test('a file that is not committed in a lane is, too', async () => {
  repository.write({ [`.worktrees/${world.directory}-lane-a/src/new.js`]: '' });
  expect(await doctor()).toMatchObject({
    document: { findings: [{ category: 'not_mergeable', message: expect.stringContaining('src/new.js') }] },
  });
});

test('the branch of a lane that was renamed is to be named back, not made anew beside its work', async () => {
  world.gitIn('lane-a', 'branch', '-m', 'mine');
  const { document } = await doctor();
  const { findings } = document as { findings: readonly { category: string; recommended_action: string }[] };
  const advice =
    findings.find(({ category }) => category === 'missing_lane_branch')?.recommended_action ?? '';
  const [, command = ''] = /`git ([^`]+)`/.exec(advice) ?? [];
  expect(command).toContain(' branch -m ');
  repository.git(...command.split(' '));
  expect(await doctor()).toMatchObject({ exitCode: 0, document: { healthy: true } });
});
