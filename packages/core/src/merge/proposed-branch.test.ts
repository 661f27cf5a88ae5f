import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { mergeMission } from './merge-mission.ts';
import type { MergeRequest, Proposed } from './merge-request.ts';

// One lane with approved and accepted work; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
const branch = `kitty/mission-${world.directory}`;
const git = (...args: string[]) => repository.git(...args);
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function propose(more: Partial<MergeRequest> = {}): Promise<Proposed> {
  const request = world.mergeRequest({ destination: 'branch', ...more });
  const outcome = await mergeMission(await world.workspace(), request);
  if (outcome.kind !== 'proposed') throw new Error(outcome.kind);
  return outcome;
}

/** Another second: the same commit made again is another one. */
function later(): void {
  Object.assign(repository.env, { GIT_COMMITTER_DATE: '2026-01-05T11:00:00+00:00' });
  onTestFinished(
    () => void Object.assign(repository.env, { GIT_COMMITTER_DATE: '2026-01-05T10:00:00+00:00' }),
  );
  world.reopen();
}

const refs = () =>
  Object.fromEntries(
    git('for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .map((line) => line.split(' ')),
  );

/** A commit on the branch that no proposal made; with the branch checked out as a person would have it. */
function userCommits(): string {
  const checkout = `${repository.base}/mine`;
  git('worktree', 'add', '--quiet', checkout, branch);
  git('-C', checkout, 'commit', '--quiet', '--allow-empty', '--message', 'a fix by hand');
  return checkout;
}

async function rework(): Promise<void> {
  await world.move('WP02', 'planned', { feedback: 'more' });
  await world.claim('WP02');
  world.work('lane-b', { 'src/b.js': 'better\n' });
  await world.approve('WP02');
  await world.accept();
}

const isAncestor = (commit: string, of: string) => git('merge-base', commit, of) === commit;

test('a branch that somebody has committed to is left alone, and named with its commits and its checkout', async () => {
  await propose();
  const checkout = userCommits();
  const before = refs();
  const changed = {
    code: 'MISSION_BRANCH_CHANGED',
    details: { branch, commits: [expect.stringContaining('a fix by hand')], checkouts: [checkout] },
  };
  await rework();
  for (const dryRun of [true, false]) await expect(propose({ dryRun })).rejects.toMatchObject(changed);
  expect(refs()[`refs/heads/${branch}`]).toBe(before[`refs/heads/${branch}`]);
});

test('a branch of this name that was never proposed is left alone, unless it is only behind', async () => {
  git('branch', branch, 'main~1');
  repository.commit('meanwhile', { 'other.txt': 'x\n' });
  expect((await propose()).offer).toMatchObject({ from: git('rev-parse', 'main~2') });
  world.restore();
  git('branch', branch, 'main');
  userCommits();
  await expect(propose()).rejects.toMatchObject({ code: 'MISSION_BRANCH_CHANGED' });
});

test('proposing the same again moves nothing and records nothing', async () => {
  const first = await propose();
  const log = repository.read(`${world.folder}/status.events.jsonl`);
  const before = refs();
  later();
  const second = await propose();
  expect(second.offer).toMatchObject({ from: first.offer.to, to: first.offer.to, backup: null });
  expect([refs(), repository.read(`${world.folder}/status.events.jsonl`)]).toEqual([before, log]);
  git('branch', '--quiet', '-D', branch);
  expect((await propose()).offer.to).toBe(first.offer.to);
  const otherwise = await propose({ strategy: 'merge' });
  expect(isAncestor(first.offer.to, otherwise.offer.to)).toBe(true);
  expect(otherwise.offer.to).not.toBe(first.offer.to);
});

test('a kill between the branch and its event is made good by running it again', async () => {
  const workspace = await world.workspace();
  const killed = withChanges(workspace, {
    integrator: async (mission) => {
      const integrator = await workspace.integrator(mission);
      const publish = async (offer: Proposed['offer']) => {
        await integrator.publish(offer);
        throw new Error('killed');
      };
      return withChanges(integrator, { publish });
    },
  });
  await expect(mergeMission(killed, world.mergeRequest({ destination: 'branch' }))).rejects.toThrow('killed');
  const tip = git('rev-parse', branch);
  world.reopen();
  later();
  expect((await propose()).offer.to).toBe(tip);
  const { proposal } = await (await world.workspace()).view(world.directory);
  expect(proposal).toMatchObject({ branch, merged: tip });
});

test.each([
  ['squash', false],
  ['squash', true],
  ['merge', false],
  ['rebase', true],
] as const)(
  'by %s, with the target moved: %s, more reviewed work is pushed without force and lands',
  async (strategy, moved) => {
    git('init', '--quiet', '--bare', `${repository.base}/remote`);
    git('remote', 'add', 'origin', `${repository.base}/remote`);
    const first = await propose({ strategy });
    git('push', '--quiet', 'origin', branch);
    await rework();
    if (moved) repository.commit('meanwhile', { 'other.txt': 'x\n' });
    const second = await propose({ strategy });
    git('push', '--quiet', 'origin', branch);
    expect(isAncestor(first.offer.to, second.offer.to)).toBe(true);
    expect(git('show', `${branch}:src/b.js`)).toBe('better');
    const main = git('rev-parse', 'main');
    expect(git('diff', '--name-only', `main...${branch}`).split('\n')).toEqual(['src/a.js', 'src/b.js']);
    for (const way of ['--no-ff', '--squash']) {
      git('merge', '--quiet', '--no-edit', way, branch);
      if (way === '--squash') git('commit', '--quiet', '--message', 'Squashed');
      world.reopen();
      expect(await world.merge({ destination: 'landed', dryRun: true })).toMatchObject({
        integration: { strategy: 'landed' },
      });
      git('revert', '--no-edit', ...(way === '--no-ff' ? ['--mainline', '1'] : []), 'HEAD');
      world.reopen();
      await expect(world.merge({ destination: 'landed' })).rejects.toMatchObject({
        code: 'LANDING_REVERTED',
      });
      git('reset', '--quiet', '--hard', main);
    }
  },
);

test('what waits for its pull request is not done, and what records it then is named', async () => {
  await propose();
  await expect(world.move('WP01', 'done', { agent: 'codex' })).rejects.toMatchObject({
    code: 'NOT_LANDED',
    hints: [expect.stringContaining('`spec-kitty merge --landed --mission'), expect.any(String)],
  });
});

test('what was proposed on top lands commit by commit, and one of them taken back is noticed', async () => {
  await propose();
  await rework();
  await propose();
  const commits = git('rev-list', '--reverse', '--no-merges', `main..${branch}`).split('\n');
  expect(commits).toHaveLength(2);
  repository.commit('meanwhile', { 'other.txt': 'x\n' });
  git('cherry-pick', ...commits);
  expect(await world.merge({ destination: 'landed', dryRun: true })).toMatchObject({ kind: 'merged' });
  git('revert', '--no-edit', 'HEAD');
  await expect(world.merge({ destination: 'landed' })).rejects.toMatchObject({ code: 'LANDING_REVERTED' });
});

test('what waits for its pull request is not to be merged next, until something has changed', async () => {
  const next = async () => askNext(await (await world.workspace()).view(world.directory), 'ada');
  const waits = {
    action: 'merge',
    proposed: branch,
    reason: expect.stringMatching(/proposed on kitty.+ once its pull request is merged .+merge --landed/),
  };
  expect(await next()).not.toHaveProperty('proposed');
  await propose();
  expect(await next()).toMatchObject(waits);
  await rework();
  const anew = {
    action: 'merge',
    reason: expect.stringContaining('`spec-kitty merge --to-branch --mission '),
  };
  expect(await next()).toMatchObject(anew);
  await propose();
  expect(await next()).toMatchObject(waits);
  git('merge', '--quiet', '--no-edit', branch);
  await world.merge({ destination: 'landed' });
  expect(await next()).toMatchObject({ kind: 'terminal' });
});

/** Applies what a dry run said to what was there before; the record of the merge comes on top of the target. */
function after(before: Readonly<Record<string, string>>, moves: Proposed['refs']): Record<string, string> {
  const now = { ...before };
  for (const { ref, from, to } of moves) {
    expect(now[ref] ?? null).toBe(from);
    if (to === null) delete now[ref];
    else now[ref] = to;
  }
  return now;
}

const WAYS: Readonly<Record<string, Partial<MergeRequest>>> = {
  'onto the target': {},
  'for a pull request': { destination: 'branch' },
  'with the branches kept': { keepBranches: true },
  'with the worktrees kept': { keepWorktrees: true },
  'without a commit of its files': { commit: false },
};

test.each(Object.keys(WAYS))('a dry run %s names exactly the refs that then move', async (way) => {
  const request = (dryRun: boolean) => world.mergeRequest({ strategy: 'rebase', ...WAYS[way], dryRun });
  const before = refs();
  const status = git('status', '--porcelain');
  const planned = await mergeMission(await world.workspace(), request(true));
  if (planned.kind === 'nothing') throw new Error('nothing');
  expect([refs(), git('status', '--porcelain')]).toEqual([before, status]);
  expect(planned.refs.length).toBeGreaterThan(0);
  const expected = after(before, planned.refs);
  const done = await mergeMission(await world.workspace(), request(false));
  const main = 'refs/heads/main';
  const name = `refs/heads/${branch}`;
  const now = refs();
  expect(Object.keys(now).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [ref, commit] of Object.entries(now))
    if (ref !== main && ref !== name) expect([ref, commit]).toEqual([ref, expected[ref]]);
  const tree = (commit = '') => git('rev-parse', `${commit}^{tree}`);
  if (done.kind === 'merged' && planned.kind === 'merged') {
    expect(tree(done.integration.merged)).toBe(tree(expected[main]));
    expect([planned.seals, done.seals]).toEqual([now[main] !== done.integration.merged, planned.seals]);
    // The merge itself has kept the tips by the time that lanes are put away.
    const ends = (lanes: typeof done.retired) => lanes.map((lane) => ({ ...lane, refs: [] }));
    expect(ends(planned.retired)).toEqual(ends(done.retired));
  } else expect(tree(now[name])).toBe(tree(expected[name]));
});

test.each([
  ['a changed file', 'src/old.js', 'mine\n'],
  ['an untracked file', 'src/a.js', 'mine\n'],
])('a dry run refuses %s in the way as the merge does', async (_, file, text) => {
  await world.move('WP02', 'planned', { feedback: 'more' });
  repository.commit('meanwhile', { 'src/old.js': 'old\n' });
  await world.claim('WP02');
  world.gitIn('lane-b', 'merge', '--quiet', 'main');
  world.work('lane-b', { 'src/old.js': 'new\n' });
  await world.approve('WP02');
  await world.accept();
  repository.write({ [file]: text });
  for (const dryRun of [true, false])
    await expect(world.merge({ dryRun })).rejects.toMatchObject({
      code: 'CHECKOUT_WOULD_LOSE_CHANGES',
      details: { paths: [file] },
    });
  expect(repository.read(file)).toBe(text);
});
