import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isolated } from './isolated.mjs';
import { loaders } from './loaders.mjs';
import { npmCommand } from '../npm-command.mjs';
import { ROOT } from '../repository-root.mjs';
import { stage } from '../run-stage.mjs';

const CACHE = path.join(ROOT, '.cache/agents');
const PACKAGES = { opencode: 'opencode-ai', codex: '@openai/codex', gemini: '@google/gemini-cli' };
const UNREACHABLE = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network)\b/;

/** The twelve commands, each with the description that an agent shows. */
function commands() {
  const folder = path.join(ROOT, 'packages/cli/prompts');
  return readdirSync(folder).map((file) => {
    const [, description = ''] =
      /^description: (.*)$/m.exec(readFileSync(path.join(folder, file), 'utf8')) ?? [];
    return { name: `spec-kitty.${path.basename(file, '.md')}`, description };
  });
}

/** @returns why nothing can be tested; `undefined` once the newest agents are in the cache. */
function install() {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(path.join(CACHE, 'package.json'), '{ "private": true }\n');
  const wanted = Object.values(PACKAGES).map((name) => `${name}@latest`);
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
  const [npm, ...first] = npmCommand();
  const { status, stderr } = spawnSync(npm, [...first, ...args], { cwd: CACHE, encoding: 'utf8' });
  if (status === 0) return undefined;
  return UNREACHABLE.test(stderr)
    ? `The registry cannot be reached, so nothing was tested:\n${stderr}`
    : `The agents could not be installed:\n${stderr}`;
}

/** A project with the commands of all of them, beside a home folder that nobody has used. */
function prepare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'agents-'));
  const [project, home] = [path.join(folder, 'project'), path.join(folder, 'home')];
  mkdirSync(project);
  mkdirSync(home);
  const program = path.join(ROOT, 'packages/cli/bin/spec-kitty.cjs');
  for (const command of [
    ['git', 'init', '--quiet'],
    [process.execPath, program, 'init', '--ai', Object.keys(PACKAGES).join(','), '--non-interactive'],
  ]) {
    const { status, stderr } = spawnSync(command[0], command.slice(1), { cwd: project, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  }
  return { folder, project, home };
}

async function main() {
  const trouble = await stage('install', install);
  if (trouble !== undefined) {
    console.error(trouble);
    return 1;
  }
  const { folder, project, home } = prepare();
  try {
    let failed = false;
    const run = isolated({ cwd: project, home, bin: path.join(CACHE, 'node_modules/.bin') });
    console.log(`Agents run ${run.how}.`);
    const all = commands();
    for (const [agent, load] of Object.entries(loaders)) {
      const version = run([agent, '--version']).stdout.trim().split('\n').at(-1);
      const missing = load({ run, home, commands: all });
      failed ||= missing.length > 0;
      const count = `${all.length - missing.length} of ${all.length} commands`;
      console.log(`${agent} (${version}): ${count}${missing.map((line) => `\n  ${line}`).join('')}`);
    }
    return failed ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
