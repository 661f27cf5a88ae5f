import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import type { FaultPlan } from '@spec-kitty/testkit/faults/fault-plan';
import { FaultInjector } from '@spec-kitty/testkit/faults/injector/fault-injector';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { mergeMission } from './merge-mission.ts';
import { abortMerge, resumeMerge } from './pending-merge.ts';

/** Of the cases, every so many are run; 1 runs all of them, which takes minutes. */
const STEP = Number(process.env['SPEC_KITTY_MEANWHILE_STEP'] ?? 47);

const injector = new FaultInjector();
syncBuiltinESMExports();
const world = new MissionWorld();
const { repository, missionId } = world;
const MERGED = ['src/a.js', 'src/b.js', 'src/gone.js', 'src/old.js'];
const within = { since: String.raw`/moves/merge-[^/]+\.json$`, until: '$^' };

/** From the record of the merge to its end, in steps of one change of the disk. */
let steps = 0;
let before = '';

beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
    ],
    { 'src/old.js': 'old\n', 'src/gone.js': 'gone\n', 'notes.txt': 'notes\n', 'more.txt': 'more\n' },
  );
  repository.git('switch', '--quiet', '--create', 'other');
  repository.commit('Elsewhere', { 'src/old.js': 'elsewhere\n', 'else.txt': 'else\n' });
  repository.git('switch', '--quiet', 'main');
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'src/old.js': 'new\n' });
  await world.claim('WP02');
  rmSync(path.join(world.lane('lane-b'), 'src/gone.js'));
  world.work('lane-b', { 'src/b.js': 'b\n' });
  await world.approve('WP02');
  await world.accept();
  // Work of the user's own that has nothing to do with it.
  repository.write({ 'notes.txt': 'staged\n', 'loose.txt': 'loose\n' });
  repository.git('add', 'notes.txt');
  repository.write({ 'more.txt': 'changed\n' });
  before = repository.git('rev-parse', 'main');
  world.save();
  world.restore();
  injector.arm({ kind: 'none', within });
  await world.merge();
  steps = (await injector.disarm()).effects;
}, 60_000);
afterAll(() => {
  for (const folder of readdirSync(path.dirname(repository.base)))
    if (folder.startsWith(`${path.basename(repository.base)}.at-`))
      rmSync(path.join(path.dirname(repository.base), folder), { recursive: true });
  world.dispose();
});

/** What the user does meanwhile, and which of their texts must be there afterwards. */
const MEANWHILE: Readonly<
  Record<string, { readonly run: () => void; readonly keeps?: Record<string, string> }>
> = {
  nothing: {
    run: () => undefined,
    keeps: { 'loose.txt': 'loose\n', 'more.txt': 'changed\n', 'notes.txt': 'staged\n' },
  },
  'git reset --hard': { run: () => git('reset', '--hard'), keeps: { 'loose.txt': 'loose\n' } },
  'git clean -fd': { run: () => git('clean', '-fd'), keeps: { 'more.txt': 'changed\n' } },
  'git stash': { run: () => git('stash'), keeps: { 'loose.txt': 'loose\n' } },
  'git stash -u': { run: () => git('stash', '--include-untracked') },
  'git checkout -b': {
    run: () => git('checkout', '-b', 'side'),
    keeps: { 'loose.txt': 'loose\n', 'more.txt': 'changed\n' },
  },
  'git switch other': { run: () => git('switch', 'other'), keeps: { 'loose.txt': 'loose\n' } },
  'git commit': {
    run: () => git('commit', '--message', 'mine'),
    keeps: { 'more.txt': 'changed\n', 'notes.txt': 'staged\n' },
  },
  'git commit of one file': {
    run: () => git('commit', '--message', 'mine', '--', 'more.txt'),
    keeps: { 'more.txt': 'changed\n' },
  },
  'rm of a merged file': { run: () => rmSync(path.join(repository.root, 'src/old.js'), { force: true }) },
  'rm of a folder, and a file in its place': {
    run: () => {
      rmSync(path.join(repository.root, 'src'), { recursive: true, force: true });
      repository.write({ src: 'mine\n' });
    },
    keeps: { src: 'mine\n' },
  },
  'an edit of merged files': {
    run: () => repository.write({ 'src/old.js': 'mine\n', 'src/a.js': 'mine, too\n' }),
    keeps: { 'src/old.js': 'mine\n', 'src/a.js': 'mine, too\n' },
  },
  'git add of an edited merged file': {
    run: () => {
      repository.write({ 'src/old.js': 'mine\n' });
      git('add', 'src/old.js');
    },
    keeps: { 'src/old.js': 'mine\n', ':src/old.js': 'mine\n' },
  },
  'git add of another file': {
    run: () => {
      repository.write({ 'extra.txt': 'extra\n' });
      git('add', 'extra.txt');
    },
    keeps: { ':extra.txt': 'extra\n', ':notes.txt': 'staged\n' },
  },
};

/** What people do after a kill; Git tells them to remove its lock, and may refuse. */
function git(...args: string[]): void {
  try {
    repository.git(...args);
  } catch {
    // As it stood with the merge, that was not possible.
  }
}

const ENDINGS: Readonly<Record<string, () => Promise<unknown>>> = {
  abort: async () => abortMerge(await world.workspace(), { mission: world.directory }),
  resume: async () =>
    resumeMerge(await world.workspace(), {
      mission: world.directory,
      keepWorktrees: false,
      keepBranches: false,
    }),
  merge: async () => mergeMission(await world.workspace(), world.mergeRequest()),
};

/** Puts the repository to where a merge was killed at a step; the first time, kills it there. */
async function killAt(step: number): Promise<void> {
  const kept = `${repository.base}.at-${step}`;
  if (existsSync(kept)) {
    rmSync(repository.base, { recursive: true, force: true });
    cpSync(kept, repository.base, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  } else {
    world.restore();
    injector.arm({ kind: 'crash', at: step, phase: 'before', within } satisfies FaultPlan);
    const merging = mergeMission(await world.workspace(), world.mergeRequest());
    await merging.catch(() => undefined);
    expect(await injector.disarm()).toMatchObject({ fired: true });
    cpSync(repository.base, kept, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
  world.reopen();
}

const isPending = () =>
  existsSync(path.join(repository.root, '.git/spec-kitty/moves', `merge-${missionId}.json`));

/** Ends the merge as asked; a refusal must name what does end it. */
async function end(ending: string): Promise<readonly string[]> {
  const said: string[] = [];
  for (let verb: string | undefined = ending; verb !== undefined && said.length < 3;) {
    world.reopen();
    const asked: string = verb;
    verb = undefined;
    try {
      await ENDINGS[asked]?.();
      said.push(`${asked}: ok`);
    } catch (error) {
      said.push(`${asked}: ${error instanceof Fault ? error.code : String(error)}`);
      if (error instanceof Fault && isPending())
        verb = /merge --(resume|abort)/.exec(error.hints.join(' '))?.[1];
    }
  }
  return said;
}

/** A path that is as it was before the merge, in the checkout and in the index, or is what its HEAD has. */
function isTakenBack(file: string): boolean {
  return ['diff', 'diff --cached'].every(
    (how) => repository.git(...how.split(' '), '--name-only', before, '--', file) === '',
  );
}

function textAt(name: string): string | undefined {
  try {
    return name.startsWith(':')
      ? `${repository.git('show', name)}\n`
      : readFileSync(path.join(repository.root, name), 'utf8');
  } catch {
    return undefined;
  }
}

test('whatever is done to a checkout meanwhile, an interrupted merge comes to an end, and nothing of the user is lost', async () => {
  // The closer to its beginning, the more there is that can be between two states.
  const points = [1, 3, 5, 7, 9, 12, 15, 18, 21, 24, 28, 32, 40, 60, 100, 140, 170, steps].filter(
    (at) => at <= steps,
  );
  const cases = points.flatMap((step) =>
    Object.keys(MEANWHILE).flatMap((name) => Object.keys(ENDINGS).map((ending) => ({ step, name, ending }))),
  );
  const failures: string[] = [];
  for (const one of cases.filter((_, at) => at % STEP === STEP - 1)) {
    const { label, wrong } = await tryCase(one);
    if (process.env['SPEC_KITTY_MEANWHILE_SHOWN']) console.log(label);
    failures.push(...wrong.map((what) => `${label}: ${what}`));
  }
  expect(failures).toEqual([]);
}, 3_600_000);

test('a merge that was killed before its target moved does not go on past a file that was edited since', async () => {
  await killAt(7);
  rmSync(path.join(repository.root, '.git/index.lock'), { force: true });
  const merged = readFileSync(path.join(repository.root, 'src/old.js'));
  repository.write({ 'src/old.js': 'mine\n' });
  for (const ending of ['resume', 'merge'])
    await expect(ENDINGS[ending]?.()).rejects.toMatchObject({
      code: 'CHECKOUT_WOULD_LOSE_CHANGES',
      details: { paths: ['src/old.js'] },
    });
  expect(repository.git('rev-parse', 'main')).toBe(before);
  expect(textAt('src/old.js')).toBe('mine\n');
  repository.write({ 'src/old.js': merged.toString() });
  expect(await end('resume')).toEqual(['resume: ok']);
  expect(repository.git('show', 'main:src/old.js')).toBe('new');
});

async function tryCase({ step, name, ending }: { step: number; name: string; ending: string }) {
  const action = MEANWHILE[name];
  if (!action) throw new Error(name);
  await killAt(step);
  const wasPending = isPending();
  rmSync(path.join(repository.root, '.git/index.lock'), { force: true });
  const left = new Map(MERGED.map((file) => [file, textAt(file)]));
  action.run();
  const untouched = MERGED.filter((file) => textAt(file) === left.get(file));
  const kept = Object.entries(action.keeps ?? {}).filter(([file, text]) => textAt(file) === text);
  const said = await end(ending);
  const isUndone = wasPending && said.at(-1) === 'abort: ok';
  const wrong = [
    ...(isPending() ? ['is pending for ever'] : []),
    ...(/GIT_FAILED|Error/.test(said.join(' ')) ? ['a raw failure'] : []),
    ...kept.filter(([file, text]) => textAt(file) !== text).map(([file]) => `${file} is ${textAt(file)}`),
    ...(isUndone && !isBack(untouched) ? ['is not undone'] : []),
  ];
  return { label: `step ${step} of ${steps}, ${name}, ${said.join(', ')}`, wrong };
}

function isBack(files: readonly string[]): boolean {
  const [main, branch] = [repository.git('rev-parse', 'main'), repository.git('branch', '--show-current')];
  return (
    main === before &&
    (branch !== 'main' || files.every(isTakenBack)) &&
    repository.git('for-each-ref', 'refs/spec-kitty/moving', 'refs/spec-kitty/backup') === ''
  );
}
