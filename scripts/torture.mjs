import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { ROOT } from './repository-root.mjs';
import { run, stage } from './run-stage.mjs';
import { addToEvidence, readEvidence, writeEvidence } from './torture-evidence.mjs';

const HELP = `npm run torture -- [--runs 1000] [--kills 100] [--seed TEXT] [--only k17]

Runs the fault harness on the built program: --kills of the --runs kill a real process, the others inject faults.
The seed is the commit unless given. Results add up in docs/evidence/ over several invocations at one commit.
--only makes one run again, to look at it, and counts nothing.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
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

/** Kills spread evenly among the other runs. */
function spread(kills, others) {
  const total = kills.length + others.length;
  return Array.from({ length: total }, (_, at) => {
    const due = Math.floor(((at + 1) * kills.length) / total);
    const isKill = due > Math.floor((at * kills.length) / total);
    return isKill ? kills[due - 1] : others[at - due];
  });
}

async function torture() {
  const built = run([process.execPath, 'scripts/build.mjs']);
  if (built !== 0) return built;
  const { runCampaign, runIds, describeFailures } = await loadHarness();
  const commit = git('rev-parse', 'HEAD');
  const seed = values.seed ?? commit;
  if (values.only !== undefined) {
    const campaign = await runCampaign({ seed, runs: [values.only] });
    console.log(JSON.stringify(campaign.runs[0], null, 2));
    return describeFailures(campaign, seed).length === 0 ? 0 : 1;
  }

  const runs = Number(values.runs);
  const kills = Number(values.kills ?? Math.ceil(runs / 10));
  const evidence = readEvidence(
    commit,
    git('status', '--porcelain', '--', 'packages', 'scripts/build.mjs') === '',
  );
  const { kills: k, injected: i } = evidence.next(seed);
  const ids = spread(runIds('k', k, kills), runIds('i', i, runs - kills));
  const campaign = await stage(`${runs} runs with seed ${seed}`, () =>
    runCampaign({ seed, runs: ids, onRun: progress(runs) }),
  );
  const failures = describeFailures(campaign, seed);
  console.log([...failures, `${campaign.runs.length} runs, ${failures.length} failures.`].join('\n'));
  writeEvidence(addToEvidence(evidence, { seed, ...campaign }));
  return failures.length === 0 ? 0 : 1;
}

if (values.help) console.log(HELP);
else process.exitCode = await torture();
