import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { missionWorld, MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addNote } from '../annotations/add-note.ts';

const PLAN = [
  { id: 'WP01', owns: ['src/a.js'] },
  { id: 'WP02', owns: ['src/b.js'] },
];

// Two lanes with approved work; made once, and put back for every test.
const world = new MissionWorld();
beforeAll(async () => {
  await world.plan(PLAN, { 'src/old.js': 'old\n', '.kittify/config.yaml': 'project: {}\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'src/old.js': 'new\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  world.save();
});
afterAll(() => world.dispose());

async function approved({ accept = true } = {}): Promise<MissionWorld> {
  world.restore();
  if (accept) await world.accept();
  return world;
}

/** Branches, commits and worktrees: what a refused merge must leave alone. */
function refs({ repository }: MissionWorld): string {
  return `${repository.git('for-each-ref', 'refs/heads')}\n${repository.git('worktree', 'list')}\n${repository.git('status', '--porcelain')}`;
}

test('a merge lands exactly the reviewed commits, records itself in one commit, and leaves everything clean', async () => {
  await approved();
  const { repository, folder } = world;
  const before = repository.git('rev-parse', 'main');
  const merged = await world.merge({ strategy: 'merge' });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
  expect([repository.read('src/a.js'), repository.read('src/b.js'), repository.read('src/old.js')]).toEqual([
    'a\n',
    'b\n',
    'new\n',
  ]);
  expect(repository.git('status', '--porcelain', '--ignored')).toBe('!! .worktrees/');
  expect(repository.git('log', '--first-parent', '--format=%s', `${before}..main`).split('\n')).toEqual([
    `Record the merge of ${world.directory}`,
    `Merge WP02 of ${world.directory}`,
    `Merge WP01 of ${world.directory}`,
  ]);
  expect(repository.git('show', '--name-only', '--format=', 'main').split('\n').toSorted()).toEqual([
    `${folder}/meta.json`,
    `${folder}/status.events.jsonl`,
    `${folder}/status.json`,
  ]);
  expect(merged).toMatchObject({ commit: repository.git('rev-parse', 'main'), validation: null });
  expect(JSON.parse(repository.read(`${folder}/meta.json`))).toMatchObject({
    mission_number: 1,
    baseline_merge_commit: merged.integration.merged,
  });
  expect([
    world.hasLane('lane-a'),
    world.hasLane('lane-b'),
    repository.git('branch', '--list', 'kitty/*'),
  ]).toEqual([false, false, '']);
  expect(repository.git('for-each-ref', '--format=%(refname)', 'refs/spec-kitty/backup').split('\n')).toEqual(
    ['lane-a', 'lane-b', 'target'].map((name) => `refs/spec-kitty/backup/${world.missionId}/${name}`),
  );
  expect(repository.git('rev-parse', `refs/spec-kitty/backup/${world.missionId}/target`)).toBe(before);
});

test('done rows rest on the review and name the commit; the merge itself is an event', async () => {
  await approved();
  const { state } = await (await world.workspace()).view(world.directory);
  const merged = await world.merge();
  const log = await (
    await world.workspace()
  ).log.read({ missionId: world.missionId, directory: world.directory });
  expect(log.laneEvents.at(-1)).toMatchObject({
    wp_id: 'WP02',
    to_lane: 'done',
    actor: 'merge',
    evidence: { review: { reviewer: 'codex', verdict: 'approved' } },
    policy_metadata: {
      commit: state.packages.get('WP02')?.commit,
      target_branch: 'main',
      merge_phase: 'lane_integrated',
    },
  });
  expect(log.lifecycle.at(-1)).toMatchObject({
    event_type: 'MissionMerged',
    payload: { actor: 'ada', merged: merged.integration.merged, without_acceptance: false },
  });
  await expect(world.merge()).rejects.toThrow('Nothing was merged: nothing');
});

test('a dry run moves nothing and writes nothing', async () => {
  await approved();
  const before = refs(world);
  const log = world.repository.read(`${world.folder}/status.events.jsonl`);
  const { commit, integration, lanes } = await world.merge({ dryRun: true });
  expect(commit).toBeNull();
  expect(integration.changed).toEqual(['src/a.js', 'src/b.js', 'src/old.js']);
  expect(lanes.map(({ laneId, packages }) => [laneId, packages])).toEqual([
    ['lane-a', ['WP01']],
    ['lane-b', ['WP02']],
  ]);
  expect([refs(world), world.repository.read(`${world.folder}/status.events.jsonl`)]).toEqual([before, log]);
});

test('acceptance is needed, or its absence is recorded', async () => {
  await approved({ accept: false });
  await expect(world.merge()).rejects.toMatchObject({ code: 'ACCEPTANCE_REQUIRED' });
  await world.merge({ withoutAcceptance: true });
  const log = await (
    await world.workspace()
  ).log.read({ missionId: world.missionId, directory: world.directory });
  expect(log.lifecycle.at(-1)).toMatchObject({ payload: { without_acceptance: true } });
});

test('a conflict between lanes names lane and files and leaves everything as it was', async () => {
  const clash = missionWorld();
  await clash.plan(PLAN);
  await clash.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'shared.txt': 'one\n' });
  await clash.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n', 'shared.txt': 'two\n' });
  await clash.accept();
  const before = refs(clash);
  const fault = await clash.merge().catch((error: { hints: string[] }) => error);
  expect(fault).toMatchObject({
    code: 'MERGE_CONFLICT',
    details: {
      conflicts: [
        {
          lane: 'lane-b',
          path: 'shared.txt',
          kind: 'add/add',
          hunks: [{ line: 1, ours: 'one', theirs: 'two' }],
        },
      ],
      packages: ['WP02'],
      refs: [],
      target_branch: 'main',
      lanes: [
        { lane_id: 'lane-a', wp_ids: ['WP01'], commits: 1, files: ['shared.txt', 'src/a.js'] },
        { lane_id: 'lane-b', wp_ids: ['WP02'], commits: 1 },
      ],
    },
    hints: [
      expect.stringContaining(`spec-kitty conflicts start --lane lane-b --mission ${clash.directory}`),
      expect.stringContaining(
        `agent tasks move-task WP02 --to planned --review-feedback-file - --mission ${clash.directory}`,
      ),
      expect.stringContaining('git merge'),
      expect.stringContaining(`spec-kitty merge --train --mission ${clash.directory}`),
      expect.stringContaining(`spec-kitty merge --explain --mission ${clash.directory}`),
    ],
  });
  expect(refs(clash)).toBe(before);
  expect(
    existsSync(path.join(clash.repository.root, '.git/spec-kitty/scratch', `merge-${clash.missionId}`)),
  ).toBe(false);

  await clash.move('WP02', 'planned', { feedback: 'it conflicts in shared.txt' });
  await clash.claim('WP02');
  const hint = 'hints' in fault ? (fault.hints[2] ?? '') : '';
  const [main = '', laneA = ''] = [...hint.matchAll(/`git merge (\w+)`/g)].map(([, commit]) => commit);
  clash.repository.git('-C', clash.lane('lane-b'), 'merge', '--quiet', main);
  expect(() => clash.repository.git('-C', clash.lane('lane-b'), 'merge', '--quiet', laneA)).toThrow(
    'failed with 1',
  );
  clash.work('lane-b', { 'shared.txt': 'both\n' });
  await clash.move('WP02', 'for_review', { agent: 'claude' });
  await clash.approve('WP02');
  await clash.accept();
  await clash.merge();
  expect(clash.repository.read('shared.txt')).toBe('both\n');
});

test('commits that no review has seen are refused, and the hint sends them there', async () => {
  await approved();
  const late = world.work('lane-b', { 'src/b.js': 'late\n' });
  const before = refs(world);
  const fault = await world.merge().catch((error: { hints: string[] }) => error);
  expect(fault).toMatchObject({
    code: 'UNREVIEWED_COMMITS',
    details: { lane_id: 'lane-b', wp_id: 'WP02', tip: late },
    hints: [expect.stringContaining('agent tasks move-task WP02 --to for_review')],
  });
  expect(refs(world)).toBe(before);

  await world.move('WP02', 'for_review');
  await world.review('WP02');
  await world.move('WP02', 'approved', { agent: 'codex', note: 'fine' });
  await expect(world.merge()).rejects.toMatchObject({ code: 'ACCEPTANCE_REQUIRED' });
  await world.accept();
  await world.merge();
  expect(world.repository.read('src/b.js')).toBe('late\n');
});

test('uncommitted changes in a lane are refused by name', async () => {
  await approved();
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/src/a.js`]: 'draft\n' });
  await expect(world.merge()).rejects.toMatchObject({
    code: 'DIRTY_WORKTREE',
    hints: [expect.stringContaining(world.lane('lane-a')), expect.any(String)],
  });
});

test('a branch that was set back does not matter: the reviewed commit is merged', async () => {
  await approved();
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'HEAD~1');
  await world.merge();
  expect(world.repository.read('src/a.js')).toBe('a\n');
});

test('changes of the user that the merge would overwrite stop it; all others stay as they are', async () => {
  await approved();
  const { repository } = world;
  repository.write({ 'src/old.js': 'mine\n' });
  const before = refs(world);
  await expect(world.merge()).rejects.toMatchObject({
    code: 'CHECKOUT_WOULD_LOSE_CHANGES',
    details: { checkout: repository.root, paths: ['src/old.js'] },
  });
  expect([refs(world), repository.read('src/old.js'), await world.lanes()]).toEqual([
    before,
    'mine\n',
    { WP01: 'approved', WP02: 'approved' },
  ]);

  repository.git('checkout', '--', 'src/old.js');
  repository.write({ 'README.md': 'staged\n', 'notes.txt': 'loose\n' });
  repository.git('add', 'README.md');
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe('M  README.md\n?? notes.txt');
});

test('with HEAD on another branch the target moves and the checkout does not', async () => {
  await approved();
  const { repository, folder } = world;
  repository.git('switch', '--quiet', '--create', 'elsewhere');
  const meta = repository.read(`${folder}/meta.json`);
  await world.merge();
  expect(existsSync(path.join(repository.root, 'src/a.js'))).toBe(false);
  expect(repository.git('show', 'main:src/a.js')).toBe('a');
  expect(repository.git('branch', '--show-current')).toBe('elsewhere');
  expect(repository.read(`${folder}/meta.json`)).toBe(meta);
  expect(JSON.parse(repository.git('show', `main:${folder}/meta.json`))).toMatchObject({ mission_number: 1 });
  // Changed copies would keep the user from switching back; the journal has the rows.
  expect(repository.git('status', '--porcelain')).toBe('');
  repository.git('switch', '--quiet', 'main');
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('a branch whose copy of the log is older keeps it, and can be left again', async () => {
  await approved();
  const { repository } = world;
  repository.git('switch', '--quiet', '--create', 'older', 'HEAD~1');
  expect(repository.git('status', '--porcelain')).toBe('');
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe('');
  repository.git('switch', '--quiet', 'main');
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('with the mission not checked out at all, and the target in a second worktree', async () => {
  await approved();
  const { repository, folder } = world;
  repository.git('switch', '--quiet', '--orphan', 'empty');
  const second = path.join(repository.base, 'second');
  repository.git('worktree', 'add', '--quiet', second, 'main');
  world.reopen();
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(repository.git('-C', second, 'status', '--porcelain')).toBe('');
  expect(readFileSync(path.join(second, 'src/a.js'), 'utf8')).toBe('a\n');
  expect(readFileSync(path.join(second, folder, 'status.json'), 'utf8')).toContain('"done": 2');
});

test("the mission's own files go in as they are in the checkout, bytes and deletions included, links left alone", async () => {
  await approved();
  const { repository, folder } = world;
  const binary = Buffer.from([0, 255, 254, 13, 10, 0]);
  writeFileSync(path.join(repository.root, folder, 'research.bin'), binary);
  repository.write({ [`${folder}/spec.md`]: 'changed\n' });
  rmSync(path.join(repository.root, folder, 'plan.md'));
  symlinkSync('spec.md', path.join(repository.root, folder, 'link.md'));
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe(`?? ${folder}/link.md`);
  expect(repository.git('hash-object', `${folder}/research.bin`)).toBe(
    repository.git('rev-parse', `main:${folder}/research.bin`),
  );
  expect(readFileSync(path.join(repository.root, folder, 'research.bin')).equals(binary)).toBe(true);
  expect(repository.git('ls-tree', '--name-only', 'main', `${folder}/`)).not.toContain('plan.md');
});

test('without a commit the work lands and the record stays in the checkout', async () => {
  await approved();
  const { repository, folder } = world;
  const { commit, integration } = await world.merge({ commit: false });
  expect([commit, repository.git('rev-parse', 'main')]).toEqual([integration.merged, integration.merged]);
  expect(repository.git('status', '--porcelain')).toBe(
    ` M ${folder}/meta.json\n M ${folder}/status.events.jsonl\n M ${folder}/status.json`,
  );
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('rows that somebody else merged are taken as they are, in whatever form', async () => {
  await approved();
  const { repository, folder } = world;
  const foreign = {
    event_id: '01KE7000000000000000000042',
    feature_slug: world.directory,
    wp_id: 'WP01',
    from_lane: 'approved',
    to_lane: 'done',
    at: '2027-01-05T10:00:00.000000+00:00',
    actor: 'merge',
    force: false,
    execution_mode: 'worktree',
    evidence: { review: { reviewer: 'codex', verdict: 'approved', reference: 'x' } },
  };
  const other = path.join(repository.base, 'other');
  repository.git('switch', '--quiet', '--detach');
  repository.git('worktree', 'add', '--quiet', other, 'main');
  const log = readFileSync(path.join(other, folder, 'status.events.jsonl'), 'utf8');
  writeFileSync(path.join(other, folder, 'status.events.jsonl'), `${log}${JSON.stringify(foreign)}\n`);
  repository.git('-C', other, 'commit', '--quiet', '--all', '--message', 'merged elsewhere');
  const { plan } = await world.merge();
  expect(plan.completes).toEqual(['WP02']);
  repository.git('-C', other, 'switch', '--quiet', '--detach');
  repository.git('checkout', '--quiet', '--', '.');
  repository.git('switch', '--quiet', 'main');
  world.reopen();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

async function notedElsewhere(): Promise<string> {
  await approved();
  const { repository, directory, folder } = world;
  repository.git('switch', '--quiet', '--create', 'elsewhere');
  await addNote(await world.workspace(), { mission: directory, wp: 'WP01', note: 'seen', actor: 'ada' });
  expect(repository.git('status', '--porcelain')).not.toBe('');
  return `${folder}/status.events.jsonl`;
}

test('a note that was added on another branch keeps nobody from switching to the target after the merge', async () => {
  const file = await notedElsewhere();
  const { repository } = world;
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe('');
  repository.git('switch', '--quiet', 'main');
  expect(repository.read(file)).toContain('ada: seen');
});

test('a log on another branch that somebody has changed otherwise stays as it is', async () => {
  const file = await notedElsewhere();
  const { repository } = world;
  const turned = `${repository.read(file).trimEnd().split('\n').toReversed().join('\n')}\n`;
  repository.write({ [file]: turned });
  await world.merge();
  expect(repository.read(file)).toBe(turned);
});
