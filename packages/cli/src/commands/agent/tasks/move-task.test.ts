import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { writeSample } from '../../../testing/sample-mission.ts';

const FORCE = ['--force', '--agent', 'ada', '--note', 'because'];
const move = (wp: string, to: string) => ['agent', 'tasks', 'move-task', wp, '--to', to, ...FORCE];

test('a forced move into the same lane is no move: what it records is said', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  await runCli(world, move('WP03', 'canceled'));
  expect((await runCli(world, move('WP03', 'canceled'))).stdout).toBe(
    'WP03 stays canceled; the forced move is recorded.\n',
  );
  await runCli(world, move('WP04', 'claimed'));
  expect(
    (await runCli(world, [...move('WP04', 'claimed').slice(0, -3), 'bob', '--note', 'mine'])).stdout,
  ).toBe('WP04 stays claimed, held by bob; the forced move is recorded.\n');
  expect(await runJson(world, move('WP03', 'canceled'))).toMatchObject({
    document: { old_lane: 'canceled', new_lane: 'canceled', event_id: expect.any(String) },
  });
  const emit = [
    'agent',
    'status',
    'emit',
    'WP03',
    '--to',
    'canceled',
    '--actor',
    'ada',
    '--force',
    '--reason',
    'x',
  ];
  expect((await runCli(world, emit)).stdout).toMatch(
    /^WP03 stays canceled; the forced transition is recorded \(\w+\)\.\n$/,
  );
});

test('what is sent to review once more, with a commit more, is told that the review is of the first, and how to send the rest', async () => {
  const world = cliWorld();
  const { repository } = world;
  repository.commit('first', { 'src/a.txt': 'a' });
  const { document } = await runJson(world, ['quick', 'Greet people']);
  const { mission_slug: slug } = document as { mission_slug: string };
  const run = async (line: string) => (await runCli(world, line.split(' '))).stdout;
  const commit = (text: string) => {
    const lane = `.worktrees/${slug}-lane-a`;
    repository.write({ [`${lane}/src/a.txt`]: text });
    repository.git('-C', lane, 'commit', '--quiet', '--all', '--message', text);
  };
  const send = 'agent tasks move-task WP01 --to for_review --agent claude';
  await run('agent action implement WP01 --agent claude');
  commit('one');
  await run(send);
  commit('two');
  const told = await run(send);
  expect(told).toMatch(/^WP01 is for_review already; nothing was changed\.\n.*is no part of this review/);
  const [, again = ''] = /`spec-kitty ([^`]+)`/.exec(told) ?? [];
  await run('agent action review WP01 --agent codex');
  await run('agent tasks move-task WP01 --to approved --agent codex');
  expect((await runCli(world, ['accept'])).stderr).toContain('[UNREVIEWED_COMMITS]');
  expect(await run(again)).toContain('WP01: approved → for_review.');
});
