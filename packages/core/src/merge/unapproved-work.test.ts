import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';

const ONE = [{ id: 'WP01', owns: ['src/**'] }];
const TWO = [
  { id: 'WP01', owns: ['src/**'] },
  { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] },
];

test('what was committed after a forced approval is not merged', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'in a hurry' });
  await world.accept();
  world.work('lane-a', { 'src/evil.js': 'evil\n' });
  await expect(world.merge()).rejects.toMatchObject({ code: 'UNREVIEWED_COMMITS' });
});

test('an approval here that names no commit is not merged at all', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/src/a.js`]: 'a\n' });
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'nothing is committed' });
  await expect(world.accept()).rejects.toMatchObject({
    code: 'DIRTY_WORKTREE',
    message: expect.stringContaining('nothing was changed'),
  });
});

test('an approval whose branch is gone and that names no commit says how to go on', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.repository.git('worktree', 'remove', world.lane('lane-a'));
  world.repository.git('branch', '--quiet', '-D', `kitty/mission-${world.directory}-lane-a`);
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'it is somewhere' });
  await expect(world.accept()).rejects.toMatchObject({
    code: 'APPROVAL_WITHOUT_COMMIT',
    message: 'The approval of WP01 names no commit; nothing was changed.',
    hints: [expect.stringContaining('git branch '), expect.stringContaining('--to for_review')],
  });
});

test.each(['canceled', 'done again'])(
  'work that was approved once and then %s does not come along',
  async (how) => {
    const world = missionWorld();
    await world.plan(TWO);
    await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
    await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
    await world.move('WP01', 'planned', { agent: 'codex', feedback: 'This is bad.' });
    if (how === 'canceled') await world.move('WP01', 'canceled', { agent: 'codex', note: 'not wanted' });
    else {
      world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
      await world.deliver('WP01', 'lane-a', { 'src/good.js': 'good\n' });
    }
    await expect(world.accept()).rejects.toMatchObject({
      code: 'BUILT_ON_UNAPPROVED',
      details: { built_on: 'WP01' },
    });
    await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
      code: 'BUILT_ON_UNAPPROVED',
    });
    expect(world.repository.git('ls-tree', '--name-only', 'main')).not.toContain('src');
  },
);

test('work that was sent back does not come along with a lane that was claimed again on top of it', async () => {
  const world = missionWorld();
  await world.plan(TWO);
  const bad = await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'This is bad.' });
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
  await world.deliver('WP01', 'lane-a', { 'src/good.js': 'good\n' });
  await world.move('WP02', 'planned', { agent: 'codex', feedback: 'Build it on the new one.' });
  await world.deliver('WP02', 'lane-b', { 'lib/b2.js': 'b\n' });
  await expect(world.accept()).rejects.toMatchObject({
    code: 'BUILT_ON_UNAPPROVED',
    details: { wp_id: 'WP02', built_on: 'WP01', commit: bad },
  });
});

test.each(['canceled', 'done again'])(
  'a lane that was cleaned of work that is %s merges, as the hints say',
  async (how) => {
    const world = missionWorld();
    await world.plan(TWO);
    await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
    const own = await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
    await world.move('WP01', 'planned', { agent: 'codex', feedback: 'This is bad.' });
    if (how === 'canceled') await world.move('WP01', 'canceled', { agent: 'codex', note: 'not wanted' });
    else {
      world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
      await world.deliver('WP01', 'lane-a', { 'src/good.js': 'good\n' });
    }
    const fault = await world.accept().catch((error: unknown) => error);
    const { hints } = fault as { readonly hints: readonly string[] };
    expect(hints.at(-1)).toContain('move-task WP02 --to for_review');
    const [reset = '', pick = ''] = hints.map((hint) => /`git ([^`]+)`/.exec(hint)?.[1]);
    world.repository.git(...reset.split(' '));
    world.repository.git(...pick.replace('<commit>', own).split(' '));
    await world.approve('WP02');
    await world.accept();
    await world.merge();
    const landed = world.repository.git('ls-tree', '-r', '--name-only', 'main', 'src', 'lib').split('\n');
    expect(landed).toEqual(how === 'canceled' ? ['lib/b.js'] : ['lib/b.js', 'src/good.js']);
  },
);

test('an approval needs a name, and an implementer does not even take the review', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await expect(world.move('WP01', 'approved')).rejects.toMatchObject({ code: 'REVIEWER_REQUIRED' });
  await expect(world.review('WP01', 'Claude')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  await world.review('WP01', 'codex');
  expect(await world.move('WP01', 'approved', { agent: 'codex' })).toMatchObject({ to: 'approved' });
});

test('handing a package over makes nobody impartial; its reviewer may review it again', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'planned', { agent: 'claude', note: 'handing over' });
  await world.claim('WP01', 'dora');
  await world.move('WP01', 'for_review', { agent: 'dora' });
  await expect(world.review('WP01', 'claude')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  await world.review('WP01', 'codex');
  await expect(world.move('WP01', 'approved', { agent: 'claude' })).rejects.toMatchObject({
    code: 'HELD_BY_OTHER',
  });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'Not yet.' });
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'b\n' });
  await world.approve('WP01');
  expect(await world.lanes()).toEqual({ WP01: 'approved' });
});

test('a package that was taken over keeps what is on its lane', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'planned', { agent: 'dora', force: true, note: 'claude is gone' });
  await world.claim('WP01', 'dora');
  expect(await world.move('WP01', 'for_review', { agent: 'dora' })).toMatchObject({ to: 'for_review' });
});

test('a package with work in it is not dropped by taking its file away', async () => {
  const world = missionWorld();
  await world.plan([...ONE, { id: 'WP02', owns: ['lib/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  world.repository.git('rm', '--quiet', '-r', `${world.folder}/tasks/WP01*`);
  world.repository.commit('drop it');
  await expect(world.accept()).rejects.toMatchObject({
    code: 'MISSION_NOT_READY',
    message: expect.stringContaining('WP01 is approved and its file is gone'),
  });
});
