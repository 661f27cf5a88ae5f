import { rmSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FinalizeRequest, finalizeMission } from './finalize-mission.ts';

// A mission that is finalized; most tests undo that first. Made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'], dependencies: ['WP01'] },
  ]);
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const request = (more: Partial<FinalizeRequest> = {}): FinalizeRequest => ({
  mission: world.directory,
  actor: 'test',
  targetBranch: undefined,
  validateOnly: false,
  commit: true,
  ...more,
});
const finalize = async (more: Partial<FinalizeRequest> = {}) =>
  finalizeMission(await world.workspace(), request(more));

/** Adds a package that is not finalized yet. */
function addPackage(id = 'WP03', owns = 'src/c.js'): void {
  repository.write({
    [`${world.folder}/tasks.md`]: `${repository.read(`${world.folder}/tasks.md`)}\n## ${id}: More\n`,
    [`${world.folder}/tasks/${id}-more.md`]: `---\nwork_package_id: ${id}\ntitle: More\ndependencies: []\nrequirement_refs: [FR-001]\nowned_files: ["${owns}"]\ncreate_intent: ["${owns}"]\nexecution_mode: code_change\nsubtasks: []\n---\n\n# More\n`,
  });
}

test("seeds packages, writes lanes.json and commits exactly the mission's files", async () => {
  expect(await world.lanes()).toEqual({ WP01: 'planned', WP02: 'planned' });
  repository.write({ 'README.md': 'staged\n', 'loose.txt': '' });
  repository.git('add', 'README.md');
  addPackage();
  const { plan, commit, view } = await finalize();
  expect([plan.seeds, commit]).toEqual([['WP03'], repository.git('rev-parse', 'main')]);
  expect(view.state.packages.get('WP03')?.slot.lane).toBe('planned');
  expect(repository.git('show', '--name-only', '--format=%B', 'HEAD')).toMatch(
    /^Plan pay-01KE6Z2V\n\nSpec-Kitty-Command: finalize-tasks\n/,
  );
  expect(repository.git('status', '--porcelain')).toBe('M  README.md\n?? loose.txt');
  expect(
    repository
      .git('diff', '--name-only', 'HEAD~1', 'HEAD')
      .split('\n')
      .every((file) => file.startsWith(world.folder)),
  ).toBe(true);
});

test('running it again changes nothing and commits nothing', async () => {
  const head = repository.git('rev-parse', 'HEAD');
  expect(await finalize()).toMatchObject({ commit: null, plan: { seeds: [], edits: [] } });
  expect([repository.git('rev-parse', 'HEAD'), repository.git('status', '--porcelain')]).toEqual([head, '']);
});

test('work that a review sent back stays in its lane when packages come before it', async () => {
  const lane = async (id: string) => (await world.claim(id, 'ada')).lane.laneId;
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  await world.move('WP02', 'planned', { agent: 'codex', feedback: 'No.' });
  const tasks = `${world.folder}/tasks.md`;
  addPackage('WP00');
  const sections = repository.read(tasks).split(/(?=^## )/m);
  repository.write({ [tasks]: [sections.pop(), ...sections].join('\n') });
  await finalize();
  expect([await lane('WP00'), await lane('WP02')]).toEqual(['lane-c', 'lane-b']);

  repository.write({
    [`${world.folder}/tasks/WP02-package.md`]: repository
      .read(`${world.folder}/tasks/WP02-package.md`)
      .replace('code_change', 'planning_artifact'),
  });
  await world.move('WP02', 'planned', { agent: 'ada', note: 'later' });
  await expect(finalize()).rejects.toMatchObject({ code: 'STARTED_WORK_WOULD_MOVE' });
});

test('--no-commit leaves the files for the user to commit', async () => {
  addPackage();
  expect((await finalize({ commit: false })).commit).toBeNull();
  expect(repository.git('status', '--porcelain', '--untracked-files=all').split('\n')).toEqual([
    ` M ${world.folder}/lanes.json`,
    ` M ${world.folder}/status.events.jsonl`,
    ` M ${world.folder}/status.json`,
    ` M ${world.folder}/tasks.md`,
    `?? ${world.folder}/tasks/WP03-more.md`,
  ]);
});

test('validating writes nothing, from any branch that has the plan', async () => {
  addPackage();
  repository.git('switch', '--quiet', '--create', 'elsewhere');
  const before = repository.git('status', '--porcelain');
  const { plan, commit } = await finalize({ validateOnly: true });
  expect([plan.seeds, commit, repository.git('status', '--porcelain')]).toEqual([['WP03'], null, before]);
});

test('a plan that is not sound writes nothing, and says what is wrong', async () => {
  addPackage('WP03', 'src/a.js');
  const before = repository.git('status', '--porcelain');
  await expect(finalize()).rejects.toMatchObject({
    kind: 'refused',
    hints: [expect.any(String), expect.stringContaining('finalize-tasks')],
  });
  expect([repository.git('status', '--porcelain'), await world.lanes()]).toEqual([
    before,
    { WP01: 'planned', WP02: 'planned' },
  ]);
});

test.each([
  ['another branch', ['--create', 'elsewhere']],
  ['a detached HEAD', ['--detach']],
])('on %s it names the target', async (_, args) => {
  addPackage();
  repository.git('switch', '--quiet', ...args);
  await expect(finalize()).rejects.toMatchObject({
    code: 'WRONG_BRANCH',
    hints: [expect.stringMatching(/git switch main.+`git -C <that worktree> switch --detach`/)],
  });
  expect(await world.lanes()).not.toHaveProperty('WP03');
});

test('another target branch is written into meta.json, and is the one that must be checked out', async () => {
  await expect(finalize({ targetBranch: 'release' })).rejects.toMatchObject({
    code: 'WRONG_BRANCH',
    details: { branch: 'release' },
  });
  repository.git('switch', '--quiet', '--create', 'release');
  const { commit, view } = await finalize({ targetBranch: 'release' });
  expect(view.mission.meta.target_branch).toBe('release');
  expect([repository.git('rev-parse', 'release'), repository.git('rev-parse', 'release~1')]).toEqual([
    commit,
    repository.git('rev-parse', 'main'),
  ]);
  expect(JSON.parse(repository.read(`${world.folder}/lanes.json`))).toMatchObject({
    target_branch: 'release',
  });
});

test('what others write into meta.json before the mission is locked stays', async () => {
  repository.git('switch', '--quiet', '--create', 'release');
  const workspace = await world.workspace();
  const file = `${world.folder}/meta.json`;
  const meanwhile = withChanges(workspace, {
    log: withChanges(workspace.log, {
      append: async (mission, purpose, decide) => {
        const meta = JSON.parse(repository.read(file));
        repository.write({ [file]: JSON.stringify({ ...meta, accepted_by: 'ada' }) });
        return workspace.log.append(mission, purpose, decide);
      },
    }),
  });
  await finalizeMission(meanwhile, request({ targetBranch: 'release' }));
  expect(JSON.parse(repository.read(file))).toMatchObject({ target_branch: 'release', accepted_by: 'ada' });
});

test('killed between files and events, or before its commit, it is finished by the next run', async () => {
  addPackage();
  const workspace = await world.workspace();
  const die = () => Promise.reject(new Error('killed'));
  const beforeEvents = withChanges(workspace, {
    log: withChanges(workspace.log, {
      append: (mission, purpose, decide) =>
        workspace.log.append(mission, purpose, async (log, text) => {
          await decide(log, text);
          return die();
        }),
    }),
  });
  for (const killing of [beforeEvents, withChanges(workspace, { commits: die })]) {
    await expect(finalizeMission(killing, request())).rejects.toThrow('killed');
  }
  world.reopen();
  const { commit } = await finalize();
  expect(commit).toBe(repository.git('rev-parse', 'main'));
  expect([await world.lanes(), repository.git('status', '--porcelain')]).toEqual([
    { WP01: 'planned', WP02: 'planned', WP03: 'planned' },
    '',
  ]);
});

test('without its files a mission cannot be finalized', async () => {
  rmSync(path.join(repository.root, world.folder), { recursive: true });
  await expect(finalize()).rejects.toMatchObject({
    code: 'MISSION_NOT_ON_BRANCH',
    hints: [
      expect.stringContaining('git restore'),
      expect.stringContaining('sparse-checkout'),
      expect.any(String),
    ],
  });
});

test('whatever part of its rows a power cut has left, the next run adds the rest and says nothing twice', async () => {
  const journal = `.git/spec-kitty/journal/${world.missionId}.jsonl`;
  const what = (line: string) => {
    const { event_type: type, aggregate_id: about, wp_id: wp, to_lane: lane } = JSON.parse(line);
    return [type ?? lane, about ?? wp].join(' ');
  };
  const before = repository.read(journal);
  addPackage();
  await finalize({ commit: false });
  const added = repository.read(journal).slice(before.length).trimEnd().split('\n');
  expect(added.map(what)).toEqual([
    `TasksStarted ${world.directory}`,
    'WPCreated WP03',
    'planned WP03',
    `TasksCompleted ${world.directory}`,
  ]);
  for (const left of added.keys()) {
    world.restore();
    addPackage();
    const torn = added.slice(0, left).map((line) => `${line}\n`);
    repository.write({ [journal]: before + torn.join('') });
    await finalize({ commit: false });
    const now = repository.read(journal).slice(before.length).trimEnd().split('\n');
    expect(now.map(what)).toEqual(added.map(what));
  }
});

test('a package that nobody has begun is canceled with its file, and planned again when it is back', async () => {
  addPackage();
  await finalize();
  const [file, tasks] = [`${world.folder}/tasks/WP03-more.md`, `${world.folder}/tasks.md`];
  const before = { [file]: repository.read(file), [tasks]: repository.read(tasks) };
  rmSync(path.join(repository.root, file));
  repository.write({ [tasks]: (before[tasks] ?? '').replace('## WP03: More\n', '') });
  expect((await finalize({ validateOnly: true })).plan).toMatchObject({ dropped: ['WP03'] });
  expect(await world.lanes()).toMatchObject({ WP03: 'planned' });
  expect((await finalize()).plan).toMatchObject({ dropped: ['WP03'], seeds: [] });
  expect(await world.lanes()).toEqual({ WP01: 'planned', WP02: 'planned', WP03: 'canceled' });
  expect((await finalize()).plan).toMatchObject({ dropped: [] });
  repository.write(before);
  expect((await finalize()).plan).toMatchObject({ dropped: [], seeds: ['WP03'] });
  expect(await world.lanes()).toMatchObject({ WP03: 'planned' });
});

test('neither the lane nor the number of begun work that has left the plan is taken by another package', async () => {
  const [file, tasks] = [`${world.folder}/tasks/WP03-more.md`, `${world.folder}/tasks.md`];
  addPackage();
  await finalize();
  await world.claim('WP03', 'ada');
  world.work('lane-c', { 'src/c.js': 'c\n' });
  await world.move('WP03', 'canceled', { agent: 'ada', note: 'not wanted' });
  rmSync(path.join(repository.root, file));
  repository.write({ [tasks]: repository.read(tasks).replace('## WP03: More\n', '') });
  const lanes = async () => (await finalize()).plan.lanes.lanes.map(({ lane_id: id }) => id);
  addPackage('WP04', 'src/d.js');
  expect(await lanes()).toEqual(['lane-a', 'lane-d', 'lane-b']);
  addPackage('WP05', 'src/e.js');
  expect(await lanes()).toEqual(['lane-a', 'lane-d', 'lane-e', 'lane-b']);

  addPackage('WP03', 'src/f.js');
  const before = repository.git('status', '--porcelain');
  await expect(finalize()).rejects.toMatchObject({
    code: 'WP_ID_TAKEN',
    message: expect.stringContaining('WP03 is canceled'),
    hints: [
      expect.stringContaining('tasks/WP03-more.md'),
      expect.stringContaining('move-task WP03 --to planned --force --note "<reason>" --mission'),
      expect.stringContaining('finalize-tasks'),
    ],
  });
  expect(repository.git('status', '--porcelain')).toBe(before);
  await world.move('WP03', 'planned', { agent: 'ada', force: true, note: 'wanted after all' });
  expect(await lanes()).toEqual(['lane-a', 'lane-c', 'lane-d', 'lane-e', 'lane-b']);
});
