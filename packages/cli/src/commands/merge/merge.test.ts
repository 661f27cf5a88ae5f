import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { runCli } from '../../testing/run-cli.ts';

test.each([
  [['WP01'], '1 file changes; WP01 would be done.', '1 file changes; WP01 is done.'],
  [['WP01', 'WP02'], '2 files change; WP01, WP02 would be done.', '2 files change; WP01, WP02 are done.'],
])('%j: what a merge would do, and has done, in good grammar', async (ids, would, has) => {
  const world = missionWorld();
  const file = (id: string) => `src/${id.toLowerCase()}.js`;
  await world.plan(
    ids.map((id) => ({ id, owns: [file(id)] })),
    { '.kittify/config.yaml': 'project: {}\n' },
  );
  for (const [at, id] of ids.entries())
    await world.deliver(id, at === 0 ? 'lane-a' : 'lane-b', { [file(id)]: `${id}\n` });
  await world.accept();
  const { repository } = world;
  const clock = Object.assign(new SystemClock(), { forward: () => undefined });
  const merge = async (...more: string[]) => {
    const { stdout } = await runCli({ repository, clock, ids: new UlidIds() }, ['merge', ...more]);
    return stdout.split('\n');
  };
  expect(await merge('--dry-run')).toContain(would);
  expect(await merge()).toContain(has);
});
