import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { ROOT } from '../repository-root.mjs';
import { benchCases, MERGE } from './cases.mjs';
import { makeFixture } from './fixture.mjs';
import { measure, quoted } from './measure.mjs';
import { sessionCost } from './session-cost.mjs';
import { compare, table, withBlock } from './performance-table.mjs';

const DOCUMENT = path.join(ROOT, 'docs', 'performance.md');
const FEWEST_ROUNDS = 15;

/** What is measured within processes of its own. */
const SESSION = 'session';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: `${FEWEST_ROUNDS}` },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});

/** An environment of its own: extra certificates alone cost every Node 20 process 46 ms. */
function benchEnvironment() {
  const unwanted = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE']);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.has(name)));
}

/** Runs a case once, unmeasured, which also fills the cache. Returns why it cannot be measured, or `undefined`. */
function tryOut({ folder, prepare = ':', command, cached }, env, cache) {
  const script = `${prepare} && exec ${command.map(quoted).join(' ')}`;
  const { status, stderr } = spawnSync('bash', ['-c', script], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) return `exit code ${status}: ${stderr.trim().split('\n')[0]}`;
  if (cached && !existsSync(path.join(folder, cache))) return `it left no cache in ${cache}`;
  return undefined;
}

/** Lists the samples of all rounds, the baseline's directly before each of the command's. */
function plan(cases, rounds) {
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    cases.flatMap((one, at) => {
      if (round >= (one.rounds ?? rounds)) return [];
      const variants = Object.keys(one.budgets).map((metric) => metric === 'ownCpu' || metric === 'memory');
      return [...new Set(variants)].flatMap((hooked) => [
        { folder: one.folder, repeat: one.repeat, hooked, id: `floor:${at}`, ...one.baseline },
        { ...one, hooked, id: `case:${at}` },
      ]);
    }),
  );
}

/** Measures every case that can run and returns all rows of the table. */
async function bench(fixture, rounds) {
  const env = benchEnvironment();
  const cases = benchCases(fixture).filter(({ name }) => name.includes(options.only));
  const reasons = cases.map((one) => tryOut(one, env, fixture.cache));
  if (cases.length === 0) return [];
  const able = cases.filter((_, at) => reasons[at] === undefined);
  const samples = plan(able, rounds);
  const taken = await measure(samples, {
    usageFile: fixture.usageFile,
    env,
    onSample: progress(samples.length),
  });
  const failed = taken.find(({ status }) => status !== 0);
  if (failed)
    throw new Error(`A run failed with exit code ${failed.status}: ${able[failed.id.split(':')[1]].name}`);
  return cases.flatMap((one, at) => {
    const id = able.indexOf(one);
    const samplesOf = (kind) => taken.filter((sample) => sample.id === `${kind}:${id}`);
    return compare(one, { floors: samplesOf('floor'), samples: samplesOf('case'), reason: reasons[at] });
  });
}

function progress(total) {
  let taken = 0;
  return () => {
    taken += 1;
    if (process.stderr.isTTY)
      process.stderr.write(`\r${taken} of ${total} samples${taken === total ? '\n' : ''}`);
  };
}

function report(rows, session, fixture, rounds) {
  const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus()[0].model.trim()}`;
  const how = `Medians of ${rounds} interleaved rounds over ${fixture.source}.`;
  return [`${machine}. ${how}`, rows.length > 0 && table(rows), session?.text].filter(Boolean).join('\n\n');
}

await build();
const rounds = Math.max(FEWEST_ROUNDS, Number(options.rounds));
const fixture = makeFixture({ withMerge: MERGE.includes(options.only) });
try {
  const rows = await bench(fixture, rounds);
  const session = SESSION.includes(options.only) ? await sessionCost() : undefined;
  const text = report(rows, session, fixture, rounds);
  console.log(text);
  if (options.only === '') writeFileSync(DOCUMENT, withBlock(readFileSync(DOCUMENT, 'utf8'), text));
  const measured = [...rows, ...(session ? [session] : [])];
  process.exitCode = measured.length > 0 && measured.every(({ kept }) => kept) ? 0 : 1;
} finally {
  if (options.keep) console.log(`Kept ${path.dirname(fixture.repository)}`);
  else fixture.remove();
}
