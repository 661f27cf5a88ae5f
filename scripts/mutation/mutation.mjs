import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { FOLDERS } from './mutated-files.mjs';
import { belowGate, countMutants, mutationPage } from './mutation-table.mjs';

const EVIDENCE = path.join(ROOT, 'docs/evidence/mutation.json');
const PAGE = path.join(ROOT, 'docs/evidence/mutation.md');

/**
 * `npm run mutation [-- FOLDER...]`: mutates folders of the core, all unless named, and writes down what came of it.
 * With `--page` it only writes the page again.
 */
function main(named) {
  if (named.join() === '--page') {
    writeFileSync(PAGE, mutationPage(evidence()));
    return 0;
  }
  const unknown = named.filter((folder) => !FOLDERS.includes(folder));
  if (unknown.length > 0)
    throw new Error(`Not a folder to mutate: ${unknown.join(', ')}. There are: ${FOLDERS.join(', ')}.`);
  for (const folder of named.length > 0 ? named : FOLDERS) {
    mutate(folder);
    record(folder);
  }
  const low = belowGate(evidence());
  for (const { folder, score } of low) console.error(`${folder} is below the gate: ${score} %`);
  return low.length === 0 ? 0 : 1;
}

function mutate(folder) {
  const stryker = path.join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', 'scripts/mutation/stryker.config.mjs'], {
    cwd: ROOT,
    env: { ...process.env, MUTATION_FOLDER: folder },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`Stryker failed on ${folder}.`);
}

/** Replaces what is known of one folder, so that one can be run again alone. */
function record(folder) {
  const report = JSON.parse(readFileSync(path.join(ROOT, 'reports/mutation', `${folder}.json`), 'utf8'));
  const all = { ...evidence(), [folder]: countMutants(report) };
  writeFileSync(EVIDENCE, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(PAGE, mutationPage(all));
}

function evidence() {
  return existsSync(EVIDENCE) ? JSON.parse(readFileSync(EVIDENCE, 'utf8')) : {};
}

process.exitCode = main(process.argv.slice(2));
