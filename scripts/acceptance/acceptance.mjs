import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { filesBelow } from '../source-files.mjs';
import { acceptancePage, idsOf } from './acceptance-page.mjs';

const PAGE = path.join(ROOT, 'docs/acceptance/auth.md');
const TABLES = path.join(ROOT, 'tests/acceptance');
const REPORT = path.join(ROOT, 'node_modules/.cache/acceptance.json');

/**
 * `npm run acceptance`: runs every test that is named by an acceptance id, and writes down what came of it.
 * With `--page` it only writes the page again, from the report of the last run.
 */
function main([option]) {
  if (option !== '--page') runTests();
  const report = readJson(REPORT);
  const { page, missing } = acceptancePage(report, {
    ids: readJson(path.join(TABLES, 'auth-ids.json')),
    superseded: readJson(path.join(TABLES, 'superseded.json')),
    root: ROOT,
  });
  writeFileSync(PAGE, page);
  for (const id of missing) console.error(`${id} is not shown by a test that passed.`);
  return missing.length === 0 ? 0 : 1;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function runTests() {
  const files = filesBelow('packages', 'tests').filter(
    (file) => file.endsWith('.test.ts') && idsOf(readFileSync(path.join(ROOT, file), 'utf8')).length > 0,
  );
  rmSync(REPORT, { force: true });
  const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
  spawnSync(
    process.execPath,
    [vitest, 'run', ...files, '--reporter=json', `--outputFile=${REPORT}`, '--reporter=default'],
    { cwd: ROOT, stdio: 'inherit' },
  );
}

process.exitCode = main(process.argv.slice(2));
