import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
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
  world.repository.commit('Hotfix', { 'hotfix.txt': 'fixed\n' });
  world.repository.commit('Another', { 'hotfix.txt': 'fixed again\n' });
  world.work('lane-a', {}, 'begun');
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
  world.gitIn('lane-a', 'rm', '--quiet', 'hotfix.txt');
  const commit = world.work('lane-a', { 'src/a.js': 'a\n', 'lib/extra.js': 'x\n' });
  const cli = cliOf(world);
  const submit = ['agent', 'tasks', 'move-task', 'WP01', '--to', 'for_review', '--agent', 'claude'];
  expect((await runCli(cli, submit)).stdout).toContain(
    `Warning: It takes back what main has changed in: hotfix.txt, last with ${commit.slice(0, 12)}. Merged, that is gone from main.\n`,
  );
  const review = ['agent', 'action', 'review', 'WP01', '--agent', 'codex'];

  const { stdout } = await runCli(cli, review);
  expect(stdout).toContain('Changed outside the owned files: hotfix.txt, lib/extra.js\n');
  expect(stdout).toContain('  Warning   Takes back what main has changed in: hotfix.txt\n');
  const document = JSON.parse((await runCli(cli, [...review, '--json'])).stdout);
  expect(document).toMatchObject({
    commit_count: 3,
    changed_files: ['src/a.js'],
    changed_outside_owned: ['hotfix.txt', 'lib/extra.js'],
  });
  expect(document).toMatchObject({ takes_back: { paths: ['hotfix.txt'], commit } });
  const prompt = readFileSync(document.prompt_file, 'utf8');
  expect(prompt).toContain('## Warning: changes of main taken back\n');
  expect(prompt).toContain(`The last commit there is \`${commit}\`.\n\n- "hotfix.txt"\n`);
  expect(prompt).toContain('## Warning: changes outside the owned files\n');
  expect(prompt).toContain('\n- "lib/extra.js"\n');
  const shown = prompt
    .split('\n')
    .filter((line) => line.includes(' diff '))
    .map((line) => world.repository.git(...line.replace(/ +#.*/, '').split(' ').slice(1), '--name-only'));
  expect(shown).toEqual([
    expect.stringContaining('lib/extra.js\nsrc/a.js'),
    'hotfix.txt\nlib/extra.js\nsrc/a.js',
  ]);
  await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' });
  for (const more of [['--dry-run'], []])
    expect((await runCli(cli, ['merge', '--without-acceptance', ...more])).stdout).toContain(
      `Note: lane-a takes back what main has changed in hotfix.txt, last with ${commit.slice(0, 12)}.\n`,
    );
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

test('the reviewer is shown what was asked for; a specification that cannot be read keeps nobody from the review', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const argv = ['agent', 'action', 'review', 'WP01', '--agent', 'codex', '--json'];
  const told = async () => {
    const document = JSON.parse((await runCli(cliOf(world), argv)).stdout);
    return readFileSync(document.prompt_file, 'utf8');
  };
  expect(await told()).toMatch(/\n## What it has to deliver\n.*\n- \**FR-001/s);
  const spec = path.join(world.repository.root, 'kitty-specs', world.directory, 'spec.md');
  rmSync(spec);
  symlinkSync('/etc/hostname', spec);
  expect(await told()).toMatch(/\n## What it has to deliver\n.*\nThat file cannot be read: .*spec\.md/s);
});
