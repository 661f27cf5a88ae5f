import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from './is-main.mjs';
import { npmCommand } from './npm-command.mjs';
import { ROOT } from './repository-root.mjs';
import { run, stage } from './run-stage.mjs';

/** Folder whose lock file pins the other Node versions that tests run on. */
export const NODES = path.join(ROOT, 'scripts', 'nodes');

/** Folder whose lock file pins the coding agents that `npm run test:agents` runs. */
export const AGENTS = path.join(ROOT, 'scripts', 'agents');

/** Tells whether this machine can run what is pinned in {@link NODES} and {@link AGENTS}. */
export const HAS_NODES = process.platform === 'linux' && process.arch === 'x64';

/**
 * Installs exactly what the folder's lock file says, unless that has already been done.
 *
 * The stamp lies in `node_modules`, so that whoever removes that folder removes it too.
 *
 * @throws Error when npm fails.
 */
export function installWhenStale(folder, { force = false, more = [] } = {}) {
  const stamp = path.join(folder, 'node_modules', '.spec-kitty-install');
  const wanted = fingerprint(folder);
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  const code = run([...npmCommand(), 'ci', '--no-audit', '--no-fund', ...more], { cwd: folder });
  if (code !== 0) throw new Error(`npm ci in ${folder} failed with exit code ${code}.`);
  writeFileSync(stamp, wanted);
}

function fingerprint(folder) {
  const lock = createHash('sha256').update(readFileSync(path.join(folder, 'package-lock.json')));
  return `${lock.digest('hex')} node${process.versions.node.split('.')[0]} ${process.platform}-${process.arch}\n`;
}

/** Installs the workspace and, where they run, the other Node versions. */
export function installForTests(options) {
  installWhenStale(ROOT, options);
  if (HAS_NODES) installWhenStale(NODES, options);
}

/** Installs the coding agents; they are large, and nothing in them has to be built. */
export function installAgents() {
  if (HAS_NODES) installWhenStale(AGENTS, { more: ['--ignore-scripts'] });
}

if (isMain(import.meta.url)) {
  await stage('install', () => installForTests({ force: process.argv.includes('--force') }));
  if (process.argv.includes('--agents')) await stage('install agents', installAgents);
}
