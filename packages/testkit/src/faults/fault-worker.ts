import { mkdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type Abilities, drawFault, drawKill, type Fault } from './fault.ts';
import { FaultInjector } from './fault-injector.ts';
import { makeFixture } from './fault-fixture.ts';
import { type FaultRun, type Reference, runFault, runReference } from './fault-run.ts';
import { FAULT_SCENARIOS, type FaultScenario } from './fault-scenario.ts';
import type { ProductCopy } from './product-copy.ts';
import { type Random, seededRandom } from './seeded-random.ts';
import { abilities, type Range } from './strike.ts';

/** Names one run: `k` kills a real process, `i` injects a fault, `d` fills a disk, `p` protects a file. */
export type RunId = `${'k' | 'i' | 'd' | 'p'}${number}`;

/** What a worker is told, as JSON on its standard input. */
export interface WorkerOrder {
  readonly product: ProductCopy;
  readonly preload: string;
  /** Folder for this worker alone. */
  readonly base: string;
  readonly seed: string;
  readonly runs: readonly RunId[];
  /** Milliseconds after which no further run is begun, once {@link least} are made. */
  readonly budgetMs: number;
  readonly least: number;
}

/** One line of a worker's output. */
export interface WorkerLine extends FaultRun {
  readonly run: RunId;
  readonly ms: number;
}

/** Makes its runs one after the other, and prints one line of JSON for each. */
class Worker {
  readonly #order: WorkerOrder;
  readonly #range: Range;
  readonly #able: Abilities;
  readonly #references = new Map<string, Reference>();

  constructor(order: WorkerOrder, range: Range, able: Abilities) {
    this.#order = order;
    this.#range = range;
    this.#able = able;
  }

  async run(run: RunId): Promise<void> {
    const start = performance.now();
    const random = seededRandom(`${this.#order.seed}/${run}`);
    const scenario = random.pick(FAULT_SCENARIOS);
    const reference = await this.#reference(scenario);
    const fault = this.#draw(run, random, reference);
    const done = await runFault(this.#range, scenario, { fault, reference }).catch((error: unknown) => ({
      scenario: scenario.name,
      fault,
      fired: true,
      reruns: 0,
      failures: [
        `the harness failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ],
    }));
    const line: WorkerLine = { run, ms: Math.round(performance.now() - start), ...done };
    writeSync(1, `${JSON.stringify(line)}\n`);
  }

  #draw(run: RunId, random: Random, reference: Reference): Fault {
    switch (run.charAt(0)) {
      case 'k':
        return drawKill(random, reference);
      case 'd':
        return drawFault(random, reference, { only: 'disk-full' });
      case 'p':
        return drawFault(random, reference, { only: 'immutable' });
      default:
        return drawFault(random, reference, this.#able);
    }
  }

  async #reference(scenario: FaultScenario): Promise<Reference> {
    const known = this.#references.get(scenario.name) ?? (await runReference(this.#range, scenario));
    this.#references.set(scenario.name, known);
    return known;
  }
}

async function main(): Promise<void> {
  const order = JSON.parse(readFileSync(0, 'utf8')) as WorkerOrder;
  const deadline = performance.now() + order.budgetMs;
  mkdirSync(order.base, { recursive: true });
  // Functions of node:fs are replaced before the program under test is loaded.
  const injector = new FaultInjector();
  const fixture = await makeFixture(order.product, order.base);
  const worker = new Worker(
    order,
    { fixture, injector, preload: order.preload },
    abilities(path.join(order.base, 'live')),
  );
  for (const [made, run] of order.runs.entries()) {
    if (performance.now() > deadline && made >= order.least) break;
    await worker.run(run);
  }
  process.chdir('/');
  rmSync(order.base, { recursive: true, force: true });
}

void main();
