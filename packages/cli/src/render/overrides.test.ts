import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../testing/run-cli.ts';

test('an approval by force is told wherever somebody builds on it', async () => {
  const mission = missionWorld();
  await mission.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'] },
  ]);
  await mission.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await mission.claim('WP02');
  mission.work('lane-b', { 'lib/b.js': 'b\n' });
  await mission.move('WP02', 'approved', { agent: 'ada', force: true, note: 'the fair is tomorrow' });

  const world = cliWorld(mission.repository);
  const told = 'Note: WP02 was made approved by force by ada: "the fair is tomorrow"';
  const override = {
    actor: 'ada',
    to_lane: 'approved',
    reason: 'the fair is tomorrow',
    review: { reviewer: 'ada', reference: 'the fair is tomorrow' },
  };
  expect((await runCli(world, ['status'])).stdout).toContain('by force of ada: the fair is tomorrow');
  expect((await runJson(world, ['status'])).document).toMatchObject({
    work_packages: [{ override: null }, { override }],
  });
  expect((await runCli(world, ['accept', '--mode', 'checklist'])).stdout).toContain(told);
  expect((await runJson(world, ['accept'])).document).toMatchObject({
    overrides: [{ wp_id: 'WP02', ...override }],
  });
  expect((await runCli(world, ['merge'])).stdout).toContain(told);
  expect((await runJson(world, ['agent', 'status', 'doctor'])).document).toMatchObject({
    findings: [{ category: 'override', wp_id: 'WP02' }],
  });
  expect(mission.repository.git('show', 'main:lib/b.js')).toBe('b');
});

test('work that is done on the word of somebody that it landed is told like work done by force', async () => {
  const mission = missionWorld();
  await mission.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'] },
  ]);
  await mission.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await mission.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  const world = cliWorld(mission.repository);
  const move = ['agent', 'tasks', 'move-task', 'WP01', '--to', 'done', '--agent', 'rev'];
  expect(await runCli(world, [...move, '--done-override-reason', 'shipped'])).toMatchObject({ exitCode: 0 });

  const told = 'WP01 was made done on the word of rev: "Done override: shipped"';
  expect((await runCli(world, ['status'])).stdout).toContain('on the word of rev: Done override: shipped');
  expect((await runCli(world, ['accept'])).stdout).toContain(told);
  expect((await runJson(world, ['merge'])).document).toMatchObject({
    overrides: [{ wp_id: 'WP01', forced: false, to_lane: 'done', actor: 'rev' }],
  });
  expect((await runJson(world, ['agent', 'status', 'doctor'])).document).toMatchObject({
    findings: [{ category: 'override', wp_id: 'WP01', message: told }],
  });
});

test('work that is done without a commit on record is a finding of the doctor', async () => {
  const mission = missionWorld();
  await mission.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'] },
  ]);
  await mission.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await mission.move('WP02', 'done', { agent: 'ada', force: true, note: 'trust me' });
  const { document } = await runJson(cliWorld(mission.repository), ['agent', 'status', 'doctor']);
  expect(document).toMatchObject({
    findings: [
      { category: 'override', wp_id: 'WP02' },
      { category: 'no_commit', wp_id: 'WP02' },
    ],
  });
});

test('the board shows every forced move, what it rests on, and why a package is blocked', async () => {
  const mission = missionWorld();
  await mission.plan(['a', 'b', 'c', 'd'].map((name, at) => ({ id: `WP0${at + 1}`, owns: [`${name}/**`] })));
  const world = cliWorld(mission.repository);
  await mission.claim('WP01');
  const forced = { agent: 'ada', force: true };
  await mission.move('WP01', 'planned', { ...forced, note: 'claude is on leave' });
  await mission.move('WP02', 'blocked', { agent: 'bob', note: 'no access' });
  await mission.move('WP03', 'blocked', { agent: 'bob' });
  await runCli(world, ['agent', 'tasks', 'add-history', 'WP03', '--note', 'waits for the vendor']);
  const emit = ['agent', 'status', 'emit', 'WP04', '--to', 'done', '--actor', 'ada', '--force'];
  await runCli(world, [...emit, '--reason', 'by hand']);
  const { stdout } = await runCli(world, ['status']);
  expect(stdout).toContain('by force of ada: claude is on leave');
  expect(stdout).toContain('blocked by bob: no access');
  expect(stdout).toContain('blocked by bob: Test Person: waits for the vendor');
  expect(stdout).toContain('by force of ada, without a review: by hand');
  expect((await runJson(world, ['status'])).document).toMatchObject({
    work_packages: [
      { override: { to_lane: 'planned' } },
      { reason: 'no access', override: null },
      { reason: null, notes: [expect.stringContaining('waits for the vendor')] },
      { override: { to_lane: 'done', review: null } },
    ],
  });
});
