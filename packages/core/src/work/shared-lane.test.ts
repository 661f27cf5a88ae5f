import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';

/** A lane that three packages share: one of them was sent back, and another was delivered since. */
async function sentBackBelow(): Promise<MissionWorld> {
  const world = missionWorld();
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
      { id: 'WP03', owns: ['src/a.js', 'src/b.js'], dependencies: ['WP01', 'WP02'] },
    ],
    { 'src/a.js': '1\n2\n3\n4\n' },
  );
  await world.claim('WP02');
  world.work('lane-a', { 'src/b.js': 'b\n' });
  await world.move('WP02', 'for_review', { agent: 'claude' });
  await world.review('WP02');
  await world.move('WP02', 'planned', { agent: 'codex', feedback: 'Better.' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n2\n3\n4\n' });
  await world.claim('WP02');
  return world;
}

test('what another package of the lane has done meanwhile is not told to be outside of what one owns', async () => {
  const world = await sentBackBelow();
  world.repository.commit('On the target', { 'src/a.js': '1\n2\n3\ntarget\n' });
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
  world.work('lane-a', { 'src/b.js': 'better\n' });
  await world.move('WP02', 'for_review', { agent: 'claude' });
  expect(await world.review('WP02')).toMatchObject({
    changedFiles: ['src/b.js'],
    changedOutsideOwned: [],
  });
});

test('what one changes of it is', async () => {
  const world = await sentBackBelow();
  world.work('lane-a', { 'src/a.js': 'other\n', 'src/b.js': 'better\n' });
  await world.move('WP02', 'for_review', { agent: 'claude' });
  expect((await world.review('WP02')).changedOutsideOwned).toEqual(['src/a.js']);
});

test.each([
  ['what Git merges', '1\n2\n3\ntarget\n'],
  ['what somebody resolves', 'target\n2\n3\n4\n'],
])('%s of the target and of a package that one builds on is no change of its own', async (_, target) => {
  const world = missionWorld();
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'], dependencies: ['WP01'] },
    ],
    { 'src/a.js': '1\n2\n3\n4\n' },
  );
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n2\n3\n4\n' });
  await world.claim('WP02');
  world.repository.commit('On the target', { 'src/a.js': target });
  if (target.endsWith('target\n')) world.gitIn('lane-b', 'merge', '--quiet', '--no-edit', 'main');
  else {
    expect(() => world.gitIn('lane-b', 'merge', '--quiet', 'main')).toThrow('merge');
    world.work('lane-b', { 'src/a.js': 'a\ntarget\n2\n3\n4\n' });
  }
  world.work('lane-b', { 'src/b.js': 'b\n' });
  await world.move('WP02', 'for_review', { agent: 'claude' });
  expect(await world.review('WP02')).toMatchObject({
    changedFiles: ['src/b.js'],
    changedOutsideOwned: [],
  });
});
