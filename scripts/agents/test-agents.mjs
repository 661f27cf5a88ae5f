import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isolated } from './isolated.mjs';
import { loaders } from './loaders.mjs';
import { AGENTS, HAS_NODES, installAgents } from '../install.mjs';
import { ROOT } from '../repository-root.mjs';
import { run as runHere, stage } from '../run-stage.mjs';

const HELP = `npm run test:agents [-- commands|runs]

Runs real agents without any network: whether they load the commands, and whether they deliver missions with a scripted model.`;
const MODULES = path.join(AGENTS, 'node_modules');
const PROGRAMS = {
  opencode: 'opencode-linux-x64/bin/opencode',
  codex: '.bin/codex',
  gemini: '.bin/gemini',
};
const DELIVERY_MS = 15 * 60_000;

/** The twelve commands, each with the description that an agent shows. */
function commands() {
  const folder = path.join(ROOT, 'packages/cli/prompts');
  return readdirSync(folder).map((file) => {
    const [, description = ''] =
      /^description: (.*)$/m.exec(readFileSync(path.join(folder, file), 'utf8')) ?? [];
    return { name: `spec-kitty.${path.basename(file, '.md')}`, description };
  });
}

/** A project with the commands of all of them, beside a home folder that nobody has used and a folder of programs. */
function prepare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'agents-'));
  const [project, home, bin] = ['project', 'home', 'bin'].map((name) => path.join(folder, name));
  for (const one of [project, home, bin]) mkdirSync(one);
  for (const [name, program] of Object.entries(PROGRAMS))
    symlinkSync(path.join(MODULES, program), path.join(bin, name));
  const program = path.join(ROOT, 'packages/cli/bin/spec-kitty.cjs');
  for (const command of [
    ['git', 'init', '--quiet'],
    [process.execPath, program, 'init', '--ai', Object.keys(PROGRAMS).join(','), '--non-interactive'],
  ]) {
    const { status, stderr } = spawnSync(command[0], command.slice(1), { cwd: project, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  }
  return { folder, project, home, bin };
}

/** @returns whether every agent knows every command. */
function loadCommands(run, home) {
  const all = commands();
  let failed = false;
  for (const [agent, load] of Object.entries(loaders)) {
    const version = run([agent, '--version']).stdout.trim().split('\n').at(-1);
    const missing = load({ run, home, commands: all });
    failed ||= missing.length > 0;
    const count = `${all.length - missing.length} of ${all.length} commands`;
    console.log(`${agent} (${version}): ${count}${missing.map((line) => `\n  ${line}`).join('')}`);
  }
  return !failed;
}

/** @returns whether every agent delivers its mission. */
function deliverMissions(run, bin) {
  const file = path.join(import.meta.dirname, 'deliver.mjs');
  return run([process.execPath, file, bin], { stdio: 'inherit', timeout: DELIVERY_MS }).status === 0;
}

async function main() {
  const [part, ...rest] = process.argv.slice(2);
  if (rest.length > 0 || (part !== undefined && part !== 'commands' && part !== 'runs')) {
    console.log(HELP);
    return part === '--help' ? 0 : 2;
  }
  if (!HAS_NODES) {
    console.log('The agents are pinned for Linux on x64 only, so nothing was tested.');
    return 0;
  }
  await stage('install', installAgents);
  if (runHere([process.execPath, 'scripts/build.mjs']) !== 0) return 1;
  const { folder, project, home, bin } = prepare();
  try {
    const run = isolated({ cwd: project, home, bin });
    console.log(`Agents run ${run.how}.`);
    const load = part === 'runs' || (await stage('commands', () => loadCommands(run, home)));
    const deliver = part === 'commands' || (await stage('runs', () => deliverMissions(run, bin)));
    return load && deliver ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

process.exitCode = await main();
