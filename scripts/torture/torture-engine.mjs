import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { run } from '../run-stage.mjs';
import { timesOf, timesText, withTimes } from './resume-times.mjs';

const TEST = 'packages/cli/src/commands/run/crash.e2e.test.ts';
const EVIDENCE = path.join(ROOT, 'docs', 'evidence', 'engine-crashes');

/** One invocation loses no more than so many runs. */
const CHUNK = 20;
/** Of ten runs, in so many a process is killed; in the others the engine dies at a step of its journal. */
const KILLS_OF_TEN = 2;

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/**
 * Lets engines of `run` die in so many runs, and adds what came of it to docs/evidence/ as long as the program is the one of
 * the commit. Runs go on where the last invocation with the seed has left off, unless told where to begin.
 */
export function tortureEngine({ runs, seed, first }) {
  const isClean = git('status', '--porcelain', '--', 'packages', 'scripts') === '';
  const commit = git('rev-parse', 'HEAD');
  let record = readRecord(commit, isClean);
  // Processes are killed of the built program.
  const built = run([process.execPath, 'scripts/build.mjs']);
  if (built !== 0) return built;
  const text = seed ?? commit;
  let at = first ?? record.seeds[text] ?? 0;
  for (let left = runs; left > 0; left -= CHUNK) {
    const count = Math.min(CHUNK, left);
    const kills = Math.ceil((count * KILLS_OF_TEN) / 10);
    const { code, found } = invoke({ seed: text, first: at, kills, deaths: count - kills });
    if (found) record = withFound(record, found);
    at += count;
    record = { ...record, seeds: { ...record.seeds, [text]: Math.max(at, record.seeds[text] ?? 0) } };
    if (code !== 0)
      record = { ...record, failures: [...record.failures, { seed: text, first: at - count, count }] };
    if (isClean) write(record);
    console.log(`${summary(record)} ${timesText(timesOf(record.resume_ms))}`);
    if (code !== 0) return code;
  }
  if (!isClean) console.log('The sources differ from the commit, so docs/evidence/ stays as it is.');
  return 0;
}

function invoke(asked) {
  console.log(`Seed ${asked.seed}, runs ${asked.first} to ${asked.first + asked.kills + asked.deaths - 1}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'torture-engine-'));
  const result = path.join(folder, 'result.json');
  const env = { ...process.env, SPEC_KITTY_ENGINE_TORTURE: JSON.stringify({ ...asked, result }) };
  const code = run([process.execPath, 'node_modules/vitest/vitest.mjs', 'run', TEST], { env });
  const found = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  return { code, found };
}

/** @throws Error where what is kept is of another commit. */
function readRecord(commit, isClean) {
  const known = existsSync(`${EVIDENCE}.json`)
    ? JSON.parse(readFileSync(`${EVIDENCE}.json`, 'utf8'))
    : undefined;
  if (known?.commit === commit) return known;
  if (known && isClean)
    throw new Error(
      `docs/evidence/engine-crashes.json is of commit ${known.commit}; results of two commits are not added up. Delete it to begin anew.`,
    );
  return {
    commit,
    seeds: {},
    killed_engines: 0,
    killed_agents: 0,
    deaths: 0,
    kill_runs: 0,
    death_runs: 0,
    failures: [],
    resume_ms: {},
  };
}

function withFound(record, { resumes, ...found }) {
  const sums = Object.entries(found).map(([name, count]) => [name, record[name] + count]);
  return { ...record, ...Object.fromEntries(sums), resume_ms: withTimes(record.resume_ms, resumes) };
}

function summary({ kill_runs, death_runs, killed_engines, killed_agents, deaths, failures }) {
  return `${kill_runs + death_runs} runs: in ${kill_runs} SIGKILL struck ${killed_engines} engines and ${killed_agents} agents, in ${death_runs} an engine died ${deaths} times at a step; ${failures.length} failures.`;
}

function write(record) {
  const { versions, platform, arch } = process;
  const where = { node: versions.node, platform: `${platform} ${arch}`, cores: cpus().length };
  const all = { ...record, resume: timesOf(record.resume_ms), ...where, load: loadavg()[0].toFixed(1) };
  writeFileSync(`${EVIDENCE}.json`, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(`${EVIDENCE}.md`, textOf(all));
}

function textOf({ commit, node, platform, cores, load, seeds, ...record }) {
  return [
    '# Runs whose engine died',
    '',
    'Written by `npm run torture -- --engine N`; `engine-crashes.json` has the same as data. A mission of three packages, one of which is',
    'sent back once, was delivered by `run` while processes were killed, or while the engine died before or after a step of its journal',
    'was written; then it was run again, until it was through. After each, all packages were done with one such row each, their work was on',
    'the target once, `git fsck` had nothing to say, and no process of an agent was left.',
    '',
    `- Commit: \`${commit}\`, Node ${node} on ${platform}, ${cores} cores, load at the end ${load}`,
    `- Seeds: ${Object.entries(seeds)
      .map(([seed, count]) => `\`${seed}\` (0 to ${count - 1})`)
      .join(', ')}`,
    `- ${summary(record)}`,
    `- ${timesText(record.resume)}`,
    '',
    'The time of a resume is of the last command of each run in which SIGKILL struck, which `spec-kitty run resume` was and nobody killed: all',
    'that it took, from the start of its process to its end, but what passed while at least one agent was at work. So it has the start, what',
    'the engine that died has left, and also the evidence, the reviews and the merge of what was not through yet, as far as no agent worked',
    'meanwhile. What the engine did beside an agent is not in it.',
    '',
  ].join('\n');
}
