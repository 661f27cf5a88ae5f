import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { cli, quoted } from './measure.mjs';

const LANES = 20;
const FILES = 1000;

/** So many of a lane's files were there before and are changed; the others are new. */
const CHANGED = 50;

/**
 * Makes a repository with an approved mission of 20 lanes of 1,000 files each, by the commands that a user runs.
 *
 * `prepare` is a line for bash that puts everything back; `plain` a program that does with Git alone what the merge
 * needs of it.
 */
export function makeMergeFixture(root) {
  const folder = path.join(root, 'merging');
  const lanes = Array.from({ length: LANES }, (_, at) => laneOf(at));
  const runner = runnerIn(folder);
  const mission = plan(runner, lanes);
  const workspaces = lanes.map((lane) => deliver(runner, mission, lane));
  runner.git('gc', '--quiet');
  const saved = path.join(root, 'merging.saved');
  mkdirSync(saved);
  execFileSync('cp', ['-a', '.git', 'kitty-specs', saved], { cwd: folder });
  const start = runner.git('rev-parse', 'main');
  const plain = ['bash', script('plain-merge.sh'), start, ...workspaces];
  const prepare = ['bash', script('restore-merge.sh'), start, saved].map(quoted).join(' ');
  return { folder, mission, prepare, plain };
}

function script(name) {
  return path.join(ROOT, 'scripts', 'bench', name);
}

function laneOf(at) {
  const number = String(at + 1).padStart(2, '0');
  const files = Array.from({ length: FILES }, (_, file) => `parts/${number}/${file % 10}/file-${file}.js`);
  return { wp: `WP${number}`, owns: `parts/${number}/**`, old: files.slice(0, CHANGED), files };
}

function runnerIn(folder) {
  mkdirSync(folder);
  const run = ([program, ...args]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    folder,
    git: (...args) => run(['git', ...args]).trim(),
    kitty: (...args) => JSON.parse(run(cli(...args, '--json'))),
  };
}

/** Returns the mission's directory name. */
function plan({ folder, git, kitty }, lanes) {
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Bench');
  git('config', 'user.email', 'bench@example.invalid');
  write(
    folder,
    lanes.flatMap(({ old }) => old),
    'before',
  );
  kitty('init');
  const { mission_slug: mission } = kitty('agent', 'mission', 'create', 'many-lanes');
  const specs = path.join(folder, 'kitty-specs', mission);
  writeFileSync(path.join(specs, 'spec.md'), '# Specification\n\n- **FR-001**: Every part is there.\n');
  writeFileSync(path.join(specs, 'plan.md'), '# Plan\n\nOne lane for each part.\n');
  writeFileSync(path.join(specs, 'tasks.md'), lanes.map(({ wp }) => `## ${wp}: Part\n`).join('\n'));
  mkdirSync(path.join(specs, 'tasks'), { recursive: true });
  for (const lane of lanes) writeFileSync(path.join(specs, 'tasks', `${lane.wp}-part.md`), packageFile(lane));
  git('add', '--all');
  git('commit', '--quiet', '--message=Start');
  kitty('agent', 'mission', 'finalize-tasks', '--mission', mission);
  return mission;
}

/** Returns the lane's worktree. */
function deliver({ git, kitty }, mission, { wp, files }) {
  const of = ['--mission', mission];
  const { workspace_path: workspace } = kitty('agent', 'action', 'implement', wp, '--agent', 'ada', ...of);
  write(workspace, files, wp);
  git('-C', workspace, 'add', '--all');
  git('-C', workspace, 'commit', '--quiet', `--message=${wp}`);
  kitty('agent', 'tasks', 'move-task', wp, '--to', 'for_review', '--agent', 'ada', ...of);
  kitty('agent', 'action', 'review', wp, '--agent', 'bob', ...of);
  kitty('agent', 'tasks', 'move-task', wp, '--to', 'approved', '--agent', 'bob', '--note', 'fine', ...of);
  return workspace;
}

function write(folder, files, word) {
  for (const file of files) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `export const name = ${JSON.stringify(file)};\nexport const text = '${word}';\n`);
  }
}

function packageFile({ wp, owns }) {
  const front = { work_package_id: wp, title: 'Part', dependencies: [], requirement_refs: ['FR-001'] };
  const more = { owned_files: [owns], execution_mode: 'code_change', subtasks: [] };
  const lines = Object.entries({ ...front, ...more }).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  );
  return `---\n${lines.join('\n')}\n---\n\n# ${wp}\n`;
}
