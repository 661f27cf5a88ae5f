import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli } from '../measure.mjs';

/** Part of the circle by which points that are put on it one after the other never meet. */
const GOLDEN = 0.618;

/**
 * Makes a finalized mission whose packages depend on nothing and own a file each, with a script for each of them.
 *
 * @param together whether all take equally long; else from half as long to one and a half times, evenly.
 */
export function makeRunFixture(root, { packages, sleepMs, together = true }) {
  const folder = path.join(root, 'project');
  const scripts = path.join(root, 'scripts');
  for (const one of [folder, scripts]) mkdirSync(one);
  const env = { ...process.env, SPEC_KITTY_SCRIPT: scripts, SPEC_KITTY_STATE_DIR: path.join(root, 'state') };
  const run = ([program, ...args]) =>
    execFileSync(program, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const git = (...args) => run(['git', ...args]).trim();
  const kitty = (...args) => JSON.parse(run(cli(...args, '--json')));

  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Bench');
  git('config', 'user.email', 'bench@example.invalid');
  kitty('init');
  const { mission_slug: mission } = kitty('agent', 'mission', 'create', 'many-agents');
  const specs = path.join(folder, 'kitty-specs', mission);
  const all = Array.from({ length: packages }, (_, at) => `WP${String(at + 1).padStart(2, '0')}`);
  mkdirSync(path.join(specs, 'tasks'), { recursive: true });
  writeFileSync(path.join(specs, 'spec.md'), '# Specification\n\n- **FR-001**: Every part is there.\n');
  writeFileSync(path.join(specs, 'plan.md'), '# Plan\n\nOne package for each part.\n');
  writeFileSync(path.join(specs, 'tasks.md'), all.map((wp) => `## ${wp}: Part\n`).join('\n'));
  for (const [at, wp] of all.entries()) {
    const ms = Math.round(sleepMs * (together ? 1 : 0.5 + ((at * GOLDEN) % 1)));
    writeFileSync(path.join(specs, 'tasks', `${wp}-part.md`), packageFile(wp));
    const attempts = [{ message: `${wp}: part`, files: { [`parts/${wp}.js`]: `export const ${wp} = 1;\n` } }];
    writeFileSync(path.join(scripts, `${wp}.json`), JSON.stringify({ attempts, ms }));
  }
  git('add', '--all');
  git('commit', '--quiet', '--message=Start');
  kitty('agent', 'mission', 'finalize-tasks', '--mission', mission);
  return { folder, mission, env };
}

function packageFile(wp) {
  return [
    '---',
    `work_package_id: ${wp}`,
    'title: Part',
    'dependencies: []',
    'requirement_refs: [FR-001]',
    `owned_files: ["parts/${wp}.*"]`,
    'execution_mode: code_change',
    'subtasks: []',
    '---',
    '',
    `# ${wp}: Part`,
    '',
    'Make the part.',
    '',
  ].join('\n');
}
