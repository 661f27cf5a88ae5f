import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './repository-root.mjs';

const FOLDER = path.join(ROOT, 'docs', 'evidence');
const JSON_FILE = path.join(FOLDER, 'torture.json');
const TEXT_FILE = path.join(FOLDER, 'torture.md');

/**
 * Reads what earlier invocations at this commit have found.
 *
 * @param isClean whether the program is what the commit says; otherwise nothing will be written.
 * @throws Error when the evidence is of another commit.
 */
export function readEvidence(commit, isClean, file = JSON_FILE) {
  const record = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  if (record && record.commit !== commit && isClean) {
    throw new Error(
      `docs/evidence/torture.json is of commit ${record.commit}; results of two commits are not added up. Delete it to begin anew.`,
    );
  }
  const fresh = {
    commit,
    invocations: [],
    runs: 0,
    real_kills: 0,
    injected: 0,
    struck: 0,
    scenarios: {},
    faults: {},
    failures: [],
  };
  const known = record?.commit === commit ? record : fresh;
  return { record: known, isClean, next: (seed) => nextOf(known, seed) };
}

/** Numbers at which a seed goes on. */
function nextOf({ invocations }, seed) {
  const same = invocations.filter((invocation) => invocation.seed === seed);
  const sum = (name) => same.reduce((total, invocation) => total + invocation[name], 0);
  return { kills: sum('real_kills'), injected: sum('injected') };
}

/** Adds the runs of one invocation. @throws Error when they tested another program. */
export function addToEvidence({ record, isClean }, { seed, product, runs }) {
  if (record.product !== undefined && record.product !== product) {
    throw new Error(`These runs tested ${product}, the earlier ones ${record.product}.`);
  }
  const real = runs.filter(({ run }) => run.startsWith('k')).length;
  const failed = runs.filter(({ failures }) => failures.length > 0);
  const added = {
    ...record,
    product,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    invocations: [
      ...record.invocations,
      { seed, real_kills: real, injected: runs.length - real, failures: failed.length },
    ],
    runs: record.runs + runs.length,
    real_kills: record.real_kills + real,
    injected: record.injected + runs.length - real,
    struck: record.struck + runs.filter(({ fired }) => fired).length,
    scenarios: counted(record.scenarios, runs, ({ scenario }) => scenario),
    faults: counted(record.faults, runs, ({ fault }) => nameOf(fault)),
    failures: [
      ...record.failures,
      ...failed.map(({ run, scenario, fault, failures }) => ({ seed, run, scenario, fault, failures })),
    ],
  };
  return { record: added, isClean };
}

function counted(before, runs, nameOfRun) {
  const counts = { ...before };
  for (const run of runs) {
    const name = nameOfRun(run);
    const { total, failures } = counts[name] ?? { total: 0, failures: 0 };
    counts[name] = { total: total + 1, failures: failures + (run.failures.length > 0 ? 1 : 0) };
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf(fault) {
  switch (fault.kind) {
    case 'kill-at-point':
      return `SIGKILL to the ${fault.plan.target} at a counted call`;
    case 'kill-after-time':
      return `SIGKILL to the ${fault.target} after a random time`;
    case 'injected':
      return fault.plan.kind === 'errno'
        ? `${fault.plan.code} from the disk`
        : fault.plan.kind === 'git'
          ? `git ${fault.plan.how}`
          : 'everything fails from a call on, as after a death';
    case 'meanwhile':
      return `somebody else meanwhile: ${fault.act}`;
    case 'disk-full':
      return 'a tmpfs that is full';
    default:
      return 'an immutable file';
  }
}

/** Writes both files; nothing when the program was not what the commit says. */
export function writeEvidence({ record, isClean }) {
  if (!isClean) {
    console.log('The sources differ from the commit, so docs/evidence/ stays as it is.');
    return;
  }
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(JSON_FILE, `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(TEXT_FILE, textOf(record));
}

function table(title, counts) {
  return [
    `| ${title} | runs | failures |`,
    '|---|---:|---:|',
    ...Object.entries(counts).map(
      ([name, { total, failures: failed }]) => `| ${name} | ${total} | ${failed} |`,
    ),
    '',
  ];
}

function textOf({
  commit,
  product,
  node,
  platform,
  invocations,
  runs,
  real_kills,
  injected,
  struck,
  scenarios,
  faults,
  failures,
}) {
  return [
    '# Fault runs',
    '',
    'Written by `npm run torture`; `torture.json` has the same as data. What is checked after each run is in',
    '`packages/testkit/src/faults/judge.ts`.',
    '',
    `- Commit: \`${commit}\`, program \`${product}\`, Node ${node} on ${platform}`,
    `- Runs: ${runs}; ${real_kills} with a real SIGKILL, ${injected} with an injected fault or somebody else at work`,
    `- The fault struck before the command had ended in ${struck} of them`,
    `- Failures: ${failures.length}`,
    `- Seeds: ${[...new Set(invocations.map(({ seed }) => `\`${seed}\``))].join(', ')}`,
    '',
    ...table('Scenario', scenarios),
    ...table('Fault', faults),
  ].join('\n');
}
