import { mkdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import {
  type Abilities,
  drawCommit,
  drawFault,
  drawKill,
  drawKind,
  type HarnessFault,
} from './harness-fault.ts';
import { FaultInjector } from './injector/fault-injector.ts';
import { makeFixture } from './fault-fixture.ts';
import { calibrateMerge, type MergeCalibration } from './merge/calibrate-merge.ts';
import { runMerge } from './merge/merge-run.ts';
import { drawVariant, type MergeVariant } from './merge/merge-variant.ts';
import { type FaultRun, type Reference, runFault, runReference } from './fault-run.ts';
import { FAULT_SCENARIOS, type FaultScenario } from './fault-scenario.ts';
import type { ProductCopy } from './product-copy.ts';
import { type Random, seededRandom } from './seeded-random.ts';
import { abilities, type Range } from './strike.ts';

/** What is done: `k` kills a real process, `i` injects a fault, `m` lets somebody else act meanwhile, `d` fills a disk, `p` protects a file, `s` strikes a merge in one of its variants. */
export type Letter = 'k' | 'i' | 'm' | 'd' | 'p' | 's';

/** Names one run. */
export type RunId = `${Letter}${number}`;

/** What a worker is told, as JSON on its standard input. */
export interface WorkerOrder {
  readonly product: ProductCopy;
  readonly preload: string;
  /** Folder for this worker alone. */
  readonly base: string;
  readonly seed: string;
  readonly runs: readonly RunId[];
  /** Instead of the one that is drawn: how many calls a command makes differs a little with the time it takes. */
  readonly fault?: HarnessFault | undefined;
  /** Milliseconds after which no further run is begun, once {@link least} are made. */
  readonly budgetMs: number;
  readonly least: number;
}

/** One line of a worker's output. */
export interface WorkerLine extends FaultRun {
  readonly run: RunId;
  readonly ms: number;
}

/** Share of the runs after which Git throws away what it may; it takes a tenth of a second. */
const COLLECTED = 0.1;

/** Makes its runs one after the other, and prints one line of JSON for each. */
class Worker {
  readonly #order: WorkerOrder;
  readonly #range: Range;
  readonly #able: Abilities;
  readonly #references = new Map<string, Reference>();
  readonly #merges = new Map<string, MergeCalibration>();

  constructor(order: WorkerOrder, range: Range, able: Abilities) {
    this.#order = order;
    this.#range = range;
    this.#able = able;
  }

  async run(run: RunId): Promise<void> {
    const start = performance.now();
    const random = seededRandom(`${this.#order.seed}/${run}`);
    const scenario = random.pick(FAULT_SCENARIOS);
    const made = run.startsWith('s') ? this.#merge(random) : this.#strike(run, random, scenario);
    const done = await made.catch((error: unknown) => ({
      scenario: run.startsWith('s') ? 'merge in variants' : scenario.name,
      fault: { kind: 'none' } as const,
      fired: false,
      outcome: 'refused' as const,
      reruns: 0,
      failures: [`the harness failed: ${error instanceof Error ? error.message : String(error)}`],
    }));
    const line: WorkerLine = { run, ms: Math.round(performance.now() - start), ...done };
    writeSync(1, `${JSON.stringify(line)}\n`);
  }

  async #strike(run: RunId, random: Random, scenario: FaultScenario): Promise<FaultRun> {
    const reference = await this.#reference(scenario);
    const drawn = this.#draw(run, random, reference);
    const fault = this.#order.fault ?? drawn;
    const collects = random.next() < COLLECTED;
    return runFault(this.#range, scenario, { fault, reference, collects });
  }

  async #merge(random: Random): Promise<FaultRun> {
    const variant = drawVariant(random);
    const calibration = await this.#calibration(variant.strategy);
    const drawn = drawMergeFault(random, variant, calibration);
    const collects = random.next() < COLLECTED;
    return runMerge(this.#range, { variant, fault: this.#order.fault ?? drawn, collects });
  }

  async #calibration(strategy: MergeVariant['strategy']): Promise<MergeCalibration> {
    const known = this.#merges.get(strategy) ?? (await calibrateMerge(this.#range, strategy));
    this.#merges.set(strategy, known);
    return known;
  }

  #draw(run: RunId, random: Random, reference: Reference): HarnessFault {
    switch (run.charAt(0)) {
      case 'k':
        return drawKill(random, reference);
      case 'd':
        return drawFault(random, reference, 'disk-full');
      case 'p':
        return drawFault(random, reference, 'immutable');
      case 'm':
        return drawFault(random, reference, 'meanwhile');
      default:
        return drawFault(random, reference, drawKind(random, this.#able));
    }
  }

  async #reference(scenario: FaultScenario): Promise<Reference> {
    const known = this.#references.get(scenario.name) ?? (await runReference(this.#range, scenario));
    this.#references.set(scenario.name, known);
    return known;
  }
}

/** Share of the faults that strike while the merge could be undone; drawn from all calls, one in twelve would. */
const UNDOABLE = 0.6;

/** Half of them a real kill; the circumstances say when somebody else has to strike instead. */
function drawMergeFault(
  random: Random,
  { target }: MergeVariant,
  calibrations: MergeCalibration,
): HarnessFault {
  const calibration = calibrations[random.next() < UNDOABLE ? 'undoable' : 'whole'];
  if (target === 'moves meanwhile') return drawCommit(random, calibration);
  if (random.next() < 0.5) return drawKill(random, calibration);
  return drawFault(random, calibration, random.pick(['crash', 'power-cut', 'errno', 'git']));
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
