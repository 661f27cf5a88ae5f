import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { continueResolution } from './continue-resolution.ts';
import { startResolution } from './start-resolution.ts';

/** Two packages that conflict, and a third that waits for both. */
async function clash(): Promise<MissionWorld> {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
    { id: 'WP03', owns: ['src/c.js'], dependencies: ['WP01', 'WP02'] },
    // Each in the lane of one of the two.
    { id: 'WP04', owns: ['src/a.js'], dependencies: ['WP01'] },
    { id: 'WP05', owns: ['src/b.js'], dependencies: ['WP02'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'list.txt': 'one\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n', 'list.txt': 'two\n' });
  return world;
}

test('a conflict between dependencies is resolved once, on the lane of one of them, before the package that waits for both', async () => {
  const world = await clash();
  const { repository, directory } = world;
  const command = `spec-kitty conflicts start --lane lane-b --mission ${directory}`;
  await expect(world.claim('WP03')).rejects.toMatchObject({
    code: 'DEPENDENCY_LANE_MERGE_CONFLICT',
    hints: [expect.stringContaining(`\`${command}\``), expect.anything()],
    details: { dependency: 'WP02', conflicts: ['list.txt'] },
  });

  const request = { mission: directory, lane: 'lane-b' };
  const { resolution } = await startResolution(await world.workspace(), request);
  writeFileSync(path.join(resolution.folder, 'list.txt'), 'one\ntwo\n');
  repository.git('-C', resolution.folder, 'add', 'list.txt');
  const { commit } = await continueResolution(await world.workspace(), { ...request, agent: 'claude' });
  await expect(world.claim('WP03')).rejects.toMatchObject({ code: 'DEPENDENCIES_NOT_SATISFIED' });
  expect((await world.review('WP02')).merges).toMatchObject([{ commit, conflicts: ['list.txt'] }]);
  await world.move('WP02', 'approved', { agent: 'codex', note: 'fine' });

  await world.deliver('WP03', 'lane-c', { 'src/c.js': 'c\n' });
  expect(world.gitIn('lane-c', 'show', 'HEAD:list.txt')).toBe('one\ntwo');
  await world.deliver('WP04', 'lane-a', { 'src/a.js': 'aa\n' });
  await world.deliver('WP05', 'lane-b', { 'src/b.js': 'bb\n' });
  await world.accept();
  await world.merge();
  expect(repository.read('list.txt')).toBe('one\ntwo\n');
  expect(['a', 'b', 'c'].map((name) => repository.read(`src/${name}.js`))).toEqual(['aa\n', 'bb\n', 'c\n']);
});

test('work that goes on in another lane does not keep a conflict from being resolved; in the same lane it does', async () => {
  const world = await clash();
  const start = async () =>
    startResolution(await world.workspace(), { mission: world.directory, lane: 'lane-b' });
  await world.claim('WP04');
  world.work('lane-a', { 'src/a.js': 'half\n' });
  await world.claim('WP05');
  await expect(start()).rejects.toMatchObject({ code: 'MISSION_NOT_READY' });
  await world.move('WP05', 'planned', { force: true, note: 'later' });
  const { resolution } = await start();
  expect(resolution.paths).toEqual(['list.txt']);
  expect(world.repository.git('-C', resolution.folder, 'show', 'MERGE_HEAD:src/a.js')).toBe('a');
});
