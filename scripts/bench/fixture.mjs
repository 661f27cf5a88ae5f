import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { makeMergeFixture } from './merge-fixture.mjs';
import { syntheticMission } from './synthetic-mission.mjs';

const CORPUS = path.join(ROOT, '..', 'shared', 'corpus', 'missions');
const MISSIONS = 212;
const MANY_EVENTS = 100_000;

/** Old enough for caches that distrust a file which has just been written. */
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

/** The mission that commands are asked about, beside the many. */
const MISSION = { slug: 'invoice-export', number: 1000, packages: 6, events: 60 };

/**
 * Makes Git repositories below a temporary folder: that of {@link makeMergeFixture}, two with 212 missions and {@link MISSION}, one to read and one
 * to change, and one with a single mission of 100,000 events. The 212 are those of the corpus where it lies beside the
 * repository, else made up. `pristine` is a copy of the log that is changed.
 */
export function makeFixture({ withMerge }) {
  const root = mkdtempSync(path.join(tmpdir(), 'spec-kitty-bench-'));
  const repository = path.join(root, 'many');
  const moving = path.join(root, 'moving');
  const huge = path.join(root, 'huge');
  const hasCorpus = existsSync(CORPUS);
  for (const folder of [repository, moving]) {
    makeRepository(folder, [...(hasCorpus ? [] : synthetic()), MISSION], hasCorpus);
  }
  const log = path.join('kitty-specs', MISSION.slug, 'status.events.jsonl');
  const pristine = path.join(root, 'pristine.jsonl');
  cpSync(path.join(moving, log), pristine, { preserveTimestamps: true });
  makeRepository(huge, [{ ...MISSION, events: MANY_EVENTS }], false);
  return {
    repository,
    moving,
    huge,
    mission: MISSION.slug,
    log,
    pristine,
    cache: path.join('.git', 'spec-kitty', 'cache'),
    merging: withMerge ? makeMergeFixture(root) : undefined,
    usageFile: path.join(root, 'usage.txt'),
    source: hasCorpus ? 'the corpus' : 'made-up missions',
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function synthetic() {
  return Array.from({ length: MISSIONS }, (_, at) => ({
    slug: `${String(at + 1).padStart(3, '0')}-made-up`,
    number: at + 1,
    packages: 7,
    events: 60,
  }));
}

function makeRepository(folder, missions, withCorpus) {
  const specs = path.join(folder, 'kitty-specs');
  mkdirSync(specs, { recursive: true });
  if (withCorpus) cpSync(CORPUS, specs, { recursive: true });
  chmodSync(specs, 0o755);
  for (const mission of missions) {
    writeAll(path.join(specs, mission.slug), syntheticMission(mission));
  }
  writeAll(folder, { '.kittify/config.yaml': 'vcs:\n  type: git\n', 'README.md': '# Bench\n' });
  age(folder);
  const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Bench');
  git('config', 'user.email', 'bench@example.invalid');
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message=Missions');
}

function writeAll(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** The corpus may be read-only; its copy must not be. */
function age(file) {
  const isFolder = lstatSync(file).isDirectory();
  chmodSync(file, isFolder ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(file)) age(path.join(file, name));
  utimesSync(file, LONG_AGO, LONG_AGO);
}
