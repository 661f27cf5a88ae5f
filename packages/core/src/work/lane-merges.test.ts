import { execSync } from 'node:child_process';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// A lane in work, and a target that has gone on: in a file of its own and at the other end of one that the lane has changed.
const world = new MissionWorld();
const { repository } = world;
const lines = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n7\n8\n${last}\n`;
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/**'] }], {
    'src/both.txt': lines('1', '9'),
    'list.txt': 'one\n',
  });
  await world.claim('WP01');
  world.work('lane-a', { 'src/both.txt': lines('ONE', '9'), 'list.txt': 'lane\n' });
  repository.commit('Hotfix', { 'hotfix.txt': 'fixed\n', 'src/both.txt': lines('1', 'NINE') });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const submit = (more: object = {}) => world.move('WP01', 'for_review', { agent: 'claude', ...more });
const DROPPED = ['hotfix.txt', 'src/both.txt'];

test.each(['at once', 'after more work'])(
  'a merge that takes only its own side is not sent to review, %s, until it has the other',
  async (when) => {
    world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', '--strategy', 'ours', 'main');
    if (when === 'after more work')
      world.work('lane-a', { 'src/both.txt': lines('ONE', '9').replace('4', 'IV'), 'src/new.txt': 'new\n' });
    const refused = await submit().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'CHANGES_DROPPED',
      details: {
        lane_id: 'lane-a',
        paths: expect.arrayContaining(DROPPED),
        workspace_path: world.lane('lane-a'),
      },
    });
    const { hints } = refused as { hints: readonly string[] };
    execSync(/`(git [^`]+)`/.exec(hints[0] ?? '')?.[1] ?? 'false', { env: repository.env });
    world.gitIn('lane-a', 'commit', '--quiet', '--message', 'Put it back');
    expect(world.gitIn('lane-a', 'show', 'HEAD:src/both.txt')).toContain('NINE');
    expect(await submit()).toMatchObject({ to: 'for_review' });
  },
);

test('a merge that drops changes by intent is sent to review by force, and its reviewer is told', async () => {
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', '--strategy', 'ours', 'main');
  const commit = world.gitIn('lane-a', 'rev-parse', 'HEAD');
  await submit({ force: true, note: 'the hotfix is obsolete' });
  expect((await world.review('WP01')).merges).toMatchObject([
    {
      commit,
      conflicts: [],
      besides: expect.arrayContaining(DROPPED),
      dropped: expect.arrayContaining(DROPPED),
    },
  ]);
});

test('a merge as Git makes it is no matter; one with a conflict is shown to the reviewer', async () => {
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
  await submit();
  expect((await world.review('WP01')).merges).toEqual([]);
  world.restore();
  repository.commit('Count', { 'list.txt': 'main\n' });
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', '--strategy-option', 'ours', 'main');
  await submit();
  expect((await world.review('WP01')).merges).toMatchObject([
    { sides: [repository.git('rev-parse', 'main')], conflicts: ['list.txt'], besides: [], dropped: [] },
  ]);
});

test('what the target has changed and an ordinary commit of the lane takes back is named for the reviewer', async () => {
  const takeBack = () => {
    world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
    world.gitIn('lane-a', 'rm', '--quiet', 'hotfix.txt');
    return world.work('lane-a', { 'src/both.txt': lines('ONE', '9'), 'src/new.txt': 'new\n' });
  };
  const commit = takeBack();
  const undone = { commit, paths: DROPPED, taken: repository.git('rev-parse', 'main') };
  expect(await submit({ force: true, note: 'as agreed' })).toMatchObject({ undone });
  world.restore();
  takeBack();
  expect(await submit()).toMatchObject({ undone });
  world.save();
  const review = { merges: [], undone, changedFiles: ['src/both.txt', 'src/new.txt'] };
  expect(await world.review('WP01')).toMatchObject({
    ...review,
    changedOutsideOwned: ['hotfix.txt', 'list.txt'],
  });
  await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' });
  for (const dryRun of [true, false])
    expect(await world.merge({ dryRun, withoutAcceptance: true })).toMatchObject({
      dropping: [],
      undoing: [{ laneId: 'lane-a', ...undone }],
    });
  world.restore();
  // What was put back, or worked on further, is no loss.
  world.gitIn('lane-a', 'checkout', '--quiet', 'main', '--', 'hotfix.txt');
  world.work('lane-a', { 'src/both.txt': lines('ONE', 'TEN') });
  await world.review('WP01');
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'again' });
  await world.claim('WP01');
  world.work('lane-a', { 'src/more.txt': 'more\n' });
  await submit();
  expect((await world.review('WP01')).undone).toBeNull();
});
