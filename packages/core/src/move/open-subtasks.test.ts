import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { markSubtasks } from '../annotations/mark-subtasks.ts';
import { emitTransition } from './emit-transition.ts';
import { movePackage } from './move-package.ts';

// WP01 is ready for review.
const world = new MissionWorld();
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await mark('done');
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function mark(status: 'done' | 'pending'): Promise<void> {
  await markSubtasks(await world.workspace(), {
    mission: world.directory,
    ids: ['T001'],
    status,
    actor: 'claude',
  });
}

test.each(['move', 'emit'])(
  'a subtask that is opened while the lane is looked at stops a %s',
  async (how) => {
    const workspace = await world.workspace();
    const meanwhile = withChanges(workspace, {
      lanes: async () => {
        await mark('pending');
        return workspace.lanes();
      },
    });
    const request = { mission: world.directory, wp: 'WP01', to: 'for_review', force: false };
    const moving =
      how === 'move'
        ? movePackage(meanwhile, { ...request, agent: 'claude', note: undefined })
        : emitTransition(meanwhile, {
            ...request,
            actor: 'claude',
            subtasksComplete: false,
          });
    await expect(moving).rejects.toMatchObject({
      code: 'SUBTASKS_OPEN',
      details: { open_subtasks: ['T001'] },
    });
    expect(await world.lanes()).toMatchObject({ WP01: 'in_progress' });
  },
);
