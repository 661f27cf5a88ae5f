import { expect, test } from 'vitest';
import { cliWorld, runJson } from '../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../testing/sample-mission.ts';

const META = `kitty-specs/${SAMPLE}/meta.json`;

/** Every value that a document has under a key, at any depth. */
function valuesOf(document: unknown, key: string): readonly unknown[] {
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([name, value]: [string, unknown]) =>
    name === key ? [value] : valuesOf(value, key),
  );
}

test.each(['status', 'accept --mode checklist', 'agent tasks status', 'agent mission list'])(
  '%s: the number of a mission is a number, or null when it has none',
  async (command) => {
    const world = cliWorld();
    writeSample(world.repository);
    const argv = command.split(' ');
    expect(valuesOf((await runJson(world, argv)).document, 'mission_number')).toEqual([null]);
    const numbered = (sampleFiles()[META] ?? '').replace('"mission_number": null', '"mission_number": "007"');
    world.repository.write({ [META]: numbered });
    expect(valuesOf((await runJson(world, argv)).document, 'mission_number')).toEqual([7]);
  },
);

test('next: it is text, and empty when it has none, as readers of the predecessor expect (L§6.8)', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runJson(world, ['next'])).document).toMatchObject({ mission_number: '' });
});
