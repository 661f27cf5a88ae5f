import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { unfinishedMerge } from '@spec-kitty/local/pending-merges/open-merges';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acceptMission } from '../accept/accept-mission.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { explainMerge } from '../conflicts/explain-merge.ts';
import { mergeMission } from './merge-mission.ts';
import { abortMerge, resumeMerge } from './pending-merge.ts';

// Two lanes with approved work; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
    ],
    { 'src/old.js': 'old\n' },
  );
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'src/old.js': 'new\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

/** Stands for a process that is killed: what comes after it does not happen. */
class Killed extends Error {}

const die = (): never => {
  throw new Killed();
};

/** Points at which a merge can end, as ports of which one call does not return. */
const POINTS: Readonly<Record<string, (ports: MergePorts) => MergePorts>> = {
  'before the target moves': (ports) => withIntegrator(ports, { apply: async () => die() }),
  'after the target moved and before the events': (ports) =>
    withChanges(ports, {
      log: withChanges(ports.log, {
        append: (mission, purpose, decide) =>
          ports.log.append(mission, purpose, async (log, text) => {
            const decided = await decide(log, text);
            return decided.rows.length > 0 ? die() : decided;
          }),
      }),
    }),
  'after the events and before meta.json': (ports) =>
    withChanges(ports, { files: withChanges(ports.files, { rewrite: die }) }),
  'before the lanes are retired': (ports) => {
    let asked = 0;
    return withChanges(ports, {
      lanes: async () => {
        asked += 1;
        return asked === 1 ? ports.lanes() : die();
      },
    });
  },
  'before the record is removed': (ports) => withIntegrator(ports, { forget: die }),
};

function withIntegrator(
  ports: MergePorts,
  changes: Partial<Awaited<ReturnType<MergePorts['integrator']>>>,
): MergePorts {
  return withChanges(ports, {
    integrator: async (mission) => withChanges(await ports.integrator(mission), changes),
  });
}

test.each(Object.keys(POINTS))(
  'a merge killed %s is finished by the next run, and the checkout is clean',
  async (point) => {
    await world.accept();
    const before = repository.git('rev-parse', 'main');
    const killing = POINTS[point];
    if (!killing) throw new Error(point);
    await expect(mergeMission(killing(await world.workspace()), world.mergeRequest())).rejects.toBeInstanceOf(
      Killed,
    );

    world.reopen();
    const merged = await world.merge();
    expect([merged.commit, merged.since]).toEqual([repository.git('rev-parse', 'main'), null]);
    expect(merged.plan.completes).toEqual(['WP01', 'WP02']);
    expect(
      repository.git('log', '--first-parent', '--format=%s', `${before}..main`).split('\n'),
    ).toHaveLength(2);
    expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
    expect([repository.git('status', '--porcelain'), repository.read('src/old.js')]).toEqual(['', 'new\n']);
    expect([world.hasLane('lane-a'), repository.git('branch', '--list', 'kitty/*')]).toEqual([false, '']);
    expect(
      existsSync(path.join(repository.root, '.git/spec-kitty/moves', `merge-${world.missionId}.json`)),
    ).toBe(false);

    const { laneEvents, lifecycle } = await (await world.workspace()).log.read(world);
    expect(laneEvents.filter(({ to_lane: to }) => to === 'done')).toHaveLength(2);
    expect(lifecycle.filter((row) => row['event_type'] === 'MissionMerged')).toHaveLength(1);
    await expect(world.merge()).rejects.toThrow('Nothing was merged: nothing');
  },
);

test.each(Object.keys(POINTS))(
  'a merge killed %s leaves the files of another branch as they are, also when it is finished',
  async (point) => {
    await world.accept();
    repository.git('switch', '--quiet', '--create', 'elsewhere');
    const killing = POINTS[point];
    if (!killing) throw new Error(point);
    const killed = mergeMission(killing(await world.workspace()), world.mergeRequest());
    // Elsewhere nobody rewrites meta.json, so nothing is killed there.
    await killed.catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
    world.reopen();
    await mergeMission(await world.workspace(), world.mergeRequest());
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
  },
);

test('without a commit the events are not on the target, and are not lost either', async () => {
  await world.accept();
  const killing = POINTS['after the target moved and before the events'];
  if (!killing) throw new Error('no such point');
  const request = world.mergeRequest({ commit: false });
  await expect(mergeMission(killing(await world.workspace()), request)).rejects.toBeInstanceOf(Killed);
  world.reopen();
  await world.merge({ commit: false });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
  expect(repository.git('diff', '--name-only').split('\n')).toEqual(
    ['meta.json', 'status.events.jsonl', 'status.json'].map((name) => `${world.folder}/${name}`),
  );
});

test.each(['after the events and before meta.json', 'before the record is removed'])(
  'killed %s, it is recorded, so that only finishing it is advised',
  async (point) => {
    await world.accept();
    const killed = mergeMission((POINTS[point] ?? die)(await world.workspace()), world.mergeRequest());
    await expect(killed).rejects.toBeInstanceOf(Killed);
    world.reopen();
    const workspace = await world.workspace();
    expect(unfinishedMerge(workspace.repository, world.missionId)).toBe('recorded');
    const asked: readonly (() => Promise<unknown>)[] = [
      () => mergeMission(workspace, world.mergeRequest({ dryRun: true })),
      () => explainMerge(workspace, { mission: world.directory }),
    ];
    const advice = expect.stringMatching(/merge --resume(?!.*--abort)/);
    for (const ask of asked)
      await expect(ask()).rejects.toMatchObject({ code: 'MERGE_PENDING', hints: [advice] });
    expect(world.warnings).toEqual([advice]);
  },
);

test('of a merge that came to its end, nobody is told to merge it', async () => {
  await world.accept();
  await world.merge();
  for (const end of [resume, abort])
    await expect(end()).rejects.toMatchObject({
      code: 'NO_MERGE_PENDING',
      hints: [`\`spec-kitty merge --mission ${world.directory}\` says where it is merged already.`],
    });
});

test('a user who works on after an interrupted merge loses nothing by the next run', async () => {
  await world.accept();
  const killing = POINTS['after the events and before meta.json'];
  if (!killing) throw new Error('no such point');
  await expect(mergeMission(killing(await world.workspace()), world.mergeRequest())).rejects.toBeInstanceOf(
    Killed,
  );
  repository.write({ 'src/old.js': 'mine\n', 'notes.txt': 'mine\n' });
  repository.git('add', 'notes.txt');
  world.reopen();
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe('A  notes.txt\n M src/old.js');
  expect(repository.read('src/old.js')).toBe('mine\n');
});

test('an acceptance killed after its event is described and committed by the next run', async () => {
  const workspace = await world.workspace();
  const killing = withChanges(workspace, { files: withChanges(workspace.files, { rewrite: die }) });
  const request = { mission: world.directory, actor: 'ada', mode: 'local', commit: true } as const;
  await expect(acceptMission(killing, request)).rejects.toBeInstanceOf(Killed);
  world.reopen();
  const accepted = await world.accept();
  expect(accepted).toMatchObject({
    already: true,
    committed: true,
    commit: repository.git('rev-parse', 'main'),
  });
  expect(JSON.parse(repository.read(`${world.folder}/meta.json`))).toMatchObject({
    accepted_at: accepted.at,
    accepted_by: 'ada',
  });
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(await world.accept()).toMatchObject({ ...accepted, committed: false });
});

test('what others write into meta.json while a mission is merged stays', async () => {
  await world.accept();
  const file = `${world.folder}/meta.json`;
  const note = (key: string) =>
    repository.write({ [file]: JSON.stringify({ ...JSON.parse(repository.read(file)), [key]: 'kept' }) });
  const ports = await world.workspace();
  const meanwhile = withChanges(ports, {
    integrator: async (mission) => {
      const integrator = await ports.integrator(mission);
      return withChanges(integrator, {
        prepare: async (order) => {
          const made = await integrator.prepare(order);
          note('purpose_tldr');
          return made;
        },
      });
    },
    log: withChanges(ports.log, {
      append: async (mission, purpose, decide) => {
        const value = await ports.log.append(mission, purpose, decide);
        if (repository.git('log', '-1', '--format=%s', 'main').startsWith('Record')) note('friendly_name');
        return value;
      },
    }),
  });
  await mergeMission(meanwhile, world.mergeRequest());
  expect(JSON.parse(repository.git('show', `main:${file}`))).toMatchObject({
    mission_number: 1,
    purpose_tldr: 'kept',
  });
  expect(JSON.parse(repository.read(file))).toMatchObject({
    mission_number: 1,
    purpose_tldr: 'kept',
    friendly_name: 'kept',
  });
});

test('a record that cannot be read is named, and holds up nothing but its merge', async () => {
  await world.accept();
  const killing = POINTS['after the target moved and before the events'];
  if (!killing) throw new Error('no such point');
  const killed = mergeMission(killing(await world.workspace()), world.mergeRequest());
  await expect(killed).rejects.toBeInstanceOf(Killed);
  const record = path.join(repository.root, '.git/spec-kitty/moves', `merge-${world.missionId}.json`);
  const whole = JSON.parse(readFileSync(record, 'utf8')) as { note: string; move: object };
  const damaged = [
    '',
    '{"move":',
    JSON.stringify({ ...whole, move: { ...whole.move, branch: undefined } }),
    JSON.stringify({ ...whole, note: '{"mission":' }),
    JSON.stringify({ ...whole, note: JSON.stringify({ ...JSON.parse(whole.note), note: '{}' }) }),
  ];
  const request = { mission: world.directory, keepWorktrees: false, keepBranches: false };
  for (const text of damaged) {
    writeFileSync(record, text);
    world.reopen();
    const unreadable = { code: 'RECORD_UNREADABLE', details: { path: record } };
    await expect(world.merge(), text).rejects.toMatchObject(unreadable);
    await expect(resumeMerge(await world.workspace(), request)).rejects.toMatchObject(unreadable);
    await expect(abortMerge(await world.workspace(), request)).rejects.toMatchObject(unreadable);
    expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
  }
  writeFileSync(record, JSON.stringify(whole));
  await world.merge();
});

/** A merge killed once the target has moved, of which an abort knows nothing yet. */
async function killOnTarget(): Promise<string> {
  await world.accept();
  const before = repository.git('rev-parse', 'main');
  const killing = POINTS['after the target moved and before the events'];
  if (!killing) throw new Error('no such point');
  const merging = mergeMission(killing(await world.workspace()), world.mergeRequest());
  await expect(merging).rejects.toBeInstanceOf(Killed);
  world.reopen();
  return before;
}

const abort = async () => abortMerge(await world.workspace(), { mission: world.directory });
const resume = async () =>
  resumeMerge(await world.workspace(), {
    mission: world.directory,
    keepWorktrees: false,
    keepBranches: false,
  });

test('a merge whose target was taken elsewhere is ended, and nobody says that it was undone', async () => {
  const before = await killOnTarget();
  const tip = repository.git('rev-parse', `${before}~1`);
  repository.git('update-ref', 'refs/heads/main', tip);
  const elsewhere = { code: 'TARGET_MOVED', hints: [expect.stringMatching('merge --abort --mission')] };
  await expect(resume()).rejects.toMatchObject(elsewhere);
  await expect(world.merge()).rejects.toMatchObject(elsewhere);
  await expect(abort()).rejects.toMatchObject({ code: 'MERGE_GIVEN_UP', details: { before, tip, left: [] } });
  await expect(abort()).rejects.toMatchObject({
    code: 'NO_MERGE_PENDING',
    hints: [`\`spec-kitty merge --mission ${world.directory}\` begins one once it is ready.`],
  });
  expect(repository.git('rev-parse', 'main')).toBe(tip);
  expect(repository.read('src/old.js')).toBe('old\n');
});

test('an abort names the files of the merge that somebody has edited or staged since, and takes back the rest', async () => {
  const before = await killOnTarget();
  repository.write({ 'src/old.js': 'mine\n', 'src/b.js': 'staged\n' });
  repository.git('add', 'src/b.js');
  const left = [{ checkout: repository.root, paths: ['src/b.js', 'src/old.js'] }];
  await expect(abort()).rejects.toMatchObject({
    code: 'MERGE_GIVEN_UP',
    message: `The merge of ${world.directory} is ended, and undone but for what somebody has changed since; this stays: src/b.js, src/old.js in ${repository.root}`,
    hints: [
      `Compare with what was there before: \`git -C ${repository.root} diff ${before} -- src/b.js src/old.js\`.`,
      `Run \`spec-kitty merge --mission ${world.directory}\` to merge again.`,
    ],
    details: { tip: before, left },
  });
  expect(repository.git('status', '--porcelain', '--', 'src')).toBe('A  src/b.js\n M src/old.js');
});

test('an abort names what a commit took along, and keeps the old tips', async () => {
  const before = await killOnTarget();
  repository.git('update-ref', 'refs/heads/main', before);
  repository.git('commit', '--quiet', '--message', 'mine', '--', 'src/old.js');
  const tip = repository.git('rev-parse', 'main');
  const left = [{ checkout: repository.root, paths: ['src/old.js'] }];
  await expect(abort()).rejects.toMatchObject({ code: 'MERGE_GIVEN_UP', details: { tip, left } });
  expect(repository.git('status', '--porcelain', '--', 'src')).toBe('');
  expect([repository.read('src/old.js'), existsSync(path.join(repository.root, 'src/a.js'))]).toEqual([
    'new\n',
    false,
  ]);
  expect(repository.git('rev-parse', `refs/spec-kitty/backup/${world.missionId}/target`)).toBe(before);
});

test('on top of a commit of somebody the merge is not undone but finished', async () => {
  await killOnTarget();
  const tip = repository.commit('mine', { 'src/old.js': 'mine\n' });
  await expect(abort()).rejects.toMatchObject({
    code: 'TARGET_MOVED',
    hints: [expect.stringMatching('merge --resume --mission')],
  });
  // It took along the mission's files as the checkout had them before the events.
  const uncommitted = ['meta.json', 'status.events.jsonl', 'status.json'].map(
    (name) => `${world.folder}/${name}`,
  );
  expect(await resume()).toMatchObject({ since: { tip, uncommitted } });
  expect([repository.git('rev-parse', 'main'), repository.read('src/old.js')]).toEqual([tip, 'mine\n']);
  expect(repository.git('status', '--porcelain').split('\n')).toHaveLength(uncommitted.length);
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test.each(['merge', 'merge --landed'])(
  'after the record of an interrupted merge was removed, `%s` brings the mission to where the target has it',
  async (command) => {
    await killOnTarget();
    rmSync(path.join(repository.root, '.git/spec-kitty/moves', `merge-${world.missionId}.json`));
    const destination = command === 'merge' ? undefined : 'landed';
    await mergeMission(await world.workspace(), world.mergeRequest({ destination }));
    expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
    expect(JSON.parse(repository.read(`${world.folder}/meta.json`))).toMatchObject({ mission_number: 1 });
    expect(repository.git('status', '--porcelain')).toBe('');
  },
);

test('a lock of ours that protects no merge is removed by the next command, and told; one that does is named', async () => {
  const lock = path.join(repository.root, '.git/index.lock');
  const leave = () => writeFileSync(lock, 'spec-kitty process 1 is changing this checkout\n');
  leave();
  await world.openIn(repository.root);
  expect([existsSync(lock), world.warnings.splice(0)]).toEqual([
    false,
    [`Removed the lock that a killed command had left: ${lock}`],
  ]);
  await killOnTarget();
  leave();
  await world.openIn(repository.root);
  expect([existsSync(lock), world.warnings.at(-1)]).toEqual([
    true,
    `Until then, Git changes nothing there: ${lock}`,
  ]);
  await resume();
  expect(existsSync(lock)).toBe(false);
});
