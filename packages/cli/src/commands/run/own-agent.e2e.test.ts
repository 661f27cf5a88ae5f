import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { missionWorld, type MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { cliWorld, type CliWorld, runCli } from '../../testing/run-cli.ts';

/** An agent of one's own that looks into its environment for what to do, and gives up with many words. */
const GIVES_UP = `
  const { SPEC_KITTY_PROMPT: prompt, SPEC_KITTY_REPORT: report, SPEC_KITTY_WP: wp } = process.env;
  const { readFileSync, writeFileSync } = require('node:fs');
  if (!readFileSync(prompt, 'utf8').includes(wp)) process.exit(1);
  console.log(JSON.stringify({ type: 'system', subtype: 'init', session_id: 's-' + wp }));
  writeFileSync(report, JSON.stringify({ blocked: 'There is:\\n- no key\\n- ' + 'no way '.repeat(200) }));`;

/** A world in which the agent `mine` is known to its user. */
async function ownAgent(script: string): Promise<{ readonly made: MissionWorld; readonly cli: CliWorld }> {
  const made = missionWorld();
  const { repository } = made;
  // One file has always changed with those of every package.
  for (let at = 0; at < 32; at += 1)
    repository.commit(`Change ${at}`, {
      [`src/${'abcdefgh'[at % 8]}.js`]: `${at}\n`,
      'CHANGES.md': `# Changes\n\n${Array.from({ length: at + 1 }, (_, line) => `- ${at - line}\n`).join('')}`,
    });
  await made.plan([
    { id: 'WP01', owns: ['src/a.js'], makes: [] },
    { id: 'WP02', owns: ['src/b.js'], makes: [] },
  ]);
  const file = path.join(repository.base, 'mine.cjs');
  writeFileSync(file, script);
  const home = path.join(repository.env['HOME'] ?? '', '.spec-kitty');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const words = [process.execPath, file];
  const mine = { command: words, stream: 'claude', resume: ['mine', '--resume', '{session}'] };
  writeFileSync(path.join(home, 'agents.yaml'), JSON.stringify({ mine }), { mode: 0o600 });
  return { made, cli: cliWorld(repository, Date.now()) };
}

test('what an agent leaves is told in one line with the way into its session, until a person has dealt with it', async () => {
  const { made, cli } = await ownAgent(GIVES_UP);
  const run = ['run', '--implementer', 'mine', '--until', 'review', '--max-cycles', '1'];
  const ended = await runCli(cli, run);
  expect(ended.stderr).toMatch(/^Warning: No agent is there that reviews /m);
  expect(ended.exitCode).toBe(1);
  const lines = ended.stdout.split('\n');
  expect(lines.filter((line) => line.includes('is not done'))).toHaveLength(4);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(600);
  expect(lines.filter((line) => line.startsWith('  WP'))).toEqual([
    expect.stringMatching(/^ {2}WP01 came to nothing 2 times, .*There is: - no key - no way .* …$/),
    expect.stringMatching(/^ {2}WP02 came to nothing 2 times/),
  ]);

  const goesOn = /No run is at WP01, WP02 any more: `spec-kitty run resume --mission \S+` goes on\./;
  expect((await runCli(cli, ['status'])).stdout).toMatch(/^Next: resume the run\. .* No run is at /m);
  expect((await runCli(cli, ['next'])).stdout).toMatch(goesOn);

  const status = await runCli(cli, ['run', 'status']);
  const command = `cd ${made.lane('lane-a')} && mine --resume s-WP01`;
  expect(status.stdout).toContain(`The session of mine on WP01 is opened by \`${command}\`.`);
  expect(status.stdout).toContain('The run waits for a person:\n  WP01 came to nothing 2 times');
  const { packages, reason } = JSON.parse((await runCli(cli, ['run', 'status', '--json'])).stdout);
  expect([packages[0].last.resume, packages[0].last.reason.split('\n').length]).toEqual([command, 3]);
  expect(reason).toContain('no way '.repeat(200).trim());
  expect(status.stdout).toMatch(/^`spec-kitty run resume --mission \S+` goes on\.$/m);
  expect((await runCli(cli, ['run', 'report'])).stdout).toContain(`Its session: \`${command}\``);

  await runCli(cli, [
    'agent',
    'tasks',
    'move-task',
    'WP01',
    '--to',
    'planned',
    '--note',
    'The key is there.',
  ]);
  const half = await runCli(cli, ['run', 'status']);
  expect(half.stdout).toContain('The run waits for a person:\n  WP02 came to nothing 2 times');
  expect(half.stdout).not.toContain('s-WP01');
  expect(half.stdout).toMatch(/WP01 .*moved here by/);
  await runCli(cli, ['agent', 'tasks', 'move-task', 'WP02', '--to', 'canceled', '--note', 'Not now.']);
  const { stdout } = await runCli(cli, ['run', 'status']);
  expect(stdout).toContain('What the run waited for has been dealt with since. `spec-kitty run resume');
});

test('what may conflict is told before anything is started, and kept apart where the project wants that', async () => {
  const { made, cli } = await ownAgent(GIVES_UP);
  const plan = ['run', '--implementer', 'mine', '--dry-run'];
  const told = await runCli(cli, plan);
  expect(told.stdout).toMatch(/^Forecast: WP01 and WP02 may conflict \(\d+ %\): .*CHANGES\.md/m);
  expect(told.stdout.match(/implements at once/g)).toHaveLength(2);
  made.repository.commit('Apart', { '.kittify/config.yaml': 'run:\n  forecast: serialise\n' });
  const { starts, waits, pairs, failed } = JSON.parse((await runCli(cli, [...plan, '--json'])).stdout);
  expect(starts).toHaveLength(1);
  expect(waits).toEqual([{ wp_id: 'WP02', reason: 'not at the same time as WP01' }]);
  expect([pairs.length, pairs[0].a, pairs[0].b, failed]).toEqual([1, 'WP01', 'WP02', null]);
  made.repository.commit('Off', { '.kittify/config.yaml': 'run:\n  forecast: off\n' });
  expect((await runCli(cli, plan)).stdout).not.toContain('Forecast');
});

test('a budget counts what a stream tells, and what goes on once it is used up is one that is larger', async () => {
  const result = { type: 'result', subtype: 'success', total_cost_usd: 1, usage: { input_tokens: 9 } };
  const { cli } = await ownAgent(`${GIVES_UP} console.log(${JSON.stringify(JSON.stringify(result))});`);
  const run = ['run', '--implementer', 'mine', '--max-parallel', '1', '--budget-usd', '0.5'];
  const { stdout, stderr } = await runCli(cli, run);
  expect(stderr).not.toContain('does not count');
  expect(stdout).toMatch(
    /`spec-kitty run resume --mission \S+ --budget-usd <X>`, or `--budget-tokens <N>`, goes on with a larger one\./,
  );
});

test('where no agent is named, the command that names one is about the same mission', async () => {
  const { cli, made } = await ownAgent(GIVES_UP);
  const says = async (...words: readonly string[]): Promise<string> => {
    const { stderr, exitCode } = await runCli(cli, words);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('[NO_AGENT]')]);
    return stderr;
  };
  expect(await says('run')).toMatch(
    new RegExp(
      `Installed are .*mine.*: \`spec-kitty run --implementer \\S+ --mission ${made.directory}\`\\.`,
    ),
  );
  expect(await says('run', 'resume', '--mission', made.directory)).toMatch(
    new RegExp(`\`spec-kitty run resume --implementer \\S+ --mission ${made.directory}\`\\.`),
  );
});
