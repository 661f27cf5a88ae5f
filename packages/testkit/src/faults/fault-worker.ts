import { mkdirSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { drawFault, drawKill } from './fault.ts';
import { FaultInjector } from './fault-injector.ts';
import { makeFixture } from './fault-fixture.ts';
import { type FaultRun, type Reference, runFault, runReference } from './fault-run.ts';
import { FAULT_SCENARIOS } from './fault-scenario.ts';
import type { ProductCopy } from './product-copy.ts';
import { seededRandom } from './seeded-random.ts';
import { abilities, type Range } from './strike.ts';

/** What a worker is told, as JSON in its only argument. */
export interface WorkerOrder {
  readonly product: ProductCopy;
  readonly preload: string;
  /** Folder for this worker alone. */
  readonly base: string;
  readonly seed: string;
  /** Numbers of the runs to make, in this order. */
  readonly runs: readonly number[];
  /** Share of the runs that kill a real process, from 0 to 1. */
  readonly killShare: number;
  /** Milliseconds after which no further run is begun. */
  readonly budgetMs: number;
}

/** One line of a worker's output. */
export interface WorkerLine extends FaultRun {
  readonly run: number;
  readonly real: boolean;
  readonly ms: number;
}

/** Entry of a worker: makes its runs one after the other and prints one line of JSON for each. */
async function work(order: WorkerOrder): Promise<void> {
  const deadline = performance.now() + order.budgetMs;
  mkdirSync(order.base, { recursive: true });
  // Functions of node:fs are replaced before the program under test is loaded.
  const injector = new FaultInjector();
  const range: Range = {
    fixture: await makeFixture(order.product, order.base),
    injector,
    preload: order.preload,
  };
  const able = abilities(path.join(order.base, 'live'));
  const references = new Map<string, Reference>();
  for (const run of order.runs) {
    if (performance.now() > deadline) break;
    const start = performance.now();
    const random = seededRandom(`${order.seed}/${run}`);
    const scenario = random.pick(FAULT_SCENARIOS);
    const real = random.next() < order.killShare;
    const reference = references.get(scenario.name) ?? (await runReference(range, scenario));
    references.set(scenario.name, reference);
    const fault = real ? drawKill(random, reference) : drawFault(random, reference, able);
    const done = await runFault(range, scenario, { fault, reference }).catch((error: unknown) => ({
      scenario: scenario.name,
      fault,
      fired: true,
      reruns: 0,
      failures: [
        `the harness failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ],
    }));
    writeSync(1, `${JSON.stringify({ run, real, ms: Math.round(performance.now() - start), ...done })}\n`);
  }
  process.chdir('/');
  rmSync(order.base, { recursive: true, force: true });
}

void work(JSON.parse(process.argv[2] ?? '{}') as WorkerOrder);
