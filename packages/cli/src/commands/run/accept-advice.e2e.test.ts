import { expect, test } from 'vitest';
import { agentsWorld } from '../../testing/run/agents-world.ts';
import { cliWorld, runCli } from '../../testing/run-cli.ts';

test('where an acceptance cannot be committed, a run says how it goes on without, and does', async () => {
  const world = await agentsWorld();
  const { repository, directory } = world.made;
  repository.commit('Ignored', { '.gitignore': '/.worktrees/\nkitty-specs/\n' });
  world.made.reopen();
  const end = await world.run();
  const command = `accept --no-commit --mission ${directory}`;
  expect(end.reason).toMatch(new RegExp(`; or \`spec-kitty ${command}\` accepts it without a commit\\.$`));
  expect(end.reason).not.toContain('pass --');
  const accepted = await runCli(cliWorld(repository, Date.now()), command.split(' '));
  expect(accepted.exitCode).toBe(0);
  world.made.reopen();
  const again = await world.run({ resumes: true });
  expect([again.outcome, again.reason]).toEqual(['complete', '']);
});
