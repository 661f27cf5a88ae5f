import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const RECORD = fileURLToPath(new URL('record-run.cjs', import.meta.url));

/**
 * What people and agents call all day, the most frequent first: a module is kept as the first that needs it leaves it, as
 * V8 reads all of it back at each start, and what only others need costs these more than it saves those.
 */
const RUNS = [
  ['next'],
  ['agent', 'tasks', 'status', '--json'],
  ['status', '--all', '--json'],
  ['status'],
  ['agent', 'action', 'implement', 'WP01', '--agent', 'claude', '--json'],
  ['agent', 'tasks', 'move-task', 'WP01', '--to', 'blocked', '--agent', 'claude', '--note', 'waits'],
  ['auth', 'status'],
];

/**
 * Keeps with a build what V8 compiles of it while a small mission is worked on.
 *
 * @throws Error when one of the commands fails: the build would not work either.
 */
export function keepCompiled(dist) {
  const folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-compile-'));
  const project = path.join(folder, 'project');
  const env = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_STATE_HOME: folder,
    SPEC_KITTY_HOME: folder,
  };
  const run = (cwd, program, argv) =>
    execFileSync(process.execPath, [...program, ...argv], {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const unrecorded = [
    '-e',
    'require(process.argv[1]).main(process.argv.slice(2))',
    path.join(dist, 'main.cjs'),
  ];
  try {
    run(folder, unrecorded, ['demo', '--prepare', project, '--json']);
    // As on most days: what was read before is remembered, which nothing that has just changed is.
    const old = new Date(Date.now() - 3_600_000);
    for (const file of filesOf(path.join(project, 'kitty-specs'))) utimesSync(file, old, old);
    run(project, unrecorded, ['next']);
    for (const argv of RUNS) run(project, [RECORD, dist], argv);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}
