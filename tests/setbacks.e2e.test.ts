import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Fixture, makeFixture } from '@spec-kitty/testkit/faults/fault-fixture';
import { FAULT_SCENARIOS, type FaultScenario } from '@spec-kitty/testkit/faults/fault-scenario';
import { lossesOf, takeStock } from '@spec-kitty/testkit/faults/judge/judge';
import { copyProduct } from '@spec-kitty/testkit/faults/product-copy';
import { endFacts } from '@spec-kitty/testkit/faults/judge/repository-facts';
import { runHere } from '@spec-kitty/testkit/faults/run-product';
import { scratchFolder } from '@spec-kitty/testkit/faults/scratch-folder';
import { act, undo } from '@spec-kitty/testkit/faults/strike';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ACTS = ['reset', 'stash', 'checkout', 'switch', 'restore'] as const;

let completed = 0;

let base = '';
let fixture: Fixture;

beforeAll(async () => {
  base = scratchFolder('spec-kitty-setbacks-');
  fixture = await makeFixture(copyProduct(fileURLToPath(new URL('..', import.meta.url))), base);
  // Some forty commands, beside whatever else the machine is doing.
}, 300_000);
afterAll(() => {
  console.log(`setbacks: ${completed} runs completed`);
  process.chdir('/');
  rmSync(base, { recursive: true, force: true });
});

function run(argv: readonly string[]) {
  return runHere(fixture.product, argv, { cwd: fixture.root, env: fixture.env });
}

const undisturbed = new Map<FaultScenario, unknown>();

/** What a scenario records when nothing comes between. */
async function eventsOf(scenario: FaultScenario): Promise<unknown> {
  if (!undisturbed.has(scenario)) {
    fixture.restore(scenario.stage);
    await run(scenario.argv(fixture));
    undisturbed.set(scenario, (await endFacts(fixture))['events']);
  }
  return undisturbed.get(scenario);
}

// `reset --hard HEAD~1`, `stash`, `checkout` of the commit before, `switch` to a branch without the mission, `restore`.
describe.each(ACTS)('git %s', (setback) => {
  test.each(FAULT_SCENARIOS)('around $name takes no event back, and the work goes on', async (scenario) => {
    const events = await eventsOf(scenario);

    fixture.restore(scenario.stage);
    const stake = await takeStock(fixture);
    expect(act(fixture, setback)).toBe(true);
    expect(await lossesOf(fixture, stake)).toEqual([]);
    const between = await run(scenario.argv(fixture));
    expect([0, 1]).toContain(between.exitCode);
    const later = await takeStock(fixture);
    act(fixture, setback);
    expect(await lossesOf(fixture, later)).toEqual([]);

    for (const { main } of [later, stake]) undo(fixture, setback, main);
    const { exitCode, stdout } = await run(scenario.argv(fixture));
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(await lossesOf(fixture, later)).toEqual([]);
    expect((await endFacts(fixture))['events']).toEqual(events);
    completed += 1;
  });
});
