import { execSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import type { Fault } from '../fault.ts';
import { finalizeMission } from '../finalize/finalize-mission.ts';

async function replan(world: MissionWorld, wp: string, dependencies: string): Promise<void> {
  const file = `${world.folder}/tasks/${wp}-package.md`;
  world.repository.write({
    [file]: world.repository
      .read(file)
      .replace(/^dependencies:.*(?:\n *- .*)*/m, `dependencies: [${dependencies}]`),
  });
  const request = { mission: world.directory, actor: 'test', targetBranch: undefined };
  await finalizeMission(await world.workspace(), { ...request, validateOnly: false, commit: true });
}

test('a lane with more packages is begun anew after what was approved before, and those that have it are sent back', async () => {
  const world = missionWorld();
  const owns = ['lib/**'];
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns },
    { id: 'WP03', owns, dependencies: ['WP01', 'WP02'] },
    { id: 'WP04', owns, dependencies: ['WP03'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
  const good = await world.deliver('WP02', 'lane-b', { 'lib/a.js': 'a\n' });
  await world.deliver('WP03', 'lane-b', { 'lib/b.js': 'b\n' });
  await world.deliver('WP04', 'lane-b', { 'lib/c.js': 'c\n' });
  await world.move('WP01', 'canceled', { agent: 'codex', force: true, note: 'not wanted' });
  await replan(world, 'WP03', 'WP02');
  rmSync(world.lane('lane-b'), { recursive: true });
  const { hints } = (await world.accept().catch((error: unknown) => error)) as Fault;
  expect(hints).toEqual([
    expect.stringContaining('move-task WP04 --to planned --force'),
    expect.stringContaining('git worktree add'),
    expect.stringContaining(`reset --hard ${good}`),
    expect.stringContaining('cherry-pick'),
    expect.stringContaining('move-task WP03 --to for_review'),
  ]);
  await world.move('WP04', 'planned', { agent: 'ada', force: true, note: 'begun anew' });
  for (const [, command = ''] of hints
    .slice(1, 3)
    .join(' ')
    .matchAll(/`git ([^`]+)`/g))
    world.repository.git(...command.split(' '));
  world.work('lane-b', { 'lib/b.js': 'b2\n' });
  await world.approve('WP03');
  await world.deliver('WP04', 'lane-b', { 'lib/c.js': 'c2\n' });
  await world.accept();
  await world.merge();
  const landed = world.repository.git('ls-tree', '-r', '--name-only', 'main', 'src', 'lib').split('\n');
  expect(landed).toEqual(['lib/a.js', 'lib/b.js', 'lib/c.js']);
});

test.each(['', 'src/c.js'])(
  'it is left out as told where the worktree was removed by hand, too',
  async (later) => {
    const world = missionWorld();
    await world.plan([
      { id: 'WP01', owns: ['src/**'] },
      { id: 'WP02', owns: ['src/**'], dependencies: ['WP01'] },
    ]);
    const first = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    await world.claim('WP02');
    world.work('lane-a', { 'src/b.js': 'b\n' });
    await world.move('WP02', 'canceled', { agent: 'claude', note: 'not needed' });
    if (later) world.work('lane-a', { [later]: 'c\n' });
    rmSync(world.lane('lane-a'), { recursive: true });
    const refusal = (await world.accept().catch((error: unknown) => error)) as Fault;
    const hints = refusal.hints.join(' ');
    const commands = [...hints.matchAll(/`git ([^`]+)`/g)].map(([, command = '']) => command);
    for (const command of commands) world.repository.git(...command.split(' '));
    expect(world.repository.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
    const branch = `kitty/mission-${world.directory}-lane-a`;
    expect(world.repository.git('diff', '--name-only', first, branch)).toBe(later);
  },
);

test('nobody begins on work that was canceled: the hint leaves it out, and keeps what others handed in and what is not committed', async () => {
  const world = missionWorld();
  const owns = ['src/**'];
  await world.plan([
    { id: 'WP01', owns },
    { id: 'WP02', owns, dependencies: ['WP01'] },
    { id: 'WP03', owns, dependencies: ['WP02'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.claim('WP02');
  const commit = world.work('lane-a', { 'src/bad.js': 'bad\n' });
  await world.move('WP02', 'canceled', { agent: 'claude', note: 'not wanted' });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'Not quite.' });
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/src/a.js`]: 'not committed\n' });
  await replan(world, 'WP03', 'WP01');
  const refusal = (await world.claim('WP01').catch((error: unknown) => error)) as Fault;
  expect(refusal).toMatchObject({
    code: 'UNREVIEWED_COMMITS',
    details: { lane_id: 'lane-a', wp_id: 'WP02' },
    hints: [expect.stringContaining(commit)],
  });
  const [, command = ''] = /`git ([^`]+)`/.exec(refusal.hints[0] ?? '') ?? [];
  world.repository.git(...command.split(' '));
  expect(world.repository.read(`.worktrees/${world.directory}-lane-a/src/a.js`)).toBe('not committed\n');
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a2\n' });
  await world.deliver('WP03', 'lane-a', { 'src/c.js': 'c\n' });
  await world.accept();
  await world.merge();
  const landed = world.repository.git('ls-tree', '-r', '--name-only', 'main', 'src').split('\n');
  expect(landed).toEqual(['src/a.js', 'src/c.js']);
});

test('work that was canceled after the next package of its lane was handed in does not come along', async () => {
  const world = missionWorld();
  const owns = ['src/**'];
  await world.plan([
    { id: 'WP01', owns },
    { id: 'WP02', owns, dependencies: ['WP01'] },
  ]);
  const commit = await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
  await world.deliver('WP02', 'lane-a', { 'src/b.js': 'b\n' });
  await world.move('WP01', 'canceled', { agent: 'claude', force: true, note: 'not wanted' });
  await replan(world, 'WP02', '');
  await expect(world.accept()).rejects.toMatchObject({
    code: 'BUILT_ON_UNAPPROVED',
    details: { wp_id: 'WP02', built_on: 'WP01', commit },
  });
});

test('work that is canceled under approved packages of its lane is taken out as told, and what was on it reviewed again', async () => {
  const world = missionWorld();
  const ids = ['WP01', 'WP02', 'WP03', 'WP04'];
  await world.plan(ids.map((id, at) => ({ id, owns: ['src/**'], dependencies: ids.slice(0, at) })));
  for (const id of ids) await world.deliver(id, 'lane-a', { [`src/${id}.js`]: `${id}\n` });
  await world.move('WP02', 'canceled', { agent: 'ada', force: true, note: 'not wanted' });
  const refused = await world.merge({ withoutAcceptance: true }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'BUILT_ON_UNAPPROVED', details: { built_on: 'WP02' } });
  const { hints } = refused as Fault;
  expect(hints).toEqual([
    expect.stringMatching(/^Take it out: `git .* rebase /),
    expect.stringContaining('move-task WP04 --to for_review'),
    expect.stringContaining('move-task WP03 --to for_review'),
  ]);
  execSync(/`(git [^`]+)`/.exec(hints[0] ?? '')?.[1] ?? 'false', { env: world.repository.env });
  for (const id of ['WP04', 'WP03']) {
    await world.move(id, 'for_review', { agent: 'claude' });
    await world.approve(id);
  }
  await world.merge({ withoutAcceptance: true });
  const there = (id: string) => world.repository.git('ls-tree', '--name-only', 'main', `src/${id}.js`) !== '';
  expect(ids.map(there)).toEqual([true, false, true, true]);
});
