import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../repository-root.mjs';

const CLI = path.join(ROOT, 'packages', 'cli', 'bin', 'spec-kitty.cjs');
const USAGE_HOOK = fileURLToPath(new URL('exit-usage.cjs', import.meta.url));

/**
 * One bash process runs everything, because its `times` counts the CPU time of finished children from
 * the kernel's own figures and so disturbs nothing that is measured. It prints whole milliseconds of a running
 * total, so one difference may be off by one; a sample is therefore the mean of several runs.
 */
const RUNNER = String.raw`
[ -n "$EPOCHREALTIME" ] || { echo "bash 5 or newer is needed" >&2; exit 2; }
usage=$1
sample() {
  local id=$1 folder=$2 prepare=$3 repeat=$4 status=0
  shift 4
  cd "$folder" || exit 3
  while [ "$((repeat--))" -gt 0 ]; do
    eval "$prepare" || exit 3
    : > "$usage"
    times
    echo "start $EPOCHREALTIME"
    "$@" < /dev/null > /dev/null 2>&1 || status=$?
    echo "end $EPOCHREALTIME"
    times
    cat "$usage"
  done
  echo "sample $id $status"
}
`;

/** The command line of the built program. */
export function cli(...args) {
  return [process.execPath, CLI, ...args];
}

/** Quotes a word for bash. */
export function quoted(word) {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Writes the line that takes one sample; a `hooked` one also has the program report on itself. */
function sampleLine({ id, folder, prepare = ':', repeat = 1, command, hooked = false }, usageFile) {
  const environment = hooked
    ? ['env', `NODE_OPTIONS=--require=${JSON.stringify(USAGE_HOOK)}`, `SPEC_KITTY_BENCH_USAGE=${usageFile}`]
    : [];
  return ['sample', ...[id, folder, prepare, `${repeat}`, ...environment, ...command].map(quoted)].join(' ');
}

/**
 * Turns the runner's output, line by line, into samples.
 *
 * Times are in milliseconds, memory is in MB, all are means over the runs of the sample; `ownCpu` and
 * `memory` are there for hooked samples only.
 */
export function sampleReader(onSample) {
  let runs = [];
  let totals = [];
  return (line) => {
    const [word, first, second] = line.split(' ');
    if (/^\d+m/.test(word)) totals.push(clock(word) + clock(first));
    else if (word === 'start') runs.push({ start: Number(first) });
    else if (word === 'end') runs.at(-1).wall = (Number(first) - runs.at(-1).start) * 1000;
    else if (word === 'usage') Object.assign(runs.at(-1), { ownCpu: first / 1000, memory: second / 1024 });
    else if (word === 'sample') {
      onSample({ id: first, status: Number(second), ...means(runs) });
      runs = [];
    }
    if (totals.length === 4) {
      // `times` prints the shell itself first and its children second, here before and after a run.
      runs.at(-1).cpu = (totals[3] - totals[1]) * 1000;
      totals = [];
    }
  };
}

function means(runs) {
  const metrics = ['cpu', 'wall', 'ownCpu', 'memory'].filter((metric) => runs.every((one) => metric in one));
  return Object.fromEntries(
    metrics.map((metric) => [metric, runs.reduce((sum, one) => sum + one[metric], 0) / runs.length]),
  );
}

function clock(text) {
  const [minutes, rest] = text.split('m');
  return Number(minutes) * 60 + Number.parseFloat(rest);
}

/** Takes the samples in the order given and resolves with them; `onSample` hears of each as it is taken. */
export async function measure(samples, { usageFile, env, onSample = () => {} }) {
  const taken = [];
  const shell = spawn('bash', ['-s', '--', usageFile], {
    env: { ...env, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const read = sampleReader((sample) => {
    taken.push(sample);
    onSample(sample);
  });
  createInterface({ input: shell.stdout }).on('line', read);
  shell.stdin.end(`${RUNNER}\n${samples.map((sample) => sampleLine(sample, usageFile)).join('\n')}\n`);
  const code = await new Promise((resolve, reject) => shell.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`The measuring shell ended with exit code ${code}.`);
  return taken;
}

/** Returns the middle of the values, or of the two nearest to it. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
