import { readFileSync } from 'node:fs';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';

const IMPLEMENT = ['agent', 'action', 'implement', 'WP01', '--agent', 'claude'];

test('what is said to run next can be run: open subtasks come first', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'], subtasks: ['T001', 'T002'] }]);
  const cli = cliWorld(world.repository);
  const { stdout } = await runCli(cli, IMPLEMENT);
  world.work('lane-a', { 'src/a.js': 'a\n' });
  const commands = [...stdout.matchAll(/`spec-kitty ([^`]+)`/g)].map(([, line = '']) => line.split(' '));
  expect(commands.map(([, , verb]) => verb)).toEqual(['mark-status', 'move-task']);
  for (const command of commands) expect(await runCli(cli, command)).toMatchObject({ exitCode: 0 });
  expect((await runCli(cli, ['status'])).stdout).toContain('for_review');
});

test('a fix begins with the files that were judged, and with the command that shows what is wrong', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.review('WP01');
  const { feedbackFile } = await world.move('WP01', 'planned', { agent: 'codex', feedback: 'Wrong sum.' });
  const prompt = async () => {
    const { document } = await runJson(cliWorld(world.repository), IMPLEMENT);
    return readFileSync((document as { prompt_file: string }).prompt_file, 'utf8');
  };
  expect(await prompt()).toContain('Affected files: `src/a.js`');
  world.repository.write({ '.kittify/config.yaml': 'validation:\n  command: [sh, -c, "a && b"]\n' });
  expect(await prompt()).toContain("Make `sh -c 'a && b'` pass.");
  const record = world.repository.read(feedbackFile ?? '');
  world.repository.write({
    [feedbackFile ?? '']: record
      .replace('affected_files: []', 'affected_files: [src/sum.js]')
      .replace('reproduction_command: null', 'reproduction_command: npm test -- sum'),
  });
  expect(await prompt()).toContain('Affected files: `src/sum.js`\n\nReproduce it with: `npm test -- sum`');
});

test('a blocked package says how it goes on', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.move('WP01', 'blocked', { agent: 'claude', note: 'no access' });
  const cli = cliWorld(world.repository);
  const unblock = `\`spec-kitty agent tasks move-task WP01 --to in_progress --agent <agent> --mission ${world.directory}\``;
  expect((await runCli(cli, IMPLEMENT)).stderr).toContain(unblock);
  expect((await runCli(cli, ['next'])).stdout).toContain(unblock);
});

test('who names no package and is given the one in hand is told since when, where, and how to get another', async () => {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/a/**'] },
    { id: 'WP02', owns: ['src/b/**'] },
  ]);
  const cli = cliWorld(world.repository);
  const take = (...more: string[]) =>
    runCli(cli, ['agent', 'action', 'implement', '--agent', 'claude', '--json', ...more]);
  const first = await take();
  expect([first.stderr, JSON.parse(first.stdout)]).toMatchObject(['', { wp_id: 'WP01', held_since: null }]);
  const again = await take();
  const document = JSON.parse(again.stdout) as Record<string, string>;
  expect(document).toMatchObject({
    wp_id: 'WP01',
    already_claimed: true,
    held_since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  for (const said of [document['held_since'], document['workspace_path'], 'If that is another session'])
    expect(again.stderr).toContain(said);
  const [, another] = [...again.stderr.matchAll(/`spec-kitty ([^`]+)`/g)].map(([, line = '']) => line);
  const argv = (another ?? '').replace('<WPnn>', 'WP02').split(' ');
  expect(await runCli(cli, argv)).toMatchObject({ exitCode: 0, stderr: '' });
  // Who names the package asks for just that.
  expect((await take('WP01')).stderr).toBe('');
});
