import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';

const ONE = [{ id: 'WP01', owns: ['src/**'] }];
const submit = { agent: 'dora' };

test('a fix counts from what was rejected, whoever takes the package over with it', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.review('WP01');
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.' });
  await world.claim('WP01');
  const fix = world.work('lane-a', { 'src/a.js': 'fixed\n' });
  await world.move('WP01', 'planned', { agent: 'dora', force: true, note: 'claude is gone' });
  await world.claim('WP01', 'dora');
  expect(await world.move('WP01', 'for_review', submit)).toMatchObject({ commit: fix });
});

test('what was rejected is not submitted again as it is, where it stayed in progress too', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'dora');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', submit);
  await world.review('WP01');
  await world.move('WP01', 'in_progress', { agent: 'codex', feedback: 'No.' });
  await expect(world.move('WP01', 'for_review', submit)).rejects.toMatchObject({ code: 'NO_COMMITS' });
  world.work('lane-a', { 'src/a.js': 'fixed\n' });
  expect(await world.move('WP01', 'for_review', submit)).toMatchObject({ to: 'for_review' });
});

test('an empty commit is no work; where there is nothing to change, force and a reason say so', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'dora');
  const commit = world.work('lane-a', {}, 'Done');
  await expect(world.move('WP01', 'for_review', submit)).rejects.toMatchObject({
    code: 'NO_COMMITS',
    hints: [expect.anything(), expect.stringContaining('--force and --note')],
    details: { commit },
  });
  const forced = { ...submit, force: true, note: 'It is as it should be already' };
  expect(await world.move('WP01', 'for_review', forced)).toMatchObject({ to: 'for_review', commit });
  expect(await world.review('WP01')).toMatchObject({ commit, changedFiles: [] });
});

test('what later commits take back is no work, before a review and after one', async () => {
  const world = missionWorld();
  await world.plan(ONE, { 'src/list.txt': 'one\n' });
  await world.claim('WP01', 'dora');
  const send = (more: object = {}) => world.move('WP01', 'for_review', { ...submit, ...more });
  const empty = { code: 'NO_COMMITS', message: expect.stringContaining('changes no file') };
  const revert = () => world.gitIn('lane-a', 'revert', '--no-edit', 'HEAD');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  revert();
  await expect(send()).rejects.toMatchObject(empty);
  world.repository.commit('Of somebody else', { 'src/other.js': 'other\n', 'src/list.txt': 'two\n' });
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
  await expect(send()).rejects.toMatchObject(empty);
  world.work('lane-a', { 'src/b.js': 'b\n', 'src/debug.log': 'x\n' });
  await send();
  await world.review('WP01');
  await world.move('WP01', 'in_progress', { agent: 'codex', feedback: 'Without the log.' });
  world.work('lane-a', { 'src/b.js': 'better\n' });
  revert();
  await expect(send()).rejects.toMatchObject(empty);
  world.gitIn('lane-a', 'rm', '--quiet', 'src/debug.log');
  world.work('lane-a', {}, 'Without the log');
  expect(await send()).toMatchObject({ to: 'for_review' });
  await world.review('WP01');
  await world.move('WP01', 'in_progress', { agent: 'codex', feedback: 'Not at all.' });
  world.gitIn('lane-a', 'rm', '--quiet', 'src/b.js');
  world.work('lane-a', {}, 'Nothing');
  await expect(send()).rejects.toMatchObject(empty);
  expect(await send({ force: true, note: 'nothing is to be done' })).toMatchObject({ to: 'for_review' });
});

test.each(['merge', 'rebase'])(
  'what a lane takes over from its target with git %s is no work on the package',
  async (how) => {
    const world = missionWorld();
    await world.plan(ONE);
    await world.claim('WP01', 'dora');
    world.repository.commit('Of somebody else', { 'src/other.js': 'other\n' });
    world.gitIn('lane-a', how, '--quiet', 'main');
    await expect(world.move('WP01', 'for_review', submit)).rejects.toMatchObject({ code: 'NO_COMMITS' });
    world.work('lane-a', { 'src/a.js': 'a\n' });
    expect(await world.move('WP01', 'for_review', submit)).toMatchObject({ to: 'for_review' });
  },
);

test('what a claim merges into the lane is no fix', async () => {
  const world = missionWorld();
  await world.plan([...ONE, { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  for (const wp of ['WP02', 'WP01']) await world.move(wp, 'planned', { agent: 'codex', feedback: 'No.' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'better\n' });
  const { workspace } = await world.claim('WP02', 'dora');
  expect(workspace.head).toBe(world.gitIn('lane-b', 'rev-parse', 'HEAD'));
  expect(world.gitIn('lane-b', 'show', 'HEAD:src/a.js')).toBe('better');
  await expect(world.move('WP02', 'for_review', submit)).rejects.toMatchObject({ code: 'NO_COMMITS' });
});

test('a planning package is fixed as well by whoever takes it over, and other work before that is not its own', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['docs/**'], mode: 'planning_artifact' }]);
  await world.claim('WP01');
  world.repository.commit('a', { 'docs/a.md': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.' });
  world.repository.commit('fixed', { 'docs/a.md': 'fixed\n', 'other.md': '\n' });
  await world.claim('WP01', 'dora');
  expect(await world.move('WP01', 'for_review', submit)).toMatchObject({ to: 'for_review' });
});
