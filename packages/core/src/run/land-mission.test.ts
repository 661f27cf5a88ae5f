import { FIVE, fileOf, NEEDS, TrainWorld } from '@spec-kitty/testkit/train-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { expect, onTestFinished, test } from 'vitest';
import { finishLanding, landMission } from './land-mission.ts';

function trainWorld(): TrainWorld {
  const made = new TrainWorld();
  onTestFinished(() => made.world.dispose());
  return made;
}

test('what lands and what goes back is told, also by whoever finishes an interrupted merge', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.deliver(FIVE, NEEDS);
  await world.accept();
  const workspace = await world.workspace();
  const request = { mission: world.directory, actor: 'ada', commit: true };
  const killing = withChanges(workspace, {
    files: withChanges(workspace.files, {
      rewrite: () => {
        throw new RangeError('killed');
      },
    }),
  });
  await expect(landMission(killing, request)).rejects.toThrow('killed');
  const again = await landMission(workspace, request);
  const reason = 'The merged result fails the validation with WP02, and passes without.';
  expect([again.landed?.kind, again.sentBack]).toEqual(['merged', [{ wp: 'WP02', reason }]]);
  await finishLanding(workspace, world.directory);
  expect(await world.lanes()).toMatchObject({ WP01: 'done', WP02: 'planned', WP04: 'approved' });

  await world.deliver('WP02', 'lane-b', { [fileOf('WP02')]: 'mended\n' });
  await world.accept();
  expect(await landMission(workspace, request)).toMatchObject({ landed: { kind: 'merged' }, sentBack: [] });
});

test('an interrupted merge is finished before anything else is done', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.deliver({ WP01: 'one\n', WP02: 'breaks\n' });
  await world.accept();
  const workspace = await world.workspace();
  const killing = withChanges(workspace, {
    integrator: async (mission) => {
      const own = await workspace.integrator(mission);
      return withChanges(own, {
        apply: async (landing) => {
          await own.apply(landing);
          throw new RangeError('killed');
        },
      });
    },
  });
  const request = { mission: world.directory, actor: 'ada', commit: true };
  await expect(landMission(killing, request)).rejects.toThrow('killed');
  expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
  await finishLanding(workspace, world.directory);
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'planned' });
});

test('where nothing can land, what goes back is told all the same', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.deliver({ WP01: 'breaks\n', WP02: 'two\n' }, { WP02: ['WP01'] });
  await world.accept();
  const request = { mission: world.directory, actor: 'ada', commit: true };
  expect(await landMission(await world.workspace(), request)).toEqual({
    landed: null,
    sentBack: [
      { wp: 'WP01', reason: 'The merged result fails the validation with WP01, and passes without.' },
    ],
    validations: 3,
  });
});
