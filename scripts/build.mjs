import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keepCompiled } from './compile/compile.mjs';
import { isMain } from './is-main.mjs';
import { ROOT } from './repository-root.mjs';
import { stage } from './run-stage.mjs';
import { filesBelow } from './source-files.mjs';

/** What the program is built from and to; paths are relative to the repository. */
export const PRODUCT = {
  entry: 'packages/cli/src/main.ts',
  outDir: 'packages/cli/dist',
  stamp: '.cache/build.json',
  package: 'packages/cli',
  /** What the program shows of itself, so that nothing has to be loaded to show it. */
  help: 'help.txt',
};

/** The same of the server. */
export const SERVER = {
  entry: 'packages/server/src/main.ts',
  outDir: 'packages/server/dist',
  stamp: '.cache/build-server.json',
  package: 'packages/server',
};

/**
 * Half the bytes, 0.5 ms less for `--help` and 3 ms less for a command that reads YAML; the names of functions
 * and classes cost nothing measurable and make the stack in a bug report readable.
 */
const MINIFY = {
  compress: { keepNames: { function: true, class: true } },
  mangle: { keepNames: true },
  codegen: true,
};

/**
 * What the command tree itself and the report of a failure need: without a chunk of its own it would bring the kernel
 * into every start.
 */
const START =
  /packages\/(?:core\/src\/fault|local\/src\/clock\/|core\/src\/board\/stale-limits|core\/src\/recovery\/kept-days|core\/src\/project\/merge-strategy|core\/src\/matrices\/issue-verdicts|core\/src\/rollout\/(?:rollout-gate|is-switched-on)|cli\/src\/(?:build-context|report-failure|render\/printable|commands\/orchestrator-api\/contract\/(?:contract-code|envelope|report-in-envelope)))/;

/**
 * Modules that every command on a mission loads, kept in one chunk: thirty small files cost 5 ms more than one.
 * What only some commands need, such as the YAML parser or Git, stays outside.
 */
const KERNEL = new RegExp(
  [
    'packages/protocol/src/',
    'packages/core/src/(?:counted|instant|parse-instant)\\.ts',
    'packages/core/src/status/(?:rows/(?:decode-|json-value)|reduce|package-state|fold-|snapshot|board|acceptance|latest-)',
    'packages/core/src/next/(?:decide-next|ask-next|next-packages|open-decisions)',
    'packages/core/src/log/(?:derive-log|abandonment)',
    'packages/core/src/mission/(?:clarifications|decisions|mission-number|mission-types|readiness|resolve-handle|substance|target-branch)',
    'packages/core/src/planning/tasks-md/(?:markdown-lines|without-code)',
    'packages/core/src/listed\\.ts',
    'packages/core/src/ports/',
    'packages/local/src/(?:cache|event-log|workspace)/',
    'packages/local/src/repository/repository\\.ts',
    'packages/local/src/missions/(?:checkout-|journaled-|known-|load-work-packages|parse-meta|resolution-|summarize-)',
    'packages/local/src/pending-merges/unfinished-merge',
    'packages/local/src/project/checkout-project',
    'packages/local/src/files/',
    'packages/cli/src/render/(?:overrides|under-way)',
  ].join('|'),
);

/** What every command that moves a package loads. */
const WORK =
  /packages\/core\/src\/(?:few|work\/|move\/|log\/row-writer|status\/(?:decide-|explain-|plan-hops|transitions)|mission\/(?:find-package|require-branch)|execution-lanes\/(?:glob|lane-|read-lanes|branch-names))/;

/** What a mission's planning files say, for a command that finds nothing remembered about them. */
const PLANNING =
  /packages\/core\/src\/(?:mission\/package-texts|planning\/(?:work-package|dependency-graph|parse-wps-yaml|tasks-md\/parse))/;

/**
 * Bundles the CLI into CommonJS with one chunk per dynamic import, unless nothing it is made from
 * has changed since the last time.
 *
 * Returns `{ built, inputs, outputs, bundled }`: whether it had to build, a hash of the inputs, the files
 * written, and the folders of the third-party packages that ended up inside.
 *
 * @throws Error when the bundler fails or only warns.
 */
export async function build({ force = false, ...given } = {}) {
  // Only the program itself has a help, and is run to see what it needs.
  const target = given.entry ? { package: PRODUCT.package, ...given } : PRODUCT;
  if (!existsSync(path.join(ROOT, target.entry))) throw new Error(`There is no ${target.entry} to build.`);
  const inputs = inputHash(target.entry);
  const last = readStamp(target.stamp);
  if (!force && last?.inputs === inputs && last.outputs.every((file) => existsSync(path.join(ROOT, file)))) {
    return { built: false, ...last };
  }
  const chunks = await bundle(target);
  const outputs = writeOutput(target, chunks);
  const done = { inputs, outputs, bundled: bundledPackages(chunks) };
  const stampFile = path.join(ROOT, target.stamp);
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(done, null, 2));
  return { built: true, ...done };
}

async function bundle({ entry, package: folder }) {
  // Loaded here, because `npm start` reads this file before anything is installed.
  const { rolldown } = await import('rolldown');
  const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
  const warnings = [];
  const bundler = await rolldown({
    cwd: ROOT,
    input: { main: path.join(ROOT, entry) },
    platform: 'node',
    external: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
    transform: {
      target: 'node20.19',
      define: {
        SPEC_KITTY_VERSION: JSON.stringify(manifest.version),
        TEAMSPACE_VERSION: JSON.stringify(manifest.version),
      },
    },
    onLog: (level, log) => level === 'warn' && warnings.push(log.message),
  });
  try {
    const { output } = await bundler.generate({
      format: 'cjs',
      exports: 'named',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name].cjs',
      comments: { legal: true },
      minify: MINIFY,
      codeSplitting: {
        groups: [
          { name: 'start', test: START, priority: 2 },
          { name: 'kernel', test: KERNEL, priority: 1 },
          { name: 'planning', test: PLANNING, priority: 1 },
          { name: 'work', test: WORK, priority: 1 },
        ],
      },
    });
    if (warnings.length > 0) throw new Error(`The bundler warned:\n${warnings.join('\n')}`);
    return output;
  } finally {
    await bundler.close();
  }
}

/** Replaces the folder in one step at the end, so that a failed build leaves the old one in place. */
function writeOutput({ outDir, help }, chunks) {
  const final = path.join(ROOT, outDir);
  const fresh = `${final}.${process.pid}`;
  try {
    fill(fresh, chunks, help);
    rmSync(final, { recursive: true, force: true });
    renameSync(fresh, final);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  const names = [...chunks.map(({ fileName }) => fileName), ...(help ? [help] : [])];
  return names.map((name) => path.posix.join(outDir, name)).toSorted();
}

function fill(fresh, chunks, help) {
  for (const chunk of chunks) {
    const file = path.join(fresh, chunk.fileName);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, chunk.type === 'chunk' ? chunk.code : chunk.source);
  }
  if (help) {
    writeFileSync(path.join(fresh, help), helpOf(path.join(fresh, 'main.cjs')));
    keepCompiled(fresh);
  }
}

function helpOf(main) {
  return execFileSync(process.execPath, ['-e', 'require(process.argv[1]).main(["--help"])', main]);
}

/** Folders of the packages whose modules are in the chunks, the bundler itself for its run-time part. */
function bundledPackages(chunks) {
  const modules = chunks.flatMap((chunk) => chunk.moduleIds ?? []);
  const folders = modules.map((id) => {
    if (id.includes('rolldown/runtime')) return 'node_modules/rolldown';
    const relative = path.relative(ROOT, id).replaceAll(path.sep, '/');
    return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(relative)?.[0];
  });
  return [...new Set(folders.filter((folder) => folder !== undefined))].toSorted();
}

function inputHash(entry) {
  const hash = createHash('sha256');
  const sources = filesBelow('packages').filter((file) => /\/src\/|\/package\.json$/.test(file));
  const product = sources.filter((file) => !file.endsWith('.test.ts'));
  const makers = [...filesBelow('scripts/compile'), 'scripts/build.mjs', 'packages/cli/bin/run-compiled.cjs'];
  // What V8 compiles is for the same V8 alone.
  hash.update(process.versions.v8);
  for (const file of ['package-lock.json', ...makers, entry, ...product]) {
    const content = readFileSync(path.join(ROOT, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function readStamp(file) {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
  } catch {
    return undefined; // Absent or torn: either way the answer is to build.
  }
}

if (isMain(import.meta.url)) {
  await stage('build', async () => {
    for (const product of [PRODUCT, SERVER]) {
      const { built, outputs } = await build({ ...product, force: process.argv.includes('--force') });
      console.log(`${product.package}: ${built ? `wrote ${outputs.length} files.` : 'nothing has changed.'}`);
    }
  });
}
