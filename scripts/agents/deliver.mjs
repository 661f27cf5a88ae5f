// Has every real agent deliver a mission, with a scripted model. To be run where nothing but this machine can be reached.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareHome } from './prepare-home.mjs';
import { startModel } from './model/model-server.mjs';
import { ROOT } from '../repository-root.mjs';
import { seconds } from '../run-stage.mjs';

/** Who implements, who reviews, what of an attempt the implementer tells, and whose work is sent back once. */
const DELIVERIES = [
  { implementer: 'opencode', reviewer: 'codex', how: 'JSON stream', tells: ['tokens', 'cost'] },
  { implementer: 'opencode-acp', reviewer: 'gemini', how: 'ACP', tells: ['cost'] },
  { implementer: 'gemini', reviewer: 'codex', how: 'stream-json', tells: ['tokens'] },
  { implementer: 'gemini-acp', reviewer: 'codex', how: 'ACP', tells: ['tokens'], isRejected: true },
  { implementer: 'codex', reviewer: 'gemini-acp', how: 'exec --json', tells: ['tokens'] },
];
const PROGRAM = path.join(ROOT, 'packages/cli/bin/spec-kitty.cjs');
const MISSION = 'two-01KE6Z2V';
const SECRET = 'sk-not-a-key-of-anybody-4711';
const TIME_LIMIT_MS = 240_000;

const packageText = (id, more = '') => `---
work_package_id: ${id}
title: Package ${id}
dependencies: []
requirement_refs: [FR-001]
owned_files: ["src/${id.toLowerCase()}.mjs"]
create_intent: ["src/${id.toLowerCase()}.mjs"]
execution_mode: code_change
subtasks: []
---

# ${id}

\`src/${id.toLowerCase()}.mjs\` exports \`${id.toLowerCase()}\`, which returns two. ${more}
`;

const filesOf = ({ isRejected }) => ({
  'README.md': '# Project\n',
  [`kitty-specs/${MISSION}/meta.json`]: `${JSON.stringify({
    mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
    mission_slug: MISSION,
    target_branch: 'main',
  })}\n`,
  [`kitty-specs/${MISSION}/spec.md`]: '# Spec\n\n- FR-001: Each function returns two.\n',
  [`kitty-specs/${MISSION}/plan.md`]: '# Plan\n\nTwo functions.\n',
  [`kitty-specs/${MISSION}/tasks.md`]: '## WP01: Package\n\n## WP02: Package\n',
  [`kitty-specs/${MISSION}/tasks/WP01-package.md`]: packageText('WP01'),
  [`kitty-specs/${MISSION}/tasks/WP02-package.md`]: packageText(
    'WP02',
    isRejected ? 'The first attempt is wrong.' : '',
  ),
});

/** A finalized mission of two packages, in a repository of its own. */
function prepareMission(root, env, delivery) {
  for (const [name, text] of Object.entries(filesOf(delivery))) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  const run = (...command) => {
    const [program, ...args] = command;
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stdout}${stderr}`);
    return stdout;
  };
  run('git', 'init', '--quiet', '--initial-branch', 'main');
  run('git', 'add', '--all');
  run('git', 'commit', '--quiet', '--message', 'Start');
  run(process.execPath, PROGRAM, 'agent', 'mission', 'finalize-tasks', '--mission', MISSION);
  return run;
}

function runMission(root, env, { implementer, reviewer }) {
  const words = ['run', '--mission', MISSION, '--implementer', implementer, '--reviewer', reviewer];
  const limits = ['--max-parallel', '2', '--until', 'merge', '--timeout', '2m', '--json'];
  const child = spawn(process.execPath, [PROGRAM, ...words, ...limits], { cwd: root, env });
  const timer = setTimeout(() => child.kill('SIGINT'), TIME_LIMIT_MS);
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

/** @returns what is not as it should be, each in one sentence. */
function judge(run, { code, said }, delivery) {
  if (code !== 0) return [`run ended with ${code}:\n${said}`];
  const unlike = ['wp01', 'wp02']
    .map((name) => [run('git', 'show', `main:src/${name}.mjs`), `export const ${name} = () => 2;\n`])
    .filter(([source, wanted]) => source !== wanted)
    .map(([source, wanted]) => `main has ${source} instead of ${wanted}`);
  const report = run(process.execPath, PROGRAM, 'run', 'report', '--mission', MISSION, '--json');
  const attempts = JSON.parse(report).packages.flatMap((one) => one.attempts);
  return [
    ...unlike,
    ...judgeRounds(attempts, delivery),
    ...attempts.flatMap((one) => judgeAttempt(one, delivery)),
  ];
}

function judgeRounds(attempts, { implementer, reviewer, isRejected }) {
  const rounds = isRejected ? ['approved', 'approved', 'rejected'] : ['approved', 'approved'];
  const wanted = [
    ...rounds.map(() => `implementer ${implementer} handed_over`),
    ...rounds.map((result) => `reviewer ${reviewer} ${result}`),
  ].join(', ');
  const had = attempts.map(({ role, agent, result }) => `${role} ${agent} ${result}`).toSorted();
  if (had.join(', ') === wanted) return [];
  const reasons = attempts.filter(({ reason }) => reason).map((one) => `\n    ${one.result}: ${one.reason}`);
  return [`attempts were ${had.join(', ')} instead of ${wanted}${reasons.join('')}`];
}

function judgeAttempt({ role, agent, log, tokens, usd }, { tells }) {
  const wrong = [];
  if (readFileSync(log, 'utf8').includes(SECRET)) wrong.push(`a log of ${agent} has a secret: ${log}`);
  if (role !== 'implementer') return wrong;
  if (tells.includes('tokens') && !(tokens > 0)) wrong.push(`${agent} told no tokens`);
  if (tells.includes('cost') && !(usd > 0)) wrong.push(`${agent} told no cost`);
  return wrong;
}

async function deliver(base, env, delivery) {
  const started = performance.now();
  const root = path.join(base, delivery.implementer);
  mkdirSync(root);
  const run = prepareMission(root, env, delivery);
  const ended = await runMission(root, env, delivery);
  const wrong = judge(run, ended, delivery);
  const { implementer, how, reviewer } = delivery;
  const told = wrong.map((line) => `\n  ${line}`).join('');
  const took = seconds(performance.now() - started);
  console.log(
    `${implementer} (${how}), reviewed by ${reviewer}: ${wrong.length === 0 ? `delivered in ${took}` : 'FAILED'}${told}`,
  );
  return wrong.length === 0;
}

const [bin, only] = process.argv.slice(2);
const base = mkdtempSync(path.join(tmpdir(), 'deliver-'));
const model = await startModel(path.join(base, 'model.log'));
const home = path.join(base, 'home');
const env = {
  ...prepareHome(home, model.address, SECRET),
  PATH: `${bin}${path.delimiter}${process.env.PATH}`,
};
// It makes its database when it first starts, and of two that do so at once one fails.
spawnSync('opencode', ['session', 'list'], { cwd: home, env });
let failed = false;
for (const delivery of DELIVERIES.filter(({ implementer }) => only === undefined || only === implementer))
  failed = !(await deliver(base, env, delivery)) || failed;
model.close();
if (process.env.KEEP) console.log(`Kept: ${base} (${readdirSync(base).join(', ')})`);
else rmSync(base, { recursive: true, force: true, maxRetries: 5 });
process.exit(failed ? 1 : 0);
