import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import type { Lock } from '../ports/lock.ts';
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
