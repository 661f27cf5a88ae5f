import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import type { Fault } from '../fault.ts';
import { finalizeMission } from '../finalize/finalize-mission.ts';
import { askNext } from '../next/ask-next.ts';

const ONE = [{ id: 'WP01', owns: ['src/**'] }];

async function told(world: MissionWorld) {
  world.reopen();
  return askNext(await (await world.workspace()).view(world.directory), null);
}

test('a merge from a checkout whose plan is older than the log leaves out nothing', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  world.repository.git('branch', 'feature');
  const package2 = world.repository.read(`${world.folder}/tasks/WP01-package.md`).replaceAll('WP01', 'WP02');
  world.repository.write({
    [`${world.folder}/tasks/WP02-package.md`]: package2.replaceAll('src/', 'lib/'),
    [`${world.folder}/tasks.md`]: '## WP01: Package\n## WP02: Package\n',
  });
  await finalizeMission(await world.workspace(), FINALIZE(world));
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  await world.accept();
  world.repository.git('switch', '--quiet', 'feature');
  world.reopen();
  const main = world.repository.git('rev-parse', 'main');
  for (const more of [{}, { destination: 'branch' as const }, { withoutAcceptance: true }])
    await expect(world.merge(more)).rejects.toMatchObject({
      code: 'WORK_PACKAGE_FILE_GONE',
      message: expect.stringContaining('WP02 is approved and its file is gone'),
      hints: expect.arrayContaining([expect.stringContaining('`git switch main`')]),
    });
  expect(world.repository.git('rev-parse', 'main')).toBe(main);
  expect(await told(world)).toMatchObject({ kind: 'blocked', reason: expect.stringContaining('WP02 is') });
  world.repository.git('switch', '--quiet', 'main');
  world.reopen();
  await world.merge();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('a package whose file goes after the acceptance is not left out, and its file comes back as told', async () => {
  const world = missionWorld();
  await world.plan([...ONE, { id: 'WP02', owns: ['lib/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  await world.accept();
  const file = `${world.folder}/tasks/WP02-package.md`;
  const before = world.repository.read(file);
  world.repository.git('rm', '--quiet', file);
  world.repository.commit('drop it');
  const refusal = await world.merge().catch((error: unknown) => error);
  const { hints } = refusal as Fault;
  const [find = '', restore = ''] = hints.join('\n').match(/git (?:log|restore) [^`]*/g) ?? [];
  const { root: cwd, env } = world.repository;
  const run = (command: string) => execFileSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  run(restore.replace('<commit>', run(find).trim()));
  expect(world.repository.read(file)).toBe(before);
});

test('a package that nobody has begun is not dropped by taking its file away, but by finalizing again', async () => {
  const world = missionWorld();
  await world.plan([...ONE, { id: 'WP02', owns: ['lib/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  rmSync(path.join(world.repository.root, world.folder, 'tasks/WP02-package.md'));
  const before = world.repository.git('rev-parse', 'main');
  await expect(world.accept()).rejects.toMatchObject({
    code: 'MISSION_NOT_READY',
    message: expect.stringContaining('WP02 is planned and its file is gone'),
    hints: expect.arrayContaining([expect.stringContaining('git restore')]),
  });
  await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
    code: 'WORK_PACKAGE_FILE_GONE',
  });
  expect(world.repository.git('rev-parse', 'main')).toBe(before);
  world.repository.write({ [`${world.folder}/tasks.md`]: '## WP01: Package\n' });
  await finalizeMission(await world.workspace(), FINALIZE(world));
  expect(await world.lanes()).toMatchObject({ WP02: 'canceled' });
  await world.accept();
  await world.merge();
  expect(await told(world)).toMatchObject({ kind: 'terminal' });
});

const FINALIZE = ({ directory }: MissionWorld) => ({
  mission: directory,
  actor: 'test',
  targetBranch: undefined,
  validateOnly: false,
  commit: true,
});
