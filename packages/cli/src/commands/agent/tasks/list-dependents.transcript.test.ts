import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { writeSample } from '../../../testing/sample-mission.ts';

const DEPENDENTS = ['agent', 'tasks', 'list-dependents'];

test('names the neighbours of a package, and empty lists are empty', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, [...DEPENDENTS, 'WP01'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks list-dependents WP01
    WP01 depends on nothing.
    What depends on it: WP02, WP03.
    [exit 0]"
  `);
  expect(await runJson(world, [...DEPENDENTS, 'WP03'])).toEqual({
    exitCode: 0,
    document: { wp_id: 'WP03', depends_on: ['WP01', 'WP02'], dependents: [] },
  });
});
