import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { HarnessFault } from './harness-fault.ts';
import { scratchFolder } from './scratch-folder.ts';
import type { Letter, RunId, WorkerLine, WorkerOrder } from './fault-worker.ts';
import { copyProduct } from './product-copy.ts';

/** What a campaign runs. */
export interface CampaignOrder {
  readonly seed: string;
  readonly runs: readonly RunId[];
  /** Instead of those that are drawn. */
  readonly fault?: HarnessFault | undefined;
  /** Milliseconds after which no further run is begun; without one all are made. */
  readonly budgetMs?: number;
  /** Runs that are made however long they take. */
  readonly least?: number;
  readonly onRun?: (line: WorkerLine) => void;
}

/** What came of a campaign. */
export interface Campaign {
  /** Hash of the program that was tested. */
  readonly product: string;
  readonly runs: readonly WorkerLine[];
}

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/** Numbers runs of one letter, from `first` on. */
export function runIds(letter: Letter, first: number, count: number): readonly RunId[] {
  return Array.from({ length: count }, (_, index): RunId => `${letter}${first + index}`);
}

/**
 * Makes runs on all cores, with the built program; repository and fixtures lie in memory where the machine has a place
 * for that, so that a run costs a fraction of a second although everything is synced.
 */
export async function runCampaign({
  seed,
  runs,
  fault,
  budgetMs = 2 ** 40,
  least = 0,
  onRun,
}: CampaignOrder): Promise<Campaign> {
  const folder = path.join(REPOSITORY, 'node_modules', '.cache', 'testkit', `faults-${process.pid}`);
  const base = scratchFolder('spec-kitty-faults-');
  mkdirSync(folder, { recursive: true });
  try {
    const program = await bundle('fault-worker', folder);
    const preload = await bundle('fault-preload', folder);
    const product = copyProduct(REPOSITORY);
    const workers = Math.min(availableParallelism(), runs.length);
    const lines = await Promise.all(
      Array.from({ length: workers }, (_, worker) => {
        // By its number: of every harness, each worker makes its part, so that all of them take the same time.
        const mine = runs.filter((run) => numberOf(run) % workers === worker);
        const order = {
          product,
          preload,
          base: path.join(base, String(worker)),
          seed,
          runs: mine,
          fault,
          budgetMs,
          least: Math.ceil(least / workers),
        };
        return runWorker(program, order, onRun);
      }),
    );
    return { product: product.hash, runs: lines.flat() };
  } finally {
    rmSync(base, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function numberOf(run: RunId): number {
  return Number(run.slice(1));
}

async function bundle(name: string, folder: string): Promise<string> {
  const file = path.join(folder, `${name}.cjs`);
  const input = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const bundler = await rolldown({
    input,
    platform: 'node',
    external: ['fs-native-extensions'],
    logLevel: 'warn',
  });
  await bundler.write({ file, format: 'cjs', codeSplitting: false });
  await bundler.close();
  return file;
}

/** A run takes a second, and a minute on a machine that is busy with other things: after so long, a worker hangs. */
const SILENCE_MS = 10 * 60_000;

function runWorker(
  program: string,
  order: WorkerOrder,
  onRun: CampaignOrder['onRun'],
): Promise<readonly WorkerLine[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(order));
    const lines: WorkerLine[] = [];
    const silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    createInterface({ input: child.stdout }).on('line', (text) => {
      silence.refresh();
      const line = JSON.parse(text) as WorkerLine;
      lines.push(line);
      onRun?.(line);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(silence);
      if (code === 0) resolve(lines);
      else reject(new Error(`A worker ended with ${code ?? signal} after ${lines.length} runs`));
    });
  });
}

/** Counts the runs in which each circumstance was drawn. */
export function countAspects(runs: readonly WorkerLine[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const aspect of runs.flatMap(({ aspects = [] }) => aspects))
    counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Describes what did not hold, with how to make the same run again. */
export function describeFailures({ runs }: Pick<Campaign, 'runs'>, seed: string): readonly string[] {
  return runs
    .filter(({ failures }) => failures.length > 0)
    .map(({ run, scenario, fault, failures }) =>
      [
        `${scenario} with ${JSON.stringify(fault)}:`,
        ...failures.map((failure) => `  ${failure}`),
        `  Again: npm run torture -- --seed ${seed} --only ${run} --fault '${JSON.stringify(fault)}'`,
      ].join('\n'),
    );
}
