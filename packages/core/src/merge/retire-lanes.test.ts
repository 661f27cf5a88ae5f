import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import type { Integrator } from '../ports/integration.ts';
import type { Lock } from '../ports/lock.ts';
import { mergeMission } from './merge-mission.ts';
import { retireLanes } from './retire-lanes.ts';

const GONE = { worktreeRemoved: true, branchRemoved: true };
const STAYS = { worktreeRemoved: false, branchRemoved: false };

/** Three lanes that are merged and still there, put away while somebody else has the locks of some. */
async function afterMerge(...busy: string[]) {
  const world = missionWorld();
  const lanes = ['lane-a', 'lane-b', 'lane-c'];
  await world.plan(lanes.map((_, at) => ({ id: `WP0${at + 1}`, owns: [`src/${at}.js`] })));
  for (const [at, lane] of lanes.entries())
    await world.deliver(`WP0${at + 1}`, lane, { [`src/${at}.js`]: 'x\n' });
  await world.merge({ withoutAcceptance: true, keepWorktrees: true, keepBranches: true });
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  const held: string[] = [];
  const lock: Lock = {
    hold: (name, _purpose, body) => {
      if (busy.some((lane) => name === laneLock(view.mission, lane)))
        throw new Fault('busy', 'LOCK_BUSY', 'Busy.', { details: { lock: name } });
      held.push(name);
      return body();
    },
  };
  const retire = async () => {
    const commit = (at: number) => view.state.packages.get(`WP0${at + 1}`)?.commit ?? '';
    const merged = lanes.map((laneId, at) => ({
      laneId,
      packages: [],
      base: null,
      reviewed: [],
      commit: commit(at),
    }));
    const ports = { lock, lanes: () => workspace.lanes() };
    return retireLanes(ports, view, {
      lanes: merged,
      keepWorktrees: false,
      keepBranches: false,
      dryRun: false,
    });
  };
  return { world, retire, held, lanes, locks: lanes.map((lane) => laneLock(view.mission, lane)) };
}

test('all lanes are put away, under the locks of all', async () => {
  const { world, retire, held, lanes, locks } = await afterMerge();
  expect(await retire()).toMatchObject(lanes.map((laneId) => ({ laneId, ...GONE })));
  expect(held).toEqual(locks);
  expect(lanes.filter((lane) => world.hasLane(lane))).toEqual([]);
});

test('a lane whose lock somebody else has stays, and is named in its place', async () => {
  const { world, retire } = await afterMerge('lane-b');
  expect(await retire()).toMatchObject([
    { laneId: 'lane-a', ...GONE },
    { laneId: 'lane-b', ...STAYS },
    { laneId: 'lane-c', ...GONE },
  ]);
  expect(world.hasLane('lane-b')).toBe(true);
});

test('a lane in which somebody works between the last look and the removal stays', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  const ports = await world.workspace();
  const working = withChanges(ports, {
    integrator: async (mission) => {
      const integrator = await ports.integrator(mission);
      const apply: Integrator['apply'] = async (landing) => {
        await integrator.apply(landing);
        world.repository.write({ [`.worktrees/${world.directory}-lane-a/mine.txt`]: 'mine\n' });
      };
      return withChanges(integrator, { apply });
    },
  });
  const merged = await mergeMission(working, world.mergeRequest({ withoutAcceptance: true }));
  const kept = { reason: 'uncommitted_changes', paths: ['mine.txt'] };
  expect(merged).toMatchObject({
    retired: [{ laneId: 'lane-a', kept: [kept, { reason: 'worktree_kept' }] }],
  });
  expect(world.hasLane('lane-a')).toBe(true);
});
