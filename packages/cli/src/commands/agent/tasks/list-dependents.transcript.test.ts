import { expect, test } from 'vitest';
import { cliWorld, runJson } from '../../../testing/run-cli.ts';
import { writeSample } from '../../../testing/sample-mission.ts';

const DEPENDENTS = ['agent', 'tasks', 'list-dependents'];

test('names the neighbours of a package, and empty lists are empty', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect(await runJson(world, [...DEPENDENTS, 'WP03'])).toEqual({
    exitCode: 0,
    document: { wp_id: 'WP03', depends_on: ['WP01', 'WP02'], dependents: [] },
  });
});
