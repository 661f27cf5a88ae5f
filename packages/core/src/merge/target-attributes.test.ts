import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// A lane and the target have each added a line at the same place of two files.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['list.gen', 'sub/list.dat'] }], {
    'list.gen': 'one\n',
    'sub/list.dat': 'one\n',
  });
  await world.deliver('WP01', 'lane-a', { 'list.gen': 'one\nlane\n', 'sub/list.dat': 'one\nlane\n' });
  repository.commit('Count on', { 'list.gen': 'one\nmain\n', 'sub/list.dat': 'one\nmain\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const UNION = { '.gitattributes': '*.gen merge=union\n', 'sub/.gitattributes': '*.dat merge=union\n' };

test("the target's attributes count, and not those of the branch that is checked out", async () => {
  repository.git('branch', 'elsewhere');
  repository.commit('How to merge', UNION);
  repository.git('switch', '--quiet', 'elsewhere');
  world.reopen();
  await world.merge();
  expect(repository.git('show', 'main:list.gen')).toBe('one\nmain\nlane');
  expect(repository.git('show', 'main:sub/list.dat')).toBe('one\nmain\nlane');
});

test('a driver that keeps one side of what both have changed is refused, and the way out leads on', async () => {
  repository.git('config', '--global', 'merge.keepours.driver', 'true');
  repository.commit('How to merge', {
    '.gitattributes': 'list.gen merge=keepours\nsub/list.dat merge=union\n',
  });
  world.reopen();
  for (const strategy of ['merge', 'squash', 'rebase'] as const)
    await expect(world.merge({ strategy })).rejects.toMatchObject({
      code: 'DRIVER_DROPS_CHANGES',
      details: { lane_id: 'lane-a', paths: ['list.gen'] },
    });
  expect(await world.lanes()).toEqual({ WP01: 'approved' });
  await world.move('WP01', 'planned', { note: 'Merge it.', force: true });
  await world.claim('WP01');
  // The lane has no attributes yet.
  expect(() => world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main')).toThrow('failed with 1');
  const both = 'one\nmain\nlane\n';
  world.work('lane-a', { 'list.gen': both, 'sub/list.dat': both }, 'Both');
  await world.approve('WP01');
  await world.accept();
  await world.merge();
  expect(repository.read('list.gen')).toBe('one\nmain\nlane\n');
});

test('a driver that nobody has defined is Git itself, and one that keeps both is left to its work', async () => {
  const driver = 'cat %A %B | sort -u > %A.new; mv %A.new %A';
  repository.git('config', '--global', 'merge.sorted.driver', driver);
  repository.commit('How to merge', {
    '.gitattributes': 'list.gen merge=sorted\nsub/list.dat merge=nobody\n',
  });
  world.reopen();
  const conflicts = [{ path: 'sub/list.dat' }];
  await expect(world.merge()).rejects.toMatchObject({ code: 'MERGE_CONFLICT', details: { conflicts } });
});

test('attributes that only the checkout has, or its index, decide nothing', async () => {
  repository.git('switch', '--quiet', '--create', 'elsewhere');
  repository.commit('How to merge', UNION);
  world.reopen();
  await expect(world.merge()).rejects.toMatchObject({ code: 'MERGE_CONFLICT' });
  repository.git('switch', '--quiet', 'main');
  repository.write({ '.gitattributes': '*.gen merge=union\n' });
  repository.git('add', '.gitattributes');
  world.reopen();
  await expect(world.merge()).rejects.toMatchObject({ code: 'MERGE_CONFLICT' });
});
