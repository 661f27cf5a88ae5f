import { readFileSync } from 'node:fs';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { runCli } from '../../../testing/run-cli.ts';

test('the reviewer is shown all that would be merged, and warned of what the package does not own', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n', 'lib/extra.js': 'x\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const micros = { nowMicros: () => new SystemClock().nowMicros(), forward: () => undefined };
  const cli = { repository: world.repository, clock: micros, ids: new UlidIds() };
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
