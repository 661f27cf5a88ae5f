import { missionWorld, MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { stillMerged } from '../work/still-merged.ts';
import { lostMerge } from '../work/lost-merge.ts';
import { mergeMission } from './merge-mission.ts';
import { resumeMerge } from './pending-merge.ts';

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
    hints: [
      expect.stringContaining(`git merge ${squash}`),
      expect.stringContaining('move-task WP01 --to canceled'),
    ],
  });
  expect(await lost()).toMatchObject({ target: 'main', commit: squash, packages: ['WP01'] });
  const request = { mission: world.directory, keepWorktrees: false, keepBranches: false };
  await expect(world.workspace().then((ports) => resumeMerge(ports, request))).rejects.toMatchObject({
    code: 'NO_MERGE_PENDING',
    hints: [expect.stringContaining(`git merge ${squash}`), expect.any(String)],
  });
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

test('a loss that somebody has said yes to is none: what is canceled or sent back need not be there', async () => {
  repository.git('reset', '--quiet', '--hard', `${squash}~1`);
  for (const to of ['canceled', 'planned']) {
    world.reopen();
    await world.move('WP01', to, { agent: 'ada', force: true, note: 'not wanted' });
    expect(await lost()).toBeUndefined();
    if (to === 'canceled') expect(await merge()).toMatchObject({ kind: 'nothing', landed: null });
  }
});

test('what is said of one package says nothing of another, and the next merge does not hide it', async () => {
  const two = missionWorld();
  await two.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await two.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await two.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  const { integration } = await two.merge({ withoutAcceptance: true });
  two.repository.git('reset', '--quiet', '--hard', integration.before);
  two.reopen();
  const ask = async () => {
    const workspace = await two.workspace();
    return lostMerge(() => workspace.lanes(), await workspace.view(two.directory));
  };
  expect(await ask()).toMatchObject({ paths: ['src/a.js', 'src/b.js'], packages: ['WP01', 'WP02'] });
  const next = async () => {
    const workspace = await two.workspace();
    const view = await workspace.view(two.directory);
    return stillMerged(view, askNext(view, 'ada'), () => workspace.lanes());
  };
  const loss = expect.stringContaining(`git merge ${integration.merged}`);
  expect(await next()).toMatchObject({ kind: 'blocked', reason: loss });
  await expect(two.accept()).rejects.toMatchObject({ code: 'MERGE_LOST' });
  await two.move('WP01', 'planned', { agent: 'ada', force: true, note: 'made anew' });
  expect(await next()).toMatchObject({ kind: 'step', action: 'implement', wp: 'WP01', reason: loss });
  await two.claim('WP01');
  expect(await next()).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('Nothing can start now'),
    failures: [expect.stringContaining('src/b.js'), 'WP01 is in_progress by claude'],
  });
  await two.deliver('WP01', 'lane-a', { 'src/a.js': 'better\n' });
  expect(await ask()).toMatchObject({ paths: ['src/b.js'], packages: ['WP02'] });
  expect(await next()).toMatchObject({ kind: 'blocked', reason: loss });
  const refused = { code: 'MERGE_LOST', details: { paths: ['src/b.js'], packages: ['WP02'] } };
  await expect(two.merge({ withoutAcceptance: true })).rejects.toMatchObject(refused);
  await expect(two.accept()).rejects.toMatchObject(refused);
  await two.move('WP02', 'canceled', { agent: 'ada', force: true, note: 'not wanted' });
  expect(await next()).toMatchObject({ kind: 'step', action: 'accept' });
  expect(await two.merge({ withoutAcceptance: true })).toMatchObject({
    integration: { changed: ['src/a.js'] },
  });
});
