import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { featureCycles } from './feature-cycles.mjs';
import { ROOT } from './repository-root.mjs';
import { seconds } from './run-stage.mjs';
import { folderProblems, sourceProblems } from './source-rules.mjs';
import { staleNotices } from './packaging/third-party-notices.mjs';

/** Every stage returns what is wrong as text; nothing wrong is the empty string. */
const STAGES = {
  types: () => failureOf('ts7/bin/tsc', '-p', '.', '--pretty', 'false'),
  lint: () => failureOf('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--format', 'unix'),
  format: () => failureOf('oxfmt/bin/oxfmt', '--list-different', '.'),
  boundaries,
  unused: () => failureOf('knip/bin/knip.js', '--no-progress'),
  sources,
  guard,
  notices: () => staleNotices(),
};

function node(script, ...args) {
  const result = spawnSync(process.execPath, [path.join('node_modules', script), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (result.error) throw result.error;
  return result;
}

function failureOf(script, ...args) {
  const { status, stdout, stderr } = node(script, ...args);
  return status === 0 ? '' : `${stdout}${stderr}`.trim() || `It failed with exit code ${status}.`;
}

/** Packages whose folders are features, none of which comes back to itself through others. */
const WITHOUT_CYCLES = /^packages\/(?:core|local)\//;

/** A cruiser that cannot read TypeScript reports no violations in no modules, so the modules are counted. */
function boundaries() {
  const folders = ['packages', 'scripts', 'tests'].filter((folder) => existsSync(path.join(ROOT, folder)));
  const { stdout, stderr } = node(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ...folders,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
  );
  if (!stdout.startsWith('{')) return stderr.trim() || 'It printed no report.';
  const { modules, summary } = JSON.parse(stdout);
  if (!modules.some(({ source }) => /^packages\/\w+\/src\/.*\.ts$/.test(source)))
    return 'It found no TypeScript module, so it proved nothing.';
  const violations = summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`);
  const imports = modules
    .filter(({ source }) => WITHOUT_CYCLES.test(source))
    .map(({ source, dependencies }) => ({ source, targets: dependencies.map(({ resolved }) => resolved) }));
  return [...violations, ...featureCycles(imports)].join('\n');
}

/** Checks what is or will be committed: tracked files, and those that are neither tracked nor ignored. */
function sources() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
  const problems = files.flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    return text.includes('\0') ? [] : sourceProblems(file, text);
  });
  return [...folderProblems(files), ...problems].join('\n');
}

/** The product's own rule, by the product: what signs in, keeps sessions, locks and redacts loses no failure unsaid. */
async function guard() {
  await build();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['packages/cli/bin/spec-kitty.cjs', 'review', 'guard', '--json'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0 && !stdout.startsWith('{')) return stderr.trim() || `It failed with exit code ${status}.`;
  const { error, file_count: files, findings = [] } = JSON.parse(stdout);
  if (error !== undefined) return error;
  if (files === 0) return 'It examined no file, so it proved nothing.';
  return findings
    .map(
      ({ file, line, column, construct, source, hint }) =>
        `${file}:${line}:${column}  ${construct}  ${source}\n    ${hint}`,
    )
    .join('\n');
}

/** A stage that cannot run has found something, too. */
async function problemsFrom(find) {
  try {
    return await find();
  } catch (error) {
    return error.message;
  }
}

/** Runs every stage, also after one has failed, and returns how many found something. */
async function check() {
  let failed = 0;
  for (const [name, find] of Object.entries(STAGES)) {
    const start = performance.now();
    const problems = await problemsFrom(find);
    if (problems !== '') failed += 1;
    console.log(`${problems === '' ? 'ok  ' : 'FAIL'} ${name} (${seconds(performance.now() - start)})`);
    if (problems !== '') console.log(problems.replaceAll(/^/gm, '     '));
  }
  return failed;
}

process.exitCode = (await check()) === 0 ? 0 : 1;
