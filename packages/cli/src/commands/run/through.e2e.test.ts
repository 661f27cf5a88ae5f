import { expect, test } from 'vitest';
import { agentsWorld } from '../../testing/run/agents-world.ts';
import { cliWorld, runCli } from '../../testing/run-cli.ts';

test('a mission that is as far as asked needs no agent, also where the run was killed before it said so', async () => {
  const world = await agentsWorld();
  const { made } = world;
  const cli = cliWorld(made.repository, Date.now());
  const resume = ['run', 'resume', '--until', 'review'];
  await expect(world.run({ until: 'review', diesBefore: 'run_ended' })).rejects.toThrow('dead');
  made.reopen();
  const killed = await runCli(cli, resume);
  expect([killed.stderr, killed.exitCode]).toEqual(['', 0]);
  expect(killed.stdout).toMatch(/^\S+ {2}The run is complete\.$/m);
  const { stdout, stderr, exitCode } = await runCli(cli, resume);
  expect([stderr, exitCode]).toEqual(['', 0]);
  expect(stdout).toBe(`${made.directory} is approved; nothing is left to do.\n`);
  expect((await runCli(cli, ['run', 'resume', '--until', 'accept'])).stderr).toContain('[UNKNOWN_AGENT]');
});
