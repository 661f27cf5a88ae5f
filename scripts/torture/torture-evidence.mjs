import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';

const FOLDER = path.join(ROOT, 'docs', 'evidence');
const JSON_FILE = path.join(FOLDER, 'torture.json');
const TEXT_FILE = path.join(FOLDER, 'torture.md');

/**
 * Reads what earlier seeds at this commit have found.
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
    seeds: [],
    runs: 0,
    real_kills: 0,
    injected: 0,
    struck: 0,
    scenarios: {},
    faults: {},
    variants: {},
    failures: [],
  };
  const known = record?.commit === commit ? record : fresh;
  return { record: known, isClean };
}

/** Number at which a seed goes on. @param letter `k`, `s` or `i`. */
export function nextRun({ record }, seed, letter) {
  return record.seeds.find((entry) => entry.seed === seed)?.[letter] ?? 0;
}

/** Adds the runs of one invocation. @throws Error when they tested another program. */
export function addToEvidence({ record, isClean }, { seed, product, runs }) {
  if (record.product !== undefined && record.product !== product) {
    throw new Error(`These runs tested ${product}, the earlier ones ${record.product}.`);
  }
  const kills = runs.filter(({ fault }) => fault.kind.startsWith('kill'));
  const of = (letter) => runs.filter(({ run }) => run.startsWith(letter)).length;
  // A process that was faster than its signal was not killed.
  const real = kills.filter(({ fired }) => fired).length;
  const failed = runs.filter(({ failures }) => failures.length > 0);
  const before = record.seeds.find((entry) => entry.seed === seed) ?? { seed, k: 0, s: 0, i: 0 };
  const done = { seed, k: before.k + of('k'), s: (before.s ?? 0) + of('s'), i: before.i + of('i') };
  const added = {
    ...record,
    product,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    seeds: [...record.seeds.filter((entry) => entry.seed !== seed), done],
    runs: record.runs + runs.length,
    real_kills: record.real_kills + real,
    injected: record.injected + runs.length - kills.length,
    struck: record.struck + runs.filter(({ fired }) => fired).length,
    scenarios: counted(record.scenarios, runs, ({ scenario }) => scenario),
    faults: counted(record.faults, runs, ({ fault }) => nameOf(fault)),
    variants: countedAspects(record.variants ?? {}, runs),
    failures: [
      ...record.failures,
      ...failed.map(({ run, scenario, fault, failures }) => ({ seed, run, scenario, fault, failures })),
    ],
  };
  return { record: added, isClean };
}

function countedAspects(before, runs) {
  return runs
    .flatMap((run) => (run.aspects ?? []).map((aspect) => [aspect, run]))
    .reduce((counts, [aspect, run]) => counted(counts, [run], () => aspect), before);
}

function counted(before, runs, nameOfRun) {
  const counts = { ...before };
  for (const run of runs) {
    const name = nameOfRun(run);
    const known = counts[name] ?? { runs: 0, struck: 0, 'cut off': 0, refused: 0, succeeded: 0, failures: 0 };
    counts[name] = {
      ...known,
      runs: known.runs + 1,
      struck: known.struck + Number(run.fired),
      [run.outcome]: known[run.outcome] + 1,
      failures: known.failures + Number(run.failures.length > 0),
    };
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const CRASHES = {
  crash: 'everything fails from a call on, as after a death',
  'power-cut': 'a power cut, which takes what was not synced',
};

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
          : CRASHES[fault.plan.kind];
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
  if (!isClean) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(JSON_FILE, `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(TEXT_FILE, textOf(record));
}

const COLUMNS = ['runs', 'struck', 'cut off', 'refused', 'succeeded', 'failures'];

function table(title, counts) {
  return [
    `| ${title} | ${COLUMNS.join(' | ')} |`,
    `|---|${'---:|'.repeat(COLUMNS.length)}`,
    ...Object.entries(counts).map(
      ([name, count]) => `| ${name} | ${COLUMNS.map((column) => count[column]).join(' | ')} |`,
    ),
    '',
  ];
}

function textOf({
  commit,
  product,
  node,
  platform,
  seeds,
  runs,
  real_kills,
  injected,
  struck,
  scenarios,
  faults,
  variants = {},
  failures,
}) {
  return [
    '# Fault runs',
    '',
    'Written by `npm run torture`; `torture.json` has the same as data. What is checked after each run is in',
    '`packages/testkit/src/faults/judge/`.',
    '',
    `- Commit: \`${commit}\`, program \`${product}\`, Node ${node} on ${platform}`,
    `- Runs: ${runs}; ${real_kills} with a real SIGKILL, ${injected} with an injected fault or somebody else at work; in the others the process was faster than its signal`,
    `- The fault struck before the command had ended in ${struck} of them`,
    `- Failures: ${failures.length}`,
    `- Seeds: ${seeds.map(seedRanges).join(', ')}`,
    '- `cut off` is killed or as good as; the command was then run again until it had done its work, as after a refusal',
    '',
    ...table('Scenario', scenarios),
    ...table('Fault', faults),
    ...table('Merge', variants),
  ].join('\n');
}

/** A seed and the numbers of its runs; a kind of which none ran is left out. */
function seedRanges({ seed, k, s = 0, i }) {
  const kinds = Object.entries({ k, s, i }).filter(([, count]) => count > 0);
  return `\`${seed}\` (${kinds.map(([kind, count]) => `${kind}0 to ${kind}${count - 1}`).join(', ')})`;
}
