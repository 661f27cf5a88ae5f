import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { ROOT } from '../repository-root.mjs';
import { run } from '../run-stage.mjs';
import { tortureEngine } from './torture-engine.mjs';
import { addToEvidence, nextRun, readEvidence, writeEvidence } from './torture-evidence.mjs';

const HELP = `npm run torture -- [--runs 1000] [--kills 100] [--merges 200] [--seed TEXT] [--only k17 [--fault JSON]]
npm run torture -- --engine 200 [--seed TEXT [--first 17]]

Runs the fault harness on the built program: --kills of the --runs kill a real process, --merges strike a merge in one of its variants, the others inject faults.
The seed is the commit unless given. Results are written every thousand runs, and add up in docs/evidence/ over several invocations at one commit.
--only makes one run again, to look at it, and counts nothing; --fault says with which fault.
--engine lets the engine of \`run\` die in so many runs instead: a fifth of them by a real SIGKILL of it and of agents, the others at a step of its journal.`;

/** About five minutes; making the fixture anew for each takes some seconds of them. */
const CHUNK = 1000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    kills: { type: 'string' },
    merges: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    fault: { type: 'string' },
    engine: { type: 'string' },
    first: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/** The harness is TypeScript, which Node 20 does not run by itself. */
async function loadHarness() {
  const folder = path.join(ROOT, 'node_modules', '.cache', 'testkit', `torture-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'campaign.mjs');
  const bundler = await rolldown({
    input: path.join(ROOT, 'packages/testkit/src/faults/fault-campaign.ts'),
    platform: 'node',
    external: ['rolldown'],
    logLevel: 'warn',
    // Its own address says where its other parts are.
    transform: {
      define: {
        'import.meta.url': JSON.stringify(`file://${ROOT}/packages/testkit/src/faults/fault-campaign.ts`),
      },
    },
  });
  await bundler.write({ file, format: 'esm' });
  await bundler.close();
  try {
    return await import(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function progress(total) {
  let done = 0;
  const start = performance.now();
  return ({ run: id, scenario, failures }) => {
    done += 1;
    if (failures.length > 0) console.log(`FAILED ${id} (${scenario}): ${failures[0]}`);
    if (done % 250 === 0) {
      const perMinute = Math.round((done / (performance.now() - start)) * 60_000);
      console.log(`${done} of ${total} runs, ${perMinute} per minute`);
    }
  };
}

/** Parts that are recorded one by one, so that an invocation which is stopped loses little; kills in between. */
function* chunks(kills, merges, others) {
  const left = { k: kills, s: merges, i: others };
  for (let sum = kills + merges + others; sum > 0; sum = left.k + left.s + left.i) {
    const share = Math.min(1, CHUNK / sum);
    for (const letter of ['k', 's', 'i']) {
      const count = Math.ceil(left[letter] * share);
      if (count > 0) yield { letter, count };
      left[letter] -= count;
    }
  }
}

/** How far merges had come when they were struck, and by what they were ended. */
function printPhases(aspects) {
  for (const [aspect, count] of aspects)
    if (aspect.startsWith('left: ')) console.log(`  merge ${aspect}: ${count}`);
}

async function torture() {
  const built = run([process.execPath, 'scripts/build.mjs']);
  if (built !== 0) return built;
  const { runCampaign, runIds, describeFailures, countAspects } = await loadHarness();
  const commit = git('rev-parse', 'HEAD');
  const seed = values.seed ?? commit;
  if (values.only !== undefined) {
    const campaign = await runCampaign({
      seed,
      runs: [values.only],
      fault: values.fault && JSON.parse(values.fault),
    });
    console.log(JSON.stringify(campaign.runs[0], null, 2));
    return describeFailures(campaign, seed).length === 0 ? 0 : 1;
  }

  const runs = Number(values.runs);
  const kills = Number(values.kills ?? Math.ceil(runs / 8));
  const merges = Number(values.merges ?? Math.ceil(runs / 5));
  const clean = git('status', '--porcelain', '--', 'packages', 'scripts/build.mjs') === '';
  const onRun = progress(runs);
  let evidence = readEvidence(commit, clean);
  let failed = 0;
  const made = [];
  for (const { letter, count } of chunks(kills, merges, runs - kills - merges)) {
    const ids = runIds(letter, nextRun(evidence, seed, letter), count);
    const campaign = await runCampaign({ seed, runs: ids, onRun });
    const failures = describeFailures(campaign, seed);
    failed += failures.length;
    made.push(...campaign.runs);
    for (const failure of failures) console.log(failure);
    evidence = addToEvidence(evidence, { seed, ...campaign });
    writeEvidence(evidence);
  }
  console.log(`${runs} runs, ${failed} failures.`);
  printPhases(countAspects(made));
  if (!clean) console.log('The sources differ from the commit, so docs/evidence/ stays as it is.');
  return failed === 0 ? 0 : 1;
}

if (values.help) console.log(HELP);
else if (values.engine !== undefined)
  process.exitCode = tortureEngine({
    runs: Number(values.engine),
    seed: values.seed,
    first: values.first === undefined ? undefined : Number(values.first),
  });
else process.exitCode = await torture();
