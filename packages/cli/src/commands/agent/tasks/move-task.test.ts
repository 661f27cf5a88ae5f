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
