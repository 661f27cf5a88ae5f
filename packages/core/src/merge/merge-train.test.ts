import { appendFileSync } from 'node:fs';
import path from 'node:path';
import {
  fileOf as file,
  FIVE,
  laneAt as laneOf,
  NEEDS,
  packageId as id,
  TrainWorld,
} from '@spec-kitty/testkit/train-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { diagnoseMerge } from '../doctor/diagnose-merge.ts';
import { lostMerge } from '../merged/lost-merge.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { mergeMission } from './merge-mission.ts';

function trainWorld(): TrainWorld {
  const made = new TrainWorld();
  onTestFinished(() => made.world.dispose());
  return made;
}

const TWENTY = Array.from({ length: 20 }, (_, at) => id(at + 1));

// Twenty packages in as many lanes, approved and accepted, of which the thirteenth breaks the validation.
const twenty = new TrainWorld();
beforeAll(async () => {
  const { world } = twenty;
  await twenty.deliver(Object.fromEntries(TWENTY.map((wp) => [wp, wp === 'WP13' ? 'breaks\n' : `${wp}\n`])));
  await world.accept();
  world.save();
});
afterAll(() => twenty.world.dispose());

const AFTER = { WP01: 'done', WP02: 'planned', WP03: 'done', WP04: 'approved', WP05: 'done' };

// Five, of which the second breaks it, and the fourth needs the second.
const few = new TrainWorld();
beforeAll(async () => {
  await few.deliver(FIVE, NEEDS);
  await few.world.accept();
  few.world.save();
});
afterAll(() => few.world.dispose());

function five(): TrainWorld {
  few.world.restore();
  return few;
}

/** The same, with an integrator of which some methods are others. */
function withIntegrator(ports: MergePorts, changes: (own: Own) => Partial<Own>): MergePorts {
  return withChanges(ports, {
    integrator: async (mission) => {
      const own = await ports.integrator(mission);
      return withChanges(own, changes(own));
    },
  });
}

type Own = Awaited<ReturnType<MergePorts['integrator']>>;

test('of twenty packages the one that breaks it is found in six validations, nineteen land, and it lands once it is mended', async () => {
  const { world } = twenty;
  const { repository } = world;
  world.restore();
  const merged = await twenty.merge();
  const rest = TWENTY.filter((wp) => wp !== 'WP13');
  expect(merged.plan.completes).toEqual(rest);
  expect(merged.train).toEqual({
    sentBack: [
      {
        wp: 'WP13',
        reason: 'The merged result fails the validation with WP13, and passes without.',
        feedbackFile: `${world.folder}/tasks/WP13-package/review-cycle-1.md`,
      },
    ],
    waiting: [],
    unsteady: [],
    validations: twenty.validations.length,
  });
  // The last one is of what lands, and not of the search.
  expect(twenty.validations.at(-1)).toEqual({ names: rest.map((wp) => path.basename(file(wp))), bad: [] });
  expect(twenty.validations.length - 1).toBeLessThanOrEqual(6);
  expect(Object.entries(await world.lanes()).filter(([, lane]) => lane !== 'done')).toEqual([
    ['WP13', 'planned'],
  ]);
  expect(twenty.brokenTargets()).toEqual([]);
  expect(repository.git('ls-tree', '--name-only', 'main', 'src/').split('\n')).toEqual(rest.map(file));
  expect(repository.git('status', '--porcelain')).toBe('');
  expect([world.hasLane('lane-a'), world.hasLane('lane-m')]).toEqual([false, true]);
  const feedback = repository.git('show', `main:${world.folder}/tasks/WP13-package/review-cycle-1.md`);
  expect(feedback).toContain('reviewer_agent: "merge-train"');
  expect(feedback).toContain('    broken in .: wp13.js');
  expect(feedback).not.toContain(repository.base);
  const payload = { sent_back: ['WP13'], waiting: [], without_acceptance: false, unsteady_validations: 0 };
  expect(await twenty.rows('MissionMerged')).toMatchObject([payload]);

  // It is done again, and lands in a second merge; what was merged is watched meanwhile.
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  expect(askNext(view, 'claude')).toMatchObject({ kind: 'step', action: 'implement', wp: 'WP13' });
  expect(view.state.packages.get('WP13')).toMatchObject({
    implementers: ['claude'],
    lastRejection: {
      reviewer: 'merge-train',
      feedbackPath: `${world.folder}/tasks/WP13-package/review-cycle-1.md`,
    },
  });
  // Nobody takes the part for the whole.
  await expect(world.merge()).rejects.toMatchObject({
    code: 'MISSION_NOT_READY',
    details: { incomplete_wps: ['WP13'] },
  });
  const lanes = () => workspace.lanes();
  expect(await lostMerge(lanes, view)).toBeUndefined();
  const landed = repository.git('rev-parse', 'main');
  repository.git('reset', '--quiet', '--hard', 'main~2');
  expect((await lostMerge(lanes, view))?.packages).toEqual(TWENTY.filter((wp) => wp !== 'WP13'));
  repository.git('reset', '--quiet', '--hard', landed);

  await world.deliver('WP13', 'lane-m', { [file('WP13')]: 'mended\n' });
  const open = await workspace.view(world.directory);
  expect(askNext(open, 'claude')).toMatchObject({ kind: 'step', action: 'accept' });
  expect(await diagnoseMerge(workspace, open.mission)).toEqual([]);
  await expect(world.merge()).rejects.toMatchObject({ code: 'ACCEPTANCE_REQUIRED' });
  await world.accept();
  const second = await twenty.merge();
  expect([second.plan.completes, second.train, twenty.validations.length]).toEqual([['WP13'], null, 1]);
  expect(new Set(Object.values(await world.lanes()))).toEqual(new Set(['done']));
  expect(repository.git('show', `main:${file('WP13')}`)).toBe('mended');
  expect([twenty.brokenTargets(), repository.git('status', '--porcelain')]).toEqual([[], '']);
  expect(await lostMerge(lanes, await workspace.view(world.directory))).toBeUndefined();
  expect(world.hasLane('lane-m')).toBe(false);
});

test('what needs a culprit waits as it is, and lands with it', async () => {
  const made = five();
  const { world } = made;
  await made.merge();
  expect(await world.lanes()).toEqual(AFTER);
  expect(world.hasLane('lane-d')).toBe(true);
  await world.deliver('WP02', 'lane-b', { [file('WP02')]: 'mended\n' });
  await world.accept();
  expect((await made.merge()).plan.completes).toEqual(['WP02', 'WP04']);
  expect(new Set(Object.values(await world.lanes()))).toEqual(new Set(['done']));
  expect([world.repository.git('show', 'main:src/wp02.js'), made.brokenTargets()]).toEqual(['mended', []]);
});

// By the others its commits would not be on the target, and what lies on top of them would bring them again.
test.each([
  ['merge', ['WP01', 'WP03'], ['WP02']],
  ['squash', ['WP03'], ['WP01', 'WP02']],
  ['rebase', ['WP03'], ['WP01', 'WP02']],
] as const)(
  'by %s, of a lane with a culprit on top %j land, and later %j',
  async (strategy, first, second) => {
    const made = trainWorld();
    const { world } = made;
    await made.plan([
      { id: 'WP01', owns: ['src/**'] },
      { id: 'WP02', owns: ['src/**'], dependencies: ['WP01'] },
      { id: 'WP03', owns: ['lib/**'] },
    ]);
    await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    await world.deliver('WP02', 'lane-a', { 'src/a.js': 'breaks\na\n', 'src/b.js': 'b\n' });
    await world.deliver('WP03', 'lane-b', { 'lib/c.js': 'c\n' });
    await world.accept();
    const merged = await made.merge({ strategy });
    expect([merged.plan.completes, merged.train?.sentBack.map(({ wp }) => wp)]).toEqual([first, ['WP02']]);
    const { repository } = world;
    expect(world.hasLane('lane-a')).toBe(true);
    // As the feedback says: what has landed is there to see the failure with.
    await world.claim('WP02');
    world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
    world.work('lane-a', { 'src/a.js': 'a mended\n' });
    await world.approve('WP02');
    await world.accept();
    expect((await made.merge({ strategy })).plan.completes).toEqual(second);
    expect([repository.git('show', 'main:src/a.js'), repository.git('show', 'main:src/b.js')]).toEqual([
      'a mended',
      'b',
    ]);
    expect([made.brokenTargets(), repository.git('status', '--porcelain')]).toEqual([[], '']);
  },
);

test('of two that only fail together, the one that was approved later goes back', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.plan([1, 2, 3, 4].map((at) => ({ id: id(at), owns: [file(id(at))] })));
  for (const at of [4, 3, 2, 1])
    await world.deliver(id(at), laneOf(at), { [file(id(at))]: at === 4 || at === 2 ? 'odd\n' : 'x\n' });
  await world.accept();
  await made.merge();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'planned', WP03: 'done', WP04: 'done' });
  const feedback = world.repository.read(`${world.folder}/tasks/WP02-package/review-cycle-1.md`);
  expect(feedback).toContain('wp02.js with wp04.js');
  expect(feedback).toContain(
    'WP04, WP03 are on main now: `git merge main` in the lane shows the failure there.',
  );
});

test('a validation that fails once and passes on the same files throws nothing out, and is told', async () => {
  const made = five();
  const { world } = made;
  await world.move('WP02', 'in_progress', { agent: 'claude', force: true, note: 'to mend it' });
  world.work('lane-b', { [file('WP02')]: 'mended\n' });
  await world.approve('WP02');
  await world.accept();
  made.strike(1);
  const merged = await made.merge();
  expect(new Set(Object.values(await world.lanes()))).toEqual(new Set(['done']));
  const packages = ['WP01', 'WP03', 'WP04', 'WP05', 'WP02'].toSorted();
  expect(merged.train).toMatchObject({
    sentBack: [],
    waiting: [],
    unsteady: [{ output: 'broken in .: bad luck' }],
  });
  expect(merged.train?.unsteady[0]?.packages.toSorted()).toEqual(packages);
  expect(await made.rows('MissionMerged')).toMatchObject([{ sent_back: [], unsteady_validations: 1 }]);
});

test('a target that fails by itself sends nobody back', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.plan(
    [1, 2, 3].map((at) => ({ id: id(at), owns: [file(id(at))] })),
    { 'src/old.js': 'breaks\n' },
  );
  for (const at of [1, 2, 3]) await world.deliver(id(at), laneOf(at), { [file(id(at))]: 'x\n' });
  await world.accept();
  const before = world.repository.git('rev-parse', 'main');
  await expect(made.merge()).rejects.toMatchObject({
    code: 'TARGET_FAILS_VALIDATION',
    details: { target_branch: 'main', output: 'broken in .: old.js' },
  });
  expect([world.repository.git('rev-parse', 'main'), await world.lanes()]).toEqual([
    before,
    { WP01: 'approved', WP02: 'approved', WP03: 'approved' },
  ]);
});

test('for a pull request nothing is proposed until all of it is good, and the culprit goes back', async () => {
  const made = five();
  const { world } = made;
  const before = world.repository.git('rev-parse', 'main');
  await expect(made.merge({ destination: 'branch' })).rejects.toMatchObject({
    code: 'BREAKS_VALIDATION',
    message: 'The merged result fails the validation with WP02, which is planned again; nothing was merged.',
    details: {
      sent_back: [
        {
          wp_id: 'WP02',
          reason: expect.stringContaining('WP02'),
          feedback_file: `${world.folder}/tasks/WP02-package/review-cycle-1.md`,
        },
      ],
      waiting: ['WP04'],
    },
  });
  expect(world.repository.git('rev-parse', 'main')).toBe(before);
  expect(await made.rows('MergeProposed')).toEqual([]);
  await world.deliver('WP02', 'lane-b', { [file('WP02')]: 'mended\n' });
  await world.accept();
  const workspace = await world.workspace();
  const proposed = await mergeMission(workspace, world.mergeRequest({ train: true, destination: 'branch' }));
  expect(proposed).toMatchObject({ kind: 'proposed', train: null });
});

test('where everything rests on the culprit, it goes back and the rest waits', async () => {
  const made = trainWorld();
  const { world } = made;
  await made.plan([
    { id: 'WP01', owns: [file('WP01')] },
    { id: 'WP02', owns: [file('WP02')], dependencies: ['WP01'] },
  ]);
  await world.deliver('WP01', 'lane-a', { [file('WP01')]: 'breaks\n' });
  await world.deliver('WP02', 'lane-b', { [file('WP02')]: 'x\n' });
  await world.accept();
  await expect(made.merge()).rejects.toMatchObject({
    code: 'BREAKS_VALIDATION',
    details: { waiting: ['WP02'] },
  });
  expect(await world.lanes()).toEqual({ WP01: 'planned', WP02: 'approved' });
  expect(await made.rows('MissionMerged')).toEqual([]);
  await world.deliver('WP01', 'lane-a', { [file('WP01')]: 'mended\n' });
  await world.accept();
  await made.merge();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('without being asked, nothing is divided; on another branch there is no place for feedback', async () => {
  const made = five();
  const { world } = made;
  for (const more of [{ train: undefined }, { train: true, dryRun: true }]) {
    await expect(made.merge(more)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(made.validations).toHaveLength(1);
  }
  world.repository.git('switch', '--quiet', '--create', 'elsewhere');
  await expect(made.merge()).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  world.repository.git('switch', '--quiet', 'main');
  appendFileSync(path.join(world.repository.root, '.kittify/config.yaml'), 'merge:\n  train: true\n');
  world.repository.git('commit', '--quiet', '--all', '--message', 'as a train');
  world.reopen();
  await made.merge({ train: undefined });
  expect(await world.lanes()).toEqual(AFTER);
});

test('a package that somebody moves while its train is made stops it', async () => {
  const made = five();
  const { world } = made;
  const before = world.repository.git('rev-parse', 'main');
  let seen = 0;
  const ports = withIntegrator(await world.workspace(), (own) => ({
    validate: async (...given) => {
      seen += 1;
      if (seen === 3) await world.move('WP02', 'canceled', { agent: 'eve', note: 'not wanted' });
      return own.validate(...given);
    },
  }));
  const merging = mergeMission(ports, world.mergeRequest({ train: true }));
  await expect(merging).rejects.toMatchObject({ code: 'PACKAGE_MOVED', details: { wp_id: 'WP02' } });
  expect(world.repository.git('rev-parse', 'main')).toBe(before);
});
