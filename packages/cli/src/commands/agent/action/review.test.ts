import { readFileSync } from 'node:fs';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { runCli } from '../../../testing/run-cli.ts';

function cliOf({ repository }: MissionWorld) {
  const clock = { nowMicros: () => new SystemClock().nowMicros(), forward: () => undefined };
  return { repository, clock, ids: new UlidIds() };
}

test('the reviewer is shown all that would be merged, and warned of what the package does not own', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n', 'lib/extra.js': 'x\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const cli = cliOf(world);
  const review = ['agent', 'action', 'review', 'WP01', '--agent', 'codex'];

  expect((await runCli(cli, review)).stdout).toContain('Changed outside the owned files: lib/extra.js\n');
  const document = JSON.parse((await runCli(cli, [...review, '--json'])).stdout);
  expect(document).toMatchObject({ changed_files: ['src/a.js'], changed_outside_owned: ['lib/extra.js'] });
  const prompt = readFileSync(document.prompt_file, 'utf8');
  expect(prompt).toContain('## Warning: changes outside the owned files\n');
  expect(prompt).toContain('\n- "lib/extra.js"\n');
  const command = prompt.split('\n').find((line) => line.includes(' diff ')) ?? '';
  expect(world.repository.git(...command.split(' ').slice(1), '--name-only')).toBe('lib/extra.js\nsrc/a.js');
});

test('the reviewer is shown a merge that somebody had to decide: its sides, its conflicts and what it lacks', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }], { 'src/list.txt': 'one\n' });
  await world.claim('WP01');
  world.work('lane-a', { 'src/list.txt': 'lane\n' });
  world.repository.commit('Hotfix', { 'src/list.txt': 'main\n', 'hotfix.txt': 'fixed\n' });
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', '--strategy', 'ours', 'main');
  const commit = world.gitIn('lane-a', 'rev-parse', 'HEAD');
  await world.move('WP01', 'for_review', { agent: 'claude', force: true, note: 'the hotfix is obsolete' });
  const argv = ['agent', 'action', 'review', 'WP01', '--agent', 'codex'];

  expect((await runCli(cliOf(world), argv)).stdout).toContain(
    `  Warning   A merge of main lacks what was changed in: hotfix.txt`,
  );
  const document = JSON.parse((await runCli(cliOf(world), [...argv, '--json'])).stdout);
  expect(document.merges).toMatchObject([
    { commit, merges: ['main'], conflicts: ['src/list.txt'], lacks: expect.arrayContaining(['hotfix.txt']) },
  ]);
  const prompt = readFileSync(document.prompt_file, 'utf8');
  expect(prompt).toContain(`\n\`${commit}\` merges main.\n`);
  expect(prompt).toContain('\nConflicts that somebody resolved:\n\n- "src/list.txt"\n');
  expect(prompt).toContain(
    '\nWithout what a side has changed, although nothing conflicts:\n\n- "hotfix.txt"\n',
  );
  const command = prompt
    .split('\n')
    .find((line) => line.includes(`.. ${commit}`) || line.endsWith(` ${commit}`));
  expect(world.repository.git(...(command ?? '').split(' ').slice(1))).toContain('-fixed\n');
});
