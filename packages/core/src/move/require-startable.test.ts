import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emitTransition } from './emit-transition.ts';

// WP01 is approved; WP02 has its own lane, WP03 shares that of WP01. Made once, and put back for every test.
const world = new MissionWorld();
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'], dependencies: ['WP03'] },
    { id: 'WP03', owns: ['src/**'], dependencies: ['WP01'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const as = (agent: string, note?: string) => ({ agent, note });

const emit = async (wp: string, to: string, actor: string, more: { force?: boolean; reason?: string } = {}) =>
  emitTransition(await world.workspace(), {
    mission: world.directory,
    wp,
    to,
    actor,
    force: false,
    subtasksComplete: false,
    ...more,
  });

test.each(['claimed', 'in_progress'])(
  'to %s: what it depends on comes first, unless by force',
  async (to) => {
    const refusal = { code: 'DEPENDENCIES_NOT_SATISFIED', details: { unsatisfied_dependencies: ['WP03'] } };
    await expect(world.move('WP02', to, as('dora'))).rejects.toMatchObject(refusal);
    await world.move('WP02', 'blocked', as('dora', 'waits'));
    await expect(world.move('WP02', 'in_progress', as('dora'))).rejects.toMatchObject(refusal);
    await world.move('WP02', to, { ...as('dora', 'because'), force: true });
    expect(await world.lanes()).toMatchObject({ WP02: to });
  },
);

test('a lane that is worked in is not started in, be the package planned, blocked or approved', async () => {
  await world.move('WP03', 'claimed', as('dora'));
  world.work('lane-a', { 'src/half.js': 'half done\n' });
  const refusal = { code: 'LANE_BUSY', details: { busy_with: 'WP03', holder: 'dora' } };
  const rejected = world.move('WP01', 'in_progress', { ...as('codex'), feedback: 'No.' });
  await expect(rejected).rejects.toMatchObject(refusal);
  await expect(world.move('WP01', 'for_review', as('claude'))).rejects.toMatchObject(refusal);
  await world.move('WP01', 'planned', { ...as('codex'), feedback: 'No.' });
  await expect(world.move('WP01', 'claimed', as('codex'))).rejects.toMatchObject(refusal);
  expect(await world.lanes()).toMatchObject({ WP01: 'planned', WP03: 'claimed' });
});

test('who was blocked works on in a lane that is free, and not in one that was taken meanwhile', async () => {
  await world.claim('WP03', 'dora');
  await world.move('WP03', 'blocked', as('dora', 'no access'));
  await world.move('WP01', 'in_progress', { ...as('codex'), feedback: 'No.' });
  await expect(world.move('WP03', 'in_progress', as('dora'))).rejects.toMatchObject({ code: 'LANE_BUSY' });
  world.work('lane-a', { 'src/a.js': 'better\n' });
  await world.move('WP01', 'for_review', as('claude'));
  expect(await world.move('WP03', 'in_progress', as('dora'))).toMatchObject({ holder: 'dora' });
});

test('work starts where there is a place for it: a claim makes that', async () => {
  await world.move('WP01', 'planned', { ...as('codex'), feedback: 'No.' });
  world.repository.git('worktree', 'remove', '--force', world.lane('lane-a'));
  await expect(world.move('WP01', 'in_progress', as('dora'))).rejects.toMatchObject({
    code: 'GUARD_WORKSPACE',
    hints: [expect.stringContaining('agent action implement WP01')],
  });
  await world.claim('WP01', 'dora');
  expect(await world.lanes()).toMatchObject({ WP01: 'in_progress' });
});

test('a single transition keeps the same rules: dependencies, the lane, and whoever has the package', async () => {
  await expect(emit('WP02', 'claimed', 'dora')).rejects.toMatchObject({ code: 'DEPENDENCIES_NOT_SATISFIED' });
  await emit('WP03', 'claimed', 'dora');
  await expect(emit('WP03', 'blocked', 'zoe')).rejects.toMatchObject({
    code: 'HELD_BY_OTHER',
    hints: [expect.stringContaining('--force')],
  });
  await world.move('WP01', 'planned', { ...as('codex'), feedback: 'No.' });
  await expect(emit('WP01', 'claimed', 'claude')).rejects.toMatchObject({ code: 'LANE_BUSY' });
  await emit('WP03', 'blocked', 'zoe', { force: true, reason: 'dora is on leave' });
  const { laneEvents } = await (await world.workspace()).log.read(world);
  expect(laneEvents.at(-1)).toMatchObject({ wp_id: 'WP03', to_lane: 'blocked', actor: 'zoe', force: true });
});

test('a single transition does not stand in for finalizing', async () => {
  world.repository.commit('Plan more', {
    [`${world.folder}/tasks/WP04-more.md`]:
      '---\nwork_package_id: WP04\ntitle: More\nowned_files: [more/**]\n---\n\n# WP04\n',
  });
  world.reopen();
  await expect(emit('WP04', 'planned', 'dora')).rejects.toMatchObject({ code: 'NOT_FINALIZED' });
  await emit('WP04', 'canceled', 'dora');
  expect(await world.lanes()).toMatchObject({ WP04: 'canceled' });
});
