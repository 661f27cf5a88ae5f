import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { findPackage } from '../mission/find-package.ts';
import { packageEvidence } from './package-evidence.ts';

test('what a package has to show grows with the work, and looking changes nothing', async () => {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/**'], subtasks: ['T001'] },
    { id: 'WP02', owns: ['docs/**'], mode: 'planning_artifact' },
  ]);
  const look = async (id: string) => {
    const workspace = await world.workspace();
    const view = await workspace.view(world.directory);
    return packageEvidence(await workspace.lanes(), view, findPackage(view, id));
  };
  const main = world.repository.git('rev-parse', 'main');
  expect(await look('WP01')).toMatchObject({ from: null, tip: null, lacks: { code: 'NO_COMMITS' } });
  expect(await look('WP02')).toMatchObject({ from: main, tip: main, changedFiles: [] });

  await world.claim('WP01');
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/src/a.js`]: 'a\n' });
  expect(await look('WP01')).toMatchObject({
    from: main,
    tip: main,
    changedFiles: [],
    openSubtasks: ['T001'],
    lacks: { code: 'DIRTY_WORKTREE' },
  });
  const commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  const refs = world.repository.git('for-each-ref');
  expect(await look('WP01')).toEqual({
    from: main,
    tip: commit,
    changedFiles: ['src/a.js'],
    openSubtasks: ['T001'],
    lacks: null,
  });
  expect(world.repository.git('for-each-ref')).toBe(refs);
});

test('a failure of the world is not something that a package lacks', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  const lanes = await workspace.lanes();
  lanes.changedSince = () => Promise.resolve([]);
  lanes.commitsByPeople = () => Promise.reject(new Error('disk'));
  await expect(packageEvidence(lanes, view, findPackage(view, 'WP01'))).rejects.toThrow('disk');
});
