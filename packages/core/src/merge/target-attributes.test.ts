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
