import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mergeMission } from './merge-mission.ts';
import type { MergeRequest, Proposed } from './merge-request.ts';

// Two lanes with approved and accepted work; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
const branch = () => `kitty/mission-${world.directory}`;
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
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function propose(): Promise<Proposed> {
  const outcome = await mergeMission(await world.workspace(), world.mergeRequest({ destination: 'branch' }));
  if (outcome.kind !== 'proposed') throw new Error(outcome.kind);
  return outcome;
}

const landed = () => world.merge({ destination: 'landed' });

test('a merge for a pull request leaves the target alone, and every package approved', async () => {
  const before = repository.git('rev-parse', 'main');
  const proposed = await propose();
  expect(proposed.offer).toMatchObject({ branch: branch(), from: null, backup: null, remote: null });
  expect(repository.git('rev-parse', branch())).toBe(proposed.integration.merged);
  expect(repository.git('show', `${branch()}:src/a.js`)).toBe('a');
  expect([repository.git('rev-parse', 'main'), world.hasLane('lane-a')]).toEqual([before, true]);
  expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
});

test('proposing again moves the branch and its checkout, and keeps what was there', async () => {
  const first = await propose();
  const checkout = `${repository.base}/pr`;
  repository.git('worktree', 'add', '--quiet', checkout, branch());
  repository.commit('meanwhile', { 'other.txt': 'x\n' });
  const second = await propose();
  expect(second.integration.merged).not.toBe(first.integration.merged);
  expect(second.offer).toMatchObject({ from: first.integration.merged, checkouts: [checkout] });
  expect(repository.git('-C', checkout, 'status', '--porcelain')).toBe('');
  expect(repository.git('-C', checkout, 'rev-parse', 'HEAD')).toBe(second.integration.merged);
  expect(repository.git('rev-parse', `refs/spec-kitty/backup/${world.missionId}/proposed`)).toBe(
    first.integration.merged,
  );
});

test('a plain merge does not go past an open pull request; whoever says so does', async () => {
  await propose();
  const before = repository.git('rev-parse', 'main');
  for (const dryRun of [true, false])
    await expect(world.merge({ dryRun })).rejects.toMatchObject({
      code: 'PROPOSAL_OPEN',
      details: { branch: branch(), target_branch: 'main' },
      hints: ['--landed', '--to-branch', '--no-to-branch'].map((flag) =>
        expect.stringContaining(`spec-kitty merge ${flag} --mission`),
      ),
    });
  expect(repository.git('rev-parse', 'main')).toBe(before);
  await world.merge({ destination: 'target' });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

const LANDINGS: Readonly<Record<string, () => void>> = {
  'by a merge commit': () => repository.git('merge', '--quiet', '--no-ff', '--no-edit', branch()),
  'by a squash that took the changed log along': () => {
    repository.git('merge', '--quiet', '--squash', branch());
    // The row of the proposal is in the checkout's log, and no commit has it.
    repository.git('commit', '--quiet', '--all', '--message', 'Squashed (#11)');
    expect(repository.git('show', '--name-only', '--format=')).toContain('status.events.jsonl');
  },
  'by a squash on a target that has moved': () => {
    repository.commit('meanwhile', { 'other.txt': 'x\n' });
    repository.git('merge', '--quiet', '--squash', branch());
    repository.git('commit', '--quiet', '--message', 'Squashed (#12)');
  },
  'by picking the commits of the lanes': () => {
    repository.commit('meanwhile', { 'other.txt': 'x\n' });
    for (const lane of ['lane-a', 'lane-b']) repository.git('cherry-pick', `${branch()}-${lane}`);
  },
};

test.each(Object.keys(LANDINGS))('what landed %s is recorded as done, in one commit', async (way) => {
  await propose();
  LANDINGS[way]?.();
  const before = repository.git('rev-parse', 'main');
  // The pull request's rows are in the checkout's log, and no commit has them yet.
  const proposed = repository.git('rev-parse', branch());
  const backup = `refs/spec-kitty/backup/${world.missionId}/proposal`;
  expect(await landed()).toMatchObject({ proposal: { branch: branch(), removed: true, backup } });
  expect([repository.git('branch', '--list', branch()), repository.git('rev-parse', backup)]).toEqual([
    '',
    proposed,
  ]);
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
  expect(repository.git('rev-list', `${before}..main`).split('\n')).toHaveLength(1);
  expect(repository.git('status', '--porcelain')).toBe('');
  expect([world.hasLane('lane-a'), world.hasLane('lane-b')]).toEqual([false, false]);
  const refs = repository.git('for-each-ref', '--format=%(refname)', 'refs/spec-kitty/backup');
  expect(refs).toContain(`${world.missionId}/lane-a`);
});

const KEEPERS: Readonly<Record<string, () => Partial<MergeRequest>>> = {
  'has moved on': () => {
    const commit = repository.git('commit-tree', '-p', branch(), '-m', 'more', `${branch()}^{tree}`);
    repository.git('update-ref', `refs/heads/${branch()}`, commit);
    return {};
  },
  'is checked out': () => {
    repository.git('worktree', 'add', '--quiet', `${repository.base}/pr`, branch());
    return {};
  },
  'is to be kept': () => ({ keepBranches: true }),
};

test.each(Object.keys(KEEPERS))('the branch of a pull request stays when it %s', async (why) => {
  await propose();
  LANDINGS['by a merge commit']?.();
  const tip = () => repository.git('rev-parse', branch());
  const more = KEEPERS[why]?.();
  const before = tip();
  expect(await world.merge({ destination: 'landed', ...more })).toMatchObject({
    proposal: { removed: false },
  });
  expect(tip()).toBe(before);
});

const REVERTS: Readonly<Record<string, readonly [keyof typeof LANDINGS, () => void]>> = {
  'a merge commit': [
    'by a merge commit',
    () => repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD'),
  ],
  'a squash': ['by a squash on a target that has moved', () => repository.git('revert', '--no-edit', 'HEAD')],
  'a squash, with files of the mission along,': [
    'by a squash on a target that has moved',
    () => {
      repository.git('revert', '--no-commit', 'HEAD');
      repository.commit('Take it back', { [`${world.folder}/research.md`]: 'why\n' });
    },
  ],
  'one commit of a lane': [
    'by picking the commits of the lanes',
    () => repository.git('revert', '--no-edit', 'HEAD~1'),
  ],
};

test.each(Object.keys(REVERTS))(
  'a landing is neither recorded nor merged once %s was reverted, and recorded when it is back',
  async (what) => {
    await propose();
    const [way = '', revert] = REVERTS[what] ?? [];
    LANDINGS[way]?.();
    revert?.();
    repository.commit('later', { 'later.txt': 'x\n' });
    const commit = repository.git('rev-parse', 'HEAD~1');
    for (const destination of ['landed', 'target', 'branch'] as const)
      await expect(world.merge({ destination }), destination).rejects.toMatchObject({
        code: 'LANDING_REVERTED',
        details: { commit },
      });
    expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
    repository.git('revert', '--no-edit', commit);
    await landed();
    expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
  },
);

test('a lane that takes back one of its own commits has landed all the same', async () => {
  await world.move('WP02', 'planned', { feedback: 'more' });
  await world.claim('WP02');
  world.work('lane-b', { 'src/b.js': 'wrong\n' });
  world.work('lane-b', { 'src/b.js': 'b\n' });
  world.work('lane-b', { 'src/b.js': 'right\n' });
  await world.approve('WP02');
  await world.accept();
  await propose();
  for (const lane of ['lane-a', 'lane-b'])
    repository.git('merge', '--quiet', '--no-ff', '--no-edit', `${branch()}-${lane}`);
  await landed();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('what has not landed is not recorded, also when a part of it has', async () => {
  await propose();
  await expect(landed()).rejects.toMatchObject({
    code: 'LANES_NOT_LANDED',
    details: { lanes: ['lane-a', 'lane-b'] },
    hints: [
      expect.any(String),
      expect.stringContaining(`\`spec-kitty merge --no-to-branch --mission ${world.directory}\``),
    ],
  });
  repository.git('cherry-pick', `${branch()}-lane-a`);
  await expect(landed()).rejects.toMatchObject({ details: { lanes: ['lane-b'] } });
  expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
});

test('a landing says nothing about what a lane has become since it was proposed', async () => {
  await propose();
  repository.git('merge', '--quiet', '--squash', branch());
  repository.git('commit', '--quiet', '--message', 'Squashed (#14)');
  await world.move('WP02', 'planned', { feedback: 'b is wrong' });
  await world.claim('WP02');
  world.work('lane-b', { 'src/b.js': 'better\n' });
  await world.move('WP02', 'for_review', { agent: 'claude' });
  await world.approve('WP02');
  await world.accept();
  await expect(landed()).rejects.toMatchObject({ code: 'LANES_NOT_LANDED', details: { lanes: ['lane-b'] } });
});

test('work that was made again by hand is said to be there unproven, and a merge records it', async () => {
  await propose();
  repository.commit('By hand 1', { 'src/a.js': 'a\n', 'src/old.js': 'new\n', 'src/b.js': 'half\n' });
  repository.commit('By hand 2', { 'src/b.js': 'b\n' });
  await expect(landed()).rejects.toMatchObject({
    code: 'LANES_NOT_LANDED',
    message: expect.stringContaining('no commit that proves where they come from'),
    details: { same_files: true },
  });
  expect(await world.merge({ destination: 'target' })).toMatchObject({ integration: { changed: [] } });
});

test('of a landing that was changed on its way only the lane is named that misses something, and its paths', async () => {
  await propose();
  repository.git('merge', '--quiet', '--squash', branch());
  repository.git('reset', '--quiet', 'src/old.js');
  repository.git('checkout', '--quiet', 'src/old.js');
  repository.git('commit', '--quiet', '--message', 'Squashed (#13)');
  await expect(landed()).rejects.toMatchObject({
    code: 'LANES_NOT_LANDED',
    message: expect.stringMatching(/changes of lane-a; nothing was recorded.+: src\/old.js$/),
    details: { lanes: ['lane-a'], same_files: false, missing: [{ lane: 'lane-a', paths: ['src/old.js'] }] },
  });
  repository.commit('In conflict', { 'src/old.js': 'new\n', 'src/b.js': 'other\n' });
  await expect(landed()).rejects.toMatchObject({
    details: { lanes: ['lane-b'], missing: [{ lane: 'lane-b', paths: ['src/b.js'] }] },
  });
});
