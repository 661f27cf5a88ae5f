import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeLog, rawRows } from '@spec-kitty/core/status/rows/decode-log';
import { reduce } from '@spec-kitty/core/status/reduce';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { validateLog } from '@spec-kitty/core/status/rows/validate-log';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildContext } from '../../build-context.ts';
import { PACKAGES } from '../../demo-project/packages.ts';
import { resultDocument, resultText } from './result-text.ts';
import { type DemoResult, isDelivered, runDemo } from './run-demo.ts';

// What the demo says is compared with what Git and Node say of the repository that it left.

const place = new TempRepository();
let result: DemoResult;
let stderr = '';

/** Nobody's identity, settings that would get in the way, and what a hook or a test runner leaves in the environment. */
function noisyEnvironment() {
  const settings = path.join(place.base, 'gitconfig');
  const ignored = path.join(place.base, 'ignored');
  const unix = (file: string) => file.replaceAll('\\', '/');
  writeFileSync(ignored, 'bin/\n*.csv\n');
  writeFileSync(
    settings,
    `[commit]\n\tgpgSign = true\n[core]\n\texcludesFile = ${unix(ignored)}\n\tautocrlf = true\n\thooksPath = ${unix(place.base)}\n`,
  );
  writeFileSync(path.join(place.base, 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return {
    ...place.env,
    GIT_CONFIG_GLOBAL: settings,
    GIT_DIR: path.join(place.base, 'nowhere'),
    GIT_WORK_TREE: place.base,
    GIT_INDEX_FILE: path.join(place.base, 'index'),
    NODE_TEST_CONTEXT: 'child-v8',
    FORCE_COLOR: '1',
  };
}

function temporaryFolder(folder: string): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder);
}

function context(env: Readonly<Record<string, string>>) {
  return buildContext({
    cwd: place.base,
    env,
    interactive: true,
    stdout: () => undefined,
    stderr: (text) => void (stderr += text),
  });
}

beforeAll(async () => {
  temporaryFolder(place.base);
  result = await runDemo(context(noisyEnvironment()));
});

afterAll(() => {
  vi.unstubAllEnvs();
  place.dispose();
});

function git(...args: string[]): string {
  const run = spawnSync('git', ['-C', result.repository, ...args], { env: place.env, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout.replace(/\n$/, '');
}

function logText(): string {
  return readFileSync(
    path.join(result.repository, 'kitty-specs', result.mission, 'status.events.jsonl'),
    'utf8',
  );
}

/** Where the runs of the mission have their things. */
function runsFolder(): string {
  const runs = path.join(result.repository, '.git', 'spec-kitty', 'runs');
  return path.join(runs, readdirSync(runs)[0] ?? '');
}

function runRecords(): readonly { readonly kind: string; readonly how?: string }[] {
  const text = readFileSync(path.join(runsFolder(), 'run.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly kind: string });
}

function laneRows() {
  return decodeLog([{ text: logText(), file: 'log' }]).laneEvents;
}

test('main has the code of all packages, and its tests pass', () => {
  const files = git('ls-tree', '-r', '--name-only', 'main').split('\n');
  expect(files).toEqual(expect.arrayContaining(PACKAGES.flatMap(({ ownedFiles }) => ownedFiles)));
  const kept = '--glob=refs/spec-kitty/backup';
  const subjects = git('log', '--no-merges', '--format=%s', 'main', kept).split('\n');
  const attempts = PACKAGES.map(
    ({ id }) => subjects.filter((subject) => subject.startsWith(`${id}: `)).length,
  );
  expect(attempts).toEqual([2, 1, 1, 1, 1, 1]);
  const checked = spawnSync(process.execPath, ['scripts/check.mjs'], {
    cwd: result.repository,
    env: place.env,
    encoding: 'utf8',
  });
  expect(checked.status).toBe(0);
  expect(Number(/(?:#|ℹ) pass (\d+)/.exec(checked.stdout)?.[1])).toBe(24);
});

test('the program that was built works', () => {
  const program = path.join(result.repository, 'bin', 'tally.js');
  const sample = path.join(result.repository, 'data', 'expenses.csv');
  const { stdout, status } = spawnSync(process.execPath, [program, sample], {
    env: place.env,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout.split('\n').at(-2)).toMatch(/^Total +3,455\.14 +100\.0 %$/);
});

test('nothing is left over: one branch, one worktree, nothing uncommitted', () => {
  expect(git('status', '--porcelain', '--untracked-files=all')).toBe('');
  expect(git('branch', '--format=%(refname:short)')).toBe('main');
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  expect(git('fsck', '--no-dangling')).toBe('');
});

test('outside its folder the demo changes nothing', () => {
  expect(readdirSync(place.base).toSorted()).toEqual([
    'gitconfig',
    'home',
    'ignored',
    'pre-commit',
    'repository',
    path.basename(result.folder),
  ]);
  expect(readdirSync(place.home)).toEqual(['.gitconfig']);
  expect(readdirSync(result.folder).toSorted()).toEqual(['reviews', 'scripts', 'state', 'tally']);
});

test('the log is valid and says that all packages are done', () => {
  const folder = path.join(result.repository, 'kitty-specs', result.mission);
  const state = reduce(decodeLog([{ text: logText(), file: 'log' }]));
  expect(PACKAGES.map(({ id }) => state.packages.get(id)?.slot.lane)).toEqual(Array(6).fill('done'));
  const meta = JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8'));
  const findings = validateLog({
    rows: rawRows({ text: logText(), file: 'log' }),
    statusJson: JSON.parse(readFileSync(path.join(folder, 'status.json'), 'utf8')),
    snapshot: toSnapshot(state, meta),
  });
  expect(findings).toMatchObject({ schema: [], legality: [], evidence: [], drift: [] });
  expect(laneRows().every(({ force }) => !force)).toBe(true);
});

test('what was approved is what main has, and nobody approved their own work', () => {
  const rows = laneRows();
  for (const { id } of PACKAGES) {
    const own = rows.filter(({ wp_id: wp }) => wp === id);
    const approval = own.find(({ to_lane: to }) => to === 'approved');
    const commit = String(approval?.policy_metadata?.['commit']);
    const kept = git('for-each-ref', '--contains', commit, '--format=%(refname)', 'refs/spec-kitty/backup');
    const [lane = ''] = kept.split('\n');
    expect(lane).toContain('/lane-');
    expect(git('diff', lane, 'main', '--', ...git('diff', '--name-only', `main...${lane}`).split('\n'))).toBe(
      '',
    );
    const implementers = own.filter(({ to_lane: to }) => to === 'claimed').map(({ actor }) => actor);
    expect(implementers).not.toHaveLength(0);
    expect(implementers).not.toContain(approval?.actor);
  }
});

test('agents worked at the same time', () => {
  const held = new Set<string>();
  const most = laneRows().map(({ wp_id: wp, to_lane: to }) => {
    if (to === 'in_progress') held.add(wp);
    else held.delete(wp);
    return held.size;
  });
  expect(Math.max(...most)).toBeGreaterThanOrEqual(2);
});

test('the run was killed with agents at work, and gone on with to its end', () => {
  expect(result.run).toEqual({ killed: true, outcome: 'complete', reason: '' });
  const journal = runRecords();
  const kinds = journal.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'run_started' || kind === 'run_resumed')).toEqual([
    'run_started',
    'run_resumed',
  ]);
  expect(journal.filter(({ how }) => how === 'lost').length).toBeGreaterThan(0);
  const done = laneRows().filter(({ to_lane: to }) => to === 'done');
  expect(done.map(({ wp_id: wp }) => wp).toSorted()).toEqual(PACKAGES.map(({ id }) => id));
});

test('one review said no, to a mistake that is really there and really gone', async () => {
  const back = laneRows().filter(
    ({ to_lane: to, from_lane: from }) => to === 'planned' && from !== 'genesis',
  );
  expect(back.map(({ wp_id: wp, from_lane: from }) => [wp, from])).toEqual([['WP01', 'in_review']]);
  const { rejections } = resultDocument(result);
  expect(rejections).toHaveLength(1);
  const [rejection] = rejections;
  const read = async (commit: string) => {
    const file = path.join(result.folder, `money-${commit}.mjs`);
    writeFileSync(file, git('show', `${commit}:src/money.js`));
    return (await import(pathToFileURL(file).href)).parseAmount('0.29');
  };
  expect(await read(rejection?.rejected_commit ?? '')).toBe(28);
  expect(await read(rejection?.fixed_in ?? '')).toBe(29);
  expect(git('show', `main:${rejection?.feedback_file}`)).toContain('0.29 is read as 28 cents');
  const runs = runsFolder();
  // One that was about to be started when the run was killed has none.
  const prompts = readdirSync(runs)
    .map((name) => path.join(runs, name, 'prompt.md'))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
  expect(prompts.filter((text) => text.includes('0.29 is read as 28 cents')).length).toBeGreaterThan(0);
});

test('lanes hold code only, and main three commits of bookkeeping', () => {
  const own = git('log', '--no-merges', '--format=%an %s', 'main', '--', 'kitty-specs').split('\n');
  expect(own.map((line) => line.replace(result.mission, '<mission>'))).toEqual([
    'Spec Kitty Demo Record the merge of <mission>',
    'Spec Kitty Demo Accept <mission>',
    'Spec Kitty Demo Plan <mission>',
    'Spec Kitty Demo Start tally: a README, sample data and a check',
  ]);
});

test("the reviewers' tests can be run again on main", () => {
  const tests = readdirSync(result.reviews).filter((name) => name.endsWith('.test.mjs'));
  expect(tests).toHaveLength(6);
  for (const name of tests) {
    const run = spawnSync(process.execPath, [path.join(result.reviews, name)], {
      cwd: result.repository,
      env: place.env,
    });
    expect(run.status, name).toBe(0);
  }
});

test('the document and the page tell these facts', () => {
  expect(resultDocument(result)).toMatchObject({
    result: 'success',
    repository: result.repository,
    mission: result.mission,
    merged: true,
    validated: true,
    tests: { passed: 24, failed: 0 },
    review_tests: { passed: 7, failed: 0 },
    uncommitted: [],
    commits: git('log', '--first-parent', '--format=%h %s', 'main')
      .split('\n')
      .map((line) => ({
        commit: line.slice(0, line.indexOf(' ')),
        subject: line.slice(line.indexOf(' ') + 1),
      })),
  });
  const page = resultText(result);
  expect(page).toMatch(/^Delivered in \d+\.\d s: six work packages by agents in parallel/);
  expect(page).toContain('4586 of 100000 amounts are wrong; the first: 0.29 is read as 28 cents');
  expect(page).toContain(`git -C ${result.repository} log --graph --oneline`);
  expect(page).not.toContain('NO ');
  expect(page.split('\n').every((line) => line === line.trimEnd())).toBe(true);
});

test('each step is said on one line to a person who watches', () => {
  const lines = stderr.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(2 + 1 + 7 * 4);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

test.each<[string, (good: DemoResult) => DemoResult]>([
  ['a commit is missing', (good) => ({ ...good, git: { ...good.git, landed: 5 } })],
  ['the run waits', (good) => ({ ...good, run: { ...good.run, outcome: 'waiting' } })],
  ['a package is missing', (good) => ({ ...good, history: [], git: { ...good.git, landed: 0 } })],
  ['something is uncommitted', (good) => ({ ...good, git: { ...good.git, uncommitted: ['x.js'] } })],
  ['an agent committed bookkeeping', (good) => ({ ...good, git: { ...good.git, mixed: ['x'] } })],
  ['nothing was validated', (good) => ({ ...good, validated: false })],
  ['a test fails', (good) => ({ ...good, tests: { ...good.tests, ok: false } })],
  ['a test of a reviewer fails', (good) => ({ ...good, reviewTests: { ...good.reviewTests, ok: false } })],
  ['the program does not run', (good) => ({ ...good, printed: '' })],
])('it is no success when %s', (_, broken) => {
  expect(isDelivered(result)).toBe(true);
  expect(isDelivered(broken(result))).toBe(false);
  expect(resultDocument(broken(result)).result).toBe('failed');
  expect(resultText(broken(result))).toMatch(/^NOT delivered/);
});

test("the folder is the user's to keep", () => {
  expect(existsSync(path.join(result.repository, 'README.md'))).toBe(true);
  expect(resultDocument(result).delete).toBe(result.folder);
});

test('what speaks against a success is named', () => {
  const dirty = { ...result, git: { ...result.git, uncommitted: ['src/a.js', 'src/b.js'] } };
  expect(resultText(dirty)).toContain('  NO   the checkout is clean, but for src/a.js, src/b.js\n');
});

test('a temporary folder that does not exist is named', async () => {
  const missing = path.join(place.base, 'missing');
  temporaryFolder(missing);
  const refused = runDemo(context(place.env));
  await expect(refused).rejects.toMatchObject({
    code: 'TEMPORARY_FOLDER_MISSING',
    message: expect.stringContaining(missing),
  });
});

test('a demo that stops says where its folder is', async () => {
  temporaryFolder(place.base);
  stderr = '';
  await expect(runDemo(context({ ...place.env, PATH: place.home }))).rejects.toMatchObject({
    code: 'GIT_MISSING',
  });
  expect(stderr).toMatch(/^The demo stopped\. What it made is in .*spec-kitty-demo-/m);
});

test.each([
  ['nobody', 'UNKNOWN_AGENT'],
  ['codex', 'AGENT_UNUSABLE'],
])('an agent that cannot be run is said before anything is made: %s', async (agent, code) => {
  temporaryFolder(place.base);
  stderr = '';
  const before = readdirSync(place.base);
  await expect(runDemo(context({ ...place.env, PATH: place.home }), agent)).rejects.toMatchObject({ code });
  expect(readdirSync(place.base)).toEqual(before);
  expect(stderr).toBe('');
});

test('a demo that is interrupted says where its folder is, and ends as any command does', async () => {
  temporaryFolder(place.base);
  stderr = '';
  const around = context({ ...place.env, PATH: place.home });
  const heard = vi.fn<() => void>();
  process.once('SIGINT', heard);
  const stopped = runDemo(around).catch((error: unknown) => error);
  await vi.waitFor(() => expect(around.interruption.taken).toBeDefined());
  around.interruption.taken?.();
  expect(stderr).toMatch(/^The demo stopped\. What it made is in .*spec-kitty-demo-\S+$/m);
  expect(heard).toHaveBeenCalledOnce();
  expect(await stopped).toMatchObject({ code: 'GIT_MISSING' });
  expect(around.interruption.taken).toBeUndefined();
});
