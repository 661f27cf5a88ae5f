import { TrainWorld } from '@spec-kitty/testkit/train-world';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { landMission } from '../run/land-mission.ts';

function trainWorld(): TrainWorld {
  const made = new TrainWorld();
  onTestFinished(() => made.world.dispose());
  return made;
}

/** Three lanes; the first and the third change the same file, the second has what the validation says. */
async function deliver(made: TrainWorld, second: string): Promise<void> {
  const { world } = made;
  await made.plan(['a', 'b', 'c'].map((name, at) => ({ id: `WP0${at + 1}`, owns: [`src/${name}.js`] })));
  await world.deliver('WP03', 'lane-c', { 'src/c.js': 'c\n', 'shared.txt': 'three\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'shared.txt': 'one\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': second });
  await world.accept();
}

const conflicting = new TrainWorld();
beforeAll(async () => {
  await deliver(conflicting, 'b\n');
  conflicting.world.save();
});
afterAll(() => conflicting.world.dispose());

test('of two lanes that conflict, the one approved later goes back with the conflict, the rest lands, and it lands resolved', async () => {
  const made = conflicting;
  const { world } = made;
  world.restore();
  const { repository } = world;
  const merged = await made.merge();
  expect(merged.plan.completes).toEqual(['WP02', 'WP03']);
  const reason = 'WP01 conflicts with what is merged before it in shared.txt.';
  expect(merged.train).toMatchObject({ sentBack: [{ wp: 'WP01', reason }], waiting: [], validations: 1 });
  // To know what conflicts takes no validation, and what lands was validated as it is.
  expect(made.validations).toEqual([{ names: ['b.js', 'c.js'], bad: [] }]);
  expect(await world.lanes()).toEqual({ WP01: 'planned', WP02: 'done', WP03: 'done' });
  const feedback = repository.read(`${world.folder}/tasks/WP01-package/review-cycle-1.md`);
  expect(feedback).toContain(`${reason}\n\nMerged before it: WP03`);
  expect(feedback).toContain('`git merge main` in the lane shows the conflict there.');

  await world.claim('WP01');
  expect(() => world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main')).toThrow('merge --quiet');
  world.work('lane-a', { 'shared.txt': 'three\none\n' });
  await world.approve('WP01');
  await world.accept();
  expect((await made.merge()).plan.completes).toEqual(['WP01']);
  expect([repository.git('show', 'main:shared.txt'), repository.git('show', 'main:src/a.js')]).toEqual([
    'three\none',
    'a',
  ]);
  expect(made.brokenTargets()).toEqual([]);
});

test('one that conflicts and one that breaks the validation go back at once', async () => {
  const made = trainWorld();
  await deliver(made, 'breaks\n');
  const { train, plan } = await made.merge();
  expect(plan.completes).toEqual(['WP03']);
  expect(train?.sentBack.map(({ wp }) => wp)).toEqual(['WP01', 'WP02']);
  expect(await made.world.lanes()).toMatchObject({ WP01: 'planned', WP02: 'planned' });
  expect(made.brokenTargets()).toEqual([]);
});

test('where the one lane there is conflicts with the target, nothing lands and it goes back all the same', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.plan([{ id: 'WP01', owns: ['src/a.js'] }], { 'src/a.js': 'old\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  world.repository.commit('Meanwhile', { 'src/a.js': 'else\n' });
  await world.accept();
  const request = { mission: world.directory, actor: 'ada', commit: true };
  const reason = 'WP01 conflicts with the target in src/a.js.';
  expect(await landMission(await world.workspace(), request)).toEqual({
    landed: null,
    sentBack: [{ wp: 'WP01', reason }],
    validations: 0,
  });
  expect(await world.lanes()).toEqual({ WP01: 'planned' });
});

test('without a train a conflict still holds up everything, sends nobody back, and says what a train would do', async () => {
  const { world } = conflicting;
  world.restore();
  const train = expect.stringContaining(`\`spec-kitty merge --train --mission ${world.directory}\``);
  const fault = { code: 'MERGE_CONFLICT', hints: expect.arrayContaining([train]) };
  await expect(world.merge()).rejects.toMatchObject(fault);
  // A pull request has all of a mission.
  await expect(world.merge({ destination: 'branch' })).rejects.not.toMatchObject(fault);
  expect(new Set(Object.values(await world.lanes()))).toEqual(new Set(['approved']));
});
