import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { lostMerge } from '../work/lost-merge.ts';
import { mergeMission } from './merge-mission.ts';

// A mission that is merged by a squash; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
let squash = '';
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/**'] }], { 'src/old.js': 'old\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'src/old.js': 'new\n' });
  world.save();
  squash = (await world.merge({ withoutAcceptance: true })).integration.merged;
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const merge = async () => mergeMission(await world.workspace(), world.mergeRequest());
async function lost() {
  world.reopen();
  const workspace = await world.workspace();
  return lostMerge(() => workspace.lanes(), await workspace.view(world.directory));
}

/** How a target gets rid of a merge. */
const LOSSES: Readonly<Record<string, () => void>> = {
  'was reset to before it': () => repository.git('reset', '--quiet', '--hard', `${squash}~1`),
  'was rebased without its commit': () =>
    repository.git('rebase', '--quiet', '--onto', `${squash}~1`, squash),
};

test.each(Object.keys(LOSSES))('a merge is not said to be there once the target %s', async (how) => {
  LOSSES[how]?.();
  await expect(merge()).rejects.toMatchObject({
    code: 'MERGE_LOST',
    details: { target_branch: 'main', commit: squash, paths: ['src/a.js', 'src/old.js'] },
    hints: [expect.stringContaining(`git merge ${squash}`)],
  });
  expect(await lost()).toMatchObject({ target: 'main', commit: squash });
  repository.git('merge', '--quiet', '--no-edit', squash);
  expect(await lost()).toBeUndefined();
  expect(await merge()).toMatchObject({ kind: 'nothing', landed: { commit: squash } });
});

test('a merge is missed on a target that has gone on without it', async () => {
  repository.git('reset', '--quiet', '--hard', `${squash}~1`);
  repository.commit('Something else', { 'other.txt': 'x\n' });
  expect(await lost()).toMatchObject({ paths: ['src/a.js', 'src/old.js'] });
});

test('a merge whose work the target has under another commit is not lost, and without the target nothing can be told', async () => {
  repository.git('reset', '--quiet', '--soft', `${squash}~1`);
  repository.git('commit', '--quiet', '--message', 'All in one');
  expect(await lost()).toBeUndefined();
  expect(await merge()).toMatchObject({ kind: 'nothing' });
  repository.git('branch', '--move', 'main', 'trunk');
  expect(await lost()).toBeUndefined();
});
