import { syncBuiltinESMExports } from 'node:module';
import type { FaultPlan } from '@spec-kitty/testkit/faults/fault-plan';
import { FaultInjector } from '@spec-kitty/testkit/faults/injector/fault-injector';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addNote } from '../annotations/add-note.ts';
import { finalizeMission } from '../finalize/finalize-mission.ts';
import { mergeMission } from './merge-mission.ts';
import { abortMerge, resumeMerge } from './pending-merge.ts';

const injector = new FaultInjector();
syncBuiltinESMExports();
const world = new MissionWorld();
const { repository, directory } = world;
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], { 'src/old.js': 'old\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'src/old.js': 'new\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

/** Where the merge is killed: before the target has moved, or between that and the events. */
const KILLED: Readonly<Record<string, FaultPlan>> = {
  'before the target moved': {
    kind: 'crash',
    at: 6,
    phase: 'before',
    within: { since: String.raw`/moves/merge-[^/]+\.json$`, until: '$^' },
  },
  'before the events': {
    kind: 'crash',
    at: 1,
    phase: 'before',
    within: { since: String.raw`/moves/merge-[^/]+\.json$`, until: String.raw`/journal/[^/]+\.jsonl$` },
  },
};

async function kill(point: string): Promise<void> {
  const plan = KILLED[point];
  if (!plan) throw new Error(point);
  world.reopen();
  injector.arm(point === 'before the events' ? await lastOf(plan) : plan);
  const merging = mergeMission(await world.workspace(), world.mergeRequest());
  await merging.then(
    () => expect.unreachable('it was not killed'),
    () => undefined,
  );
  expect(await injector.disarm()).toMatchObject({ fired: true });
  world.reopen();
}

/** The last call of the stretch is the one that opens the journal. */
async function lastOf(plan: FaultPlan): Promise<FaultPlan> {
  injector.arm({ kind: 'none', ...('within' in plan && plan.within && { within: plan.within }) });
  await mergeMission(await world.workspace(), world.mergeRequest());
  const { effects } = await injector.disarm();
  world.restore();
  return { ...plan, at: effects } as FaultPlan;
}

async function pendingMission() {
  const workspace = await world.workspace();
  return { workspace, ...(await workspace.view(directory)) };
}

const PENDING = {
  code: 'MERGE_PENDING',
  hints: [expect.stringMatching(/merge --resume --mission .+ or undo it with .+merge --abort/)],
};

describe.each(Object.keys(KILLED))('while a merge killed %s is pending', (point) => {
  test('what would spoil its end is refused, and it can be undone and finished all the same', async () => {
    const before = repository.git('for-each-ref') + repository.git('status', '--porcelain');
    await kill(point);
    const half = repository.git('for-each-ref') + repository.git('status', '--porcelain');
    const plan = repository.read(`${world.folder}/plan.md`);
    const finalize = {
      mission: directory,
      actor: 'test',
      targetBranch: undefined,
      validateOnly: false,
      commit: true,
    };
    const refused: readonly (() => Promise<unknown>)[] = [
      () => world.move('WP01', 'planned', { agent: 'codex', feedback: 'anew' }),
      () => world.move('WP01', 'done', { doneOverrideReason: 'landed', force: true, note: 'landed' }),
      () => world.merge({ dryRun: true }),
      () => world.merge({ destination: 'branch' }),
      () => world.merge({ destination: 'landed' }),
      () => world.merge({ strategy: 'rebase' }),
      async () => (await (await world.workspace()).commits()).requirePossible(directory),
      async () => {
        repository.write({ [`${world.folder}/plan.md`]: '# Another plan\n' });
        await finalizeMission(await world.workspace(), finalize);
      },
      async () => {
        const { workspace, mission } = await pendingMission();
        const integrator = await workspace.integrator({
          ...mission,
          missionId: 'another',
          directory: 'another',
        });
        const own = await (await workspace.integrator(mission)).pending();
        if (own) await integrator.apply(own.landing);
      },
    ];
    for (const [index, verb] of refused.entries()) {
      await expect(verb(), String(index)).rejects.toMatchObject(PENDING);
      repository.write({ [`${world.folder}/plan.md`]: plan });
    }
    expect(repository.git('for-each-ref') + repository.git('status', '--porcelain')).toBe(half);

    await abortMerge(await world.workspace(), { mission: directory });
    expect(repository.git('for-each-ref') + repository.git('status', '--porcelain')).toBe(before);
    await world.move('WP01', 'planned', { agent: 'codex', feedback: 'anew' });
  });

  test('reading goes on, with the announcement; a note waits, as the last commit of the log is made', async () => {
    await kill(point);
    const note = async () =>
      addNote(await world.workspace(), { mission: directory, wp: 'WP01', note: 'seen', actor: 'ada' });
    await expect(note()).rejects.toMatchObject(PENDING);
    expect(await world.lanes()).toEqual({ WP01: 'approved' });
    expect(world.warnings).toContainEqual(expect.stringContaining('was interrupted'));
    const request = { mission: directory, keepWorktrees: false, keepBranches: false };
    await resumeMerge(await world.workspace(), request);
    expect(await world.lanes()).toEqual({ WP01: 'done' });
    expect(repository.git('status', '--porcelain')).toBe('');
  });
});

test('another mission hears of it before its own merge is made and validated', async () => {
  await kill('before the target moved');
  const { workspace, mission } = await pendingMission();
  const other = await workspace.integrator({ ...mission, missionId: 'another' });
  const prepare = () => expect.unreachable('it was made');
  const ports = withChanges(workspace, { integrator: async () => withChanges(other, { prepare }) });
  for (const dryRun of [true, false])
    await expect(mergeMission(ports, world.mergeRequest({ dryRun }))).rejects.toMatchObject(PENDING);
});
