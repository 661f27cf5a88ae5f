import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { run } from '../run-stage.mjs';

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/**
 * Runs a test that kills, and keeps what it has counted as docs/evidence/<name>.json and .md, unless the sources differ from
 * the commit.
 *
 * @param prefix of the variables by which the test is told how many kills, by what seed, and where to write its result.
 * @returns the exit code.
 */
export function keepKills({ test, name, prefix, kills, seed, env = {}, textOf }) {
  const isClean = git('status', '--porcelain', '--', 'packages', 'scripts') === '';
  const commit = git('rev-parse', 'HEAD');
  const load = loadavg()[0].toFixed(1);
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  const file = path.join(folder, 'result.json');
  const told = { [`${prefix}_KILLS`]: kills, [`${prefix}_SEED`]: seed ?? commit, [`${prefix}_RESULT`]: file };
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', test];
  const code = run(vitest, { env: { ...process.env, ...env, ...told } });
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  if (code !== 0 || !result) return code || 1;
  if (!isClean) {
    console.log('The sources differ from the commit, so docs/evidence/ stays as it is.');
    return 0;
  }
  const { versions, platform, arch } = process;
  const where = { commit, node: versions.node, platform: `${platform} ${arch}`, cores: cpus().length, load };
  const record = { ...where, ...result };
  const evidence = path.join(ROOT, 'docs', 'evidence', name);
  writeFileSync(`${evidence}.json`, `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(`${evidence}.md`, textOf(record));
  return 0;
}

/** Where and with what it was found. */
export function placeLines({ commit, node, platform, cores, load, seed }) {
  return [
    `- Commit: \`${commit}\`, Node ${node} on ${platform}, ${cores} cores, load before ${load}`,
    `- Seed: \`${seed}\``,
  ];
}
