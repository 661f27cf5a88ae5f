import { expect, test } from 'vitest';
import { cliWorld, runCli } from '../../testing/run-cli.ts';
import { agentsWorld, GOOD_WORK } from '../../testing/run/agents-world.ts';
import { reportDocument } from './show/report-document.ts';
import { reportMarkdown } from './show/report-markdown.ts';
import type { RunEnd } from '@spec-kitty/core/run/engine';

const FREE = { fences: [] } as const;

test('an agent without a fence that merges its own work to the target is told; nothing is merged until a person has seen it', async () => {
  const world = await agentsWorld();
  const { root } = world.made.repository;
  const implementer = `${GOOD_WORK} git('-C', ${JSON.stringify(root)}, 'merge', '--quiet', git('rev-parse', 'HEAD'));`;
  const end = await world.run({ ...FREE, implementer, maxCycles: 1 });
  expect(end.state.attempts.map(({ result }) => result?.result)).toEqual(['not_enough']);
  expect(end.state.attempts[0]?.result?.checks).toContainEqual(
    expect.objectContaining({ name: 'branches', state: 'failed' }),
  );
  const { from } = end.state.attempts[0]?.end?.moved?.[0] ?? {};
  expect(end.outcome).toBe('waiting');
  expect(end.reason).toMatch(
    new RegExp(
      `^WP01 ran while its agent has moved main \\(.*\\)\\. \`git log --left-right ${from}\\.\\.\\..*\` .* \`git -C .* reset --keep ${from}\` takes it back\\. If it is right as it is, resume\\.$`,
    ),
  );
  expect(await world.made.lanes()).toEqual({ WP01: 'in_progress' });
  expect(await text(world, end)).toContain('It has moved main (');

  world.made.repository.git('reset', '--keep', from ?? '');
  world.made.reopen();
  const again = await world.run({ ...FREE, implementer: 'say({});', resumes: true });
  expect([again.outcome, again.reason]).toEqual(['complete', '']);
});

test('what an agent moved whose engine died stops the merge as well, until a person lets the run go on', async () => {
  const world = await agentsWorld();
  const { repository } = world.made;
  const implementer = `${GOOD_WORK} git('-C', ${JSON.stringify(repository.root)}, 'commit', '--quiet', '--allow-empty', '-m', 'mine');`;
  await expect(world.run({ ...FREE, implementer, diesBefore: 'attempt_ended' })).rejects.toThrow('dead');
  world.made.reopen();
  const end = await world.run({ ...FREE, implementer: 'say({});', resumes: true });
  expect(end.state.attempts.map(({ end: how }) => how?.how)).toEqual(['lost']);
  expect(end.reason).toMatch(
    /^WP01 ran while its agent has moved main \(.*\)\..*If it is right as it is, resume\.$/,
  );
  expect(await text(world, end)).toContain('It has moved main (');

  world.made.reopen();
  const again = await world.run({ ...FREE, implementer: 'say({});', resumes: true });
  expect([again.outcome, again.reason]).toEqual(['complete', '']);
});

test('`run stop` tells what the agent of a run has moved whose engine died', async () => {
  const world = await agentsWorld();
  const { repository } = world.made;
  const implementer = `git('-C', ${JSON.stringify(repository.root)}, 'commit', '--quiet', '--allow-empty', '-m', 'mine');`;
  await expect(world.run({ ...FREE, implementer, diesBefore: 'attempt_ended' })).rejects.toThrow('dead');
  const stopped = await runCli(cliWorld(repository, Date.now()), ['run', 'stop']);
  expect([stopped.stderr, stopped.exitCode]).toEqual(['', 0]);
  expect(stopped.stdout).toMatch(/had been interrupted.*goes on\.\nWP01: It has moved main \(.*\)\.\n$/);
});

test('settings that an agent changes are told and kept, and hold nothing up', async () => {
  const world = await agentsWorld();
  const implementer = `git('config', '--local', 'core.fsmonitor', './run-me'); ${GOOD_WORK}`;
  const end = await world.run({ ...FREE, implementer, timeoutMs: 60_000 });
  expect(end.outcome).toBe('complete');
  expect(end.state.attempts[0]?.end?.outside).toMatchObject([{ files: ['config'] }]);
  expect(await text(world, end)).toMatch(/Attempt 1: Meanwhile config changed in .*settings\.patch/);
});

async function text(world: Awaited<ReturnType<typeof agentsWorld>>, end: RunEnd): Promise<string> {
  const view = await (await world.made.workspace()).view(world.made.directory);
  return reportMarkdown(reportDocument(view, [end.state], (id) => id));
}
