import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { type CliRun, cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

async function clash() {
  const world = missionWorld();
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'shared.txt': 'one\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n', 'shared.txt': 'two\n' });
  await world.accept();
  return { world, cli: cliWorld(world.repository) };
}

function named({ transcript }: CliRun): string {
  return transcript.replaceAll(/\b[0-9a-f]{12}\b/g, '<short>');
}

test('a conflict is explained, resolved beside every checkout, and sent to review', async () => {
  const { world, cli } = await clash();
  const run = async (...argv: string[]) => named(await runCli(cli, argv));
  expect(await run('merge', '--explain')).toMatchInlineSnapshot(`
    "$ spec-kitty merge --explain
    shared.txt (add/add): lane-b against main, lane-a
      lane-b:
        <short> WP02 (FR-001) Test Person <test@example.com>: WP02: work
      main: no commit of its own
      lane-a:
        <short> WP01 (FR-001) Test Person <test@example.com>: WP01: work
      <<<<<<< main, lane-a, line 1
      one
      =======
      two
      >>>>>>> lane-b

    Resolve those of lane-b with \`spec-kitty conflicts start --lane lane-b --mission pay-01KE6Z2V\`.
    [exit 1]"
  `);
  expect(await run('conflicts', 'start')).toMatchInlineSnapshot(`
    "$ spec-kitty conflicts start
    lane-b meets main, lane-a; its conflicts are open in <repo>/.git/spec-kitty/conflicts/pay-01KE6Z2V-lane-b
      shared.txt
    Resolve them there and stage them with \`git -C <repo>/.git/spec-kitty/conflicts/pay-01KE6Z2V-lane-b add --all -- shared.txt\`. Then run \`spec-kitty conflicts continue --lane lane-b --mission pay-01KE6Z2V\`, or \`spec-kitty conflicts abort --lane lane-b --mission pay-01KE6Z2V\`.
    [exit 0]"
  `);
  expect(await run('conflicts', 'start')).toContain('its conflicts are open already in');
  expect(await run('conflicts', 'continue')).toMatchInlineSnapshot(`
    "$ spec-kitty conflicts continue
    stderr: Error: The conflicts of lane-b are not resolved yet; conflict markers in shared.txt; unmerged: shared.txt. [RESOLUTION_INCOMPLETE]
    stderr: Hint: Edit what is marked in the folder: <repo>/.git/spec-kitty/conflicts/pay-01KE6Z2V-lane-b
    stderr: Hint: Stage what is as it should be: \`git -C <repo>/.git/spec-kitty/conflicts/pay-01KE6Z2V-lane-b add --all -- shared.txt\`.
    stderr: Hint: Then run \`spec-kitty conflicts continue --lane lane-b --mission pay-01KE6Z2V\` again.
    [exit 1]"
  `);
  const folder = path.join(world.repository.root, '.git/spec-kitty/conflicts', `${world.directory}-lane-b`);
  writeFileSync(path.join(folder, 'shared.txt'), 'one\ntwo\n');
  world.repository.git('-C', folder, 'add', 'shared.txt');
  expect(await run('conflicts', 'continue', '--agent', 'claude')).toMatchInlineSnapshot(`
    "$ spec-kitty conflicts continue --agent claude
    lane-b: <short> → <short>, the resolution.
    WP02 is for_review: once it is approved and the mission accepted, \`spec-kitty merge --mission pay-01KE6Z2V\` goes on.
    [exit 0]"
  `);
  await world.review('WP02');
  await world.move('WP02', 'approved', { agent: 'codex', note: 'fine' });
  expect(await run('merge', '--explain')).toMatchInlineSnapshot(`
    "$ spec-kitty merge --explain
    pay-01KE6Z2V has no conflicts with main.
    [exit 0]"
  `);
});

test('for programs', async () => {
  const { world, cli } = await clash();
  const tip = world.gitIn('lane-b', 'rev-parse', 'HEAD');
  const author = 'Test Person <test@example.com>';
  expect(await runJson(cli, ['merge', '--explain'])).toMatchObject({
    exitCode: 1,
    document: {
      result: 'conflicts',
      target_branch: 'main',
      conflicts: [
        {
          lane: 'lane-b',
          path: 'shared.txt',
          kind: 'add/add',
          hunks: [{ line: 1, ours: 'one', theirs: 'two' }],
          theirs: {
            name: 'lane-b',
            commits: [
              { commit: tip, author, subject: 'WP02: work', wp_id: 'WP02', requirement_refs: ['FR-001'] },
            ],
          },
          ours: [{ name: 'main', commits: [] }, { name: 'lane-a' }],
        },
      ],
    },
  });
  expect(await runJson(cli, ['conflicts', 'start'])).toMatchObject({
    exitCode: 0,
    document: { result: 'started', lane_id: 'lane-b', wp_id: 'WP02', paths: ['shared.txt'], commit: tip },
  });
  expect(await runJson(cli, ['conflicts', 'abort', '--lane', 'lane-b'])).toMatchObject({
    exitCode: 0,
    document: { result: 'aborted', lane_id: 'lane-b' },
  });
  expect(await runJson(cli, ['conflicts', 'abort'])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'NO_RESOLUTION' },
  });
});
