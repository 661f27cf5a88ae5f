import { FIVE, NEEDS, TrainWorld } from '@spec-kitty/testkit/train-world';
import { expect, onTestFinished, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

test('a train that leaves something behind says what, to people and programs, and by its exit code', async () => {
  const made = new TrainWorld();
  const { world } = made;
  onTestFinished(() => world.dispose());
  await made.deliver(FIVE, NEEDS);
  await world.accept();
  world.save();
  const cli = cliWorld(world.repository);
  const file = `${world.folder}/tasks/WP02-package/review-cycle-1.md`;
  const reason = 'The merged result fails the validation with WP02, and passes without.';

  const { stdout, exitCode } = await runCli(cli, ['merge', '--train']);
  expect(exitCode).toBe(1);
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      `Merged a part of ${world.directory} into main by squash:`,
      '3 files change; WP01, WP03, WP05 are done.',
      `WP02 is planned again. ${reason} What failed is in ${file}.`,
      'WP04 stays approved and waits for that.',
      expect.stringMatching(/^The validation ran \d times\.$/),
    ]),
  );
  const next = await runJson(cli, ['next']);
  expect(next.document).toMatchObject({ action: 'implement', wp_id: 'WP02' });
  expect((await runCli(cli, ['doctor'])).exitCode).toBe(0);

  world.restore();
  expect(await runJson(cli, ['merge', '--train'])).toMatchObject({
    exitCode: 1,
    document: {
      result: 'partial',
      merged: false,
      done_wps: ['WP01', 'WP03', 'WP05'],
      validated: true,
      train: {
        sent_back: [{ wp_id: 'WP02', reason, feedback_file: file }],
        waiting_wps: ['WP04'],
        unsteady: [],
      },
    },
  });
  world.restore();
  made.strike(1);
  world.repository.git('config', 'user.name', 'Ada');
  await world.move('WP02', 'in_progress', { agent: 'claude', force: true, note: 'to mend it' });
  world.work('lane-b', { 'src/wp02.js': 'mended\n' });
  await world.approve('WP02');
  await world.accept();
  const steady = await runCli(cli, ['merge', '--train']);
  expect([steady.exitCode, steady.stdout]).toEqual([
    0,
    expect.stringContaining('It is not steady: it had failed with WP01, '),
  ]);
});

test('where nothing can land without what goes back, that is said', async () => {
  const made = new TrainWorld();
  const { world } = made;
  onTestFinished(() => world.dispose());
  await made.deliver({ WP01: 'breaks\n', WP02: 'two\n' }, { WP02: ['WP01'] });
  await world.accept();
  const { stderr, exitCode } = await runCli(cliWorld(world.repository), ['merge', '--train']);
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining(
      'The merged result fails the validation with WP01, which is planned again; nothing was merged. [BREAKS_VALIDATION]',
    ),
  ]);
});
