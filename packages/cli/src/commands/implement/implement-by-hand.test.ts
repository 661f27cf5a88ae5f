import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

test('T6.1 RG-6: its help calls it internal infrastructure and names the loop', async () => {
  const { stdout } = await runCli(cliWorld(), ['implement', '--help']);
  expect(stdout).toContain('Internal infrastructure');
  expect(stdout).toContain('`spec-kitty next`');
  expect(stdout).toContain('`spec-kitty agent action implement`');
});

test('T6.2 RG-6: it does what the command of the loop does, and prints no banner', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  const cli = cliWorld(world.repository);
  const { exitCode, stdout, stderr } = await runCli(cli, ['implement', 'WP01', '--mission', world.directory]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).not.toMatch(/deprecat/i);
  const again = await runJson(cli, ['agent', 'action', 'implement', 'WP01', '--agent', 'Test Person']);
  expect(again.document).toMatchObject({ wp_id: 'WP01', already_claimed: true, agent: 'Test Person' });
  const other = await runCli(cli, ['implement', 'WP01', '--agent', 'claude']);
  expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Test Person') });
});
