import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { missionWorld, MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { mergeMission } from './merge-mission.ts';

// Two lanes with approved and accepted work; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
const lane = (id: string) => `kitty/mission-${world.directory}-${id}`;
beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a/**'] },
      { id: 'WP02', owns: ['src/b/**'] },
    ],
    { 'src/old.js': 'old\n' },
  );
  await world.deliver('WP01', 'lane-a', {
    'src/a/1.js': 'a1\n',
    'src/a/2.js': 'a2\n',
    'src/old.js': 'new\n',
  });
  await world.deliver('WP02', 'lane-b', { 'src/b/1.js': 'b1\n', 'src/b/2.js': 'b2\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

function mergeByHand(...options: readonly string[]): void {
  for (const id of ['lane-a', 'lane-b'])
    repository.git('merge', '--quiet', '--no-edit', ...options, lane(id));
}

const landed = () => world.merge({ destination: 'landed' });

test.each([true, false])(
  'a merge refuses what was merged by hand and reverted (dry run: %s)',
  async (dryRun) => {
    mergeByHand('--no-ff');
    repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD~1');
    const commit = repository.git('rev-parse', 'HEAD');
    const merge = async () => mergeMission(await world.workspace(), world.mergeRequest({ dryRun }));
    await expect(merge()).rejects.toMatchObject({
      code: 'LANDING_REVERTED',
      details: { lanes: ['lane-a'], commit },
      hints: [
        expect.stringContaining(`git revert ${commit}`),
        expect.stringMatching(`--to planned .*--mission ${world.directory}\``),
        expect.stringMatching(`--to done .*--mission ${world.directory}\``),
      ],
    });
    expect([world.hasLane('lane-a'), repository.git('rev-parse', 'main')]).toEqual([true, commit]);
    expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
  },
);

test.each(['before', 'after'])(
  'what was merged by hand and reverted can be made anew: the target is merged into the lane %s that',
  async (when) => {
    mergeByHand('--no-ff');
    repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD~1');
    await world.move('WP01', 'planned', { agent: 'codex', feedback: 'otherwise' });
    await world.claim('WP01');
    const update = () => world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
    if (when === 'before') update();
    world.work('lane-a', { 'src/a/3.js': 'a3\n' });
    if (when === 'after') {
      await world.approve('WP01');
      await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
        code: 'LANDING_REVERTED',
        hints: expect.arrayContaining([
          expect.stringContaining('run `git merge main` in the worktree of the lane'),
        ]),
      });
      await world.move('WP01', 'in_progress', { agent: 'claude', force: true, note: 'once more' });
      update();
    }
    world.work('lane-a', { 'src/a/1.js': 'a1\n', 'src/a/2.js': 'better\n' });
    await world.approve('WP01');
    repository.commit('Meanwhile', { 'other.txt': 'x\n' });
    await world.merge({ withoutAcceptance: true });
    const there = (file: string) => repository.git('show', `main:src/a/${file}`);
    expect([there('1.js'), there('2.js'), there('3.js')]).toEqual(['a1', 'better', 'a3']);
  },
);

test('what was merged by hand, reverted, and brought back is merged', async () => {
  mergeByHand('--no-ff');
  repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
  repository.git('revert', '--no-edit', 'HEAD');
  expect(await world.merge()).toMatchObject({ integration: { changed: [] } });
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

const squash = () => {
  for (const id of ['lane-a', 'lane-b']) {
    repository.git('merge', '--quiet', '--squash', lane(id));
    repository.git('commit', '--quiet', '--message', `Squashed ${id}`);
  }
};

/** How somebody takes work back without `git revert`: the paths that are as before, by lane. */
const UNDONE: Readonly<Record<string, readonly [() => void, Readonly<Record<string, readonly string[]>>]>> = {
  'in one commit that does something else, too': [
    () => {
      repository.git('rm', '-rq', 'src/a', 'src/b');
      repository.commit('Undo, add q', { q: 'q\n', 'src/old.js': 'old\n' });
    },
    {
      'lane-a': ['src/a/1.js', 'src/a/2.js', 'src/old.js'],
      'lane-b': ['src/b/1.js', 'src/b/2.js'],
    },
  ],
  'in two commits': [
    () => {
      repository.git('rm', '-q', 'src/b/1.js');
      repository.git('commit', '-qm', 'Undo 1');
      repository.git('rm', '-q', 'src/b/2.js');
      repository.git('commit', '-qm', 'Undo 2');
    },
    { 'lane-b': ['src/b/1.js', 'src/b/2.js'] },
  ],
  'by half': [
    () => {
      repository.git('rm', '-q', 'src/b/2.js');
      repository.git('commit', '-qm', 'Undo half');
    },
    { 'lane-b': ['src/b/2.js'] },
  ],
};

test.each(Object.keys(UNDONE))(
  'a landing that was undone by hand, %s, is neither recorded nor merged',
  async (how) => {
    const [undo, paths] = UNDONE[how] ?? [];
    for (const land of [squash, () => mergeByHand('--no-ff'), () => mergeByHand('--no-ff', '-X', 'theirs')]) {
      world.restore();
      land();
      undo?.();
      for (const destination of ['landed', 'target'] as const)
        await expect(world.merge({ destination }), destination).rejects.toMatchObject({
          code: 'LANDING_REVERTED',
          details: {
            lanes: Object.keys(paths ?? {}),
            reverted: Object.entries(paths ?? {}).map(([name, files]) => ({ lane: name, paths: files })),
          },
        });
      expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
    }
  },
);

test('a landing whose files were moved or changed since is recorded', async () => {
  squash();
  repository.git('mv', 'src/a', 'src/moved');
  repository.commit('Later', { 'src/b/1.js': 'better\n', 'src/old.js': 'newer\n' });
  await landed();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test('a lane that the target was moved to is not merged once its only commit was reverted', async () => {
  const other = missionWorld();
  await other.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await other.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  other.repository.git('merge', '--quiet', '--ff-only', `kitty/mission-${other.directory}-lane-a`);
  other.repository.git('revert', '--no-edit', 'HEAD');
  for (const destination of ['target', 'landed'] as const) {
    await expect(other.merge({ destination, withoutAcceptance: true })).rejects.toMatchObject({
      code: 'LANDING_REVERTED',
    });
  }
});

test('what the target has dropped since a lane began does not come back with the lane', async () => {
  const other = missionWorld();
  await other.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] },
  ]);
  const secret = other.repository.commit('Secret', { 'secret.txt': 'SECRET\n' });
  await other.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await other.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  other.repository.commit('Later', { 'later.txt': 'x\n' });
  other.save();
  other.repository.git('rebase', '--quiet', '--onto', `${secret}~1`, secret, 'main');
  const merge = async (destination: 'target' | 'branch') =>
    mergeMission(await other.workspace(), other.mergeRequest({ destination, withoutAcceptance: true }));
  for (const destination of ['target', 'branch'] as const) {
    await expect(merge(destination)).rejects.toMatchObject({
      code: 'LANE_BRINGS_BACK',
      details: { lane_id: 'lane-a', commits: [secret], paths: ['secret.txt'] },
    });
  }
  // The same content under other commits is no loss: somebody has put commits together.
  other.restore();
  other.repository.git('reset', '--quiet', '--soft', `${secret}~1`);
  other.repository.git('commit', '--quiet', '--message', 'Both');
  expect(await merge('target')).toMatchObject({ kind: 'merged' });
});

/** How a lane takes the target in. */
const TAKING: Readonly<Record<string, readonly string[]>> = {
  merge: ['merge', '--quiet', '--no-edit', 'main'],
  rebase: ['rebase', '--quiet', 'main'],
};

test.each(Object.keys(TAKING))(
  'what a lane has of the target by a %s does not come back once the target has dropped it, unless that was reviewed',
  async (how) => {
    const other = missionWorld();
    await other.plan([{ id: 'WP01', owns: ['src/**'] }]);
    await other.claim('WP01');
    other.work('lane-a', { 'src/a.js': 'a\n' });
    writeFileSync(`${other.repository.root}/secret.txt`, 'SECRET\n');
    other.repository.git('add', 'secret.txt');
    other.repository.git('commit', '--quiet', '--message', 'Secret');
    const secret = other.repository.git('rev-parse', 'HEAD');
    other.gitIn('lane-a', ...(TAKING[how] ?? []));
    await other.approve('WP01');
    // Git says in whole seconds when the branch moved.
    const later = Date.now() + 1000;
    const env = { ...other.repository.env, GIT_COMMITTER_DATE: new Date(later).toISOString() };
    execFileSync('git', ['reset', '--quiet', '--hard', `${secret}~1`], { cwd: other.repository.root, env });
    const merge = () => other.merge({ withoutAcceptance: true });
    await expect(merge()).rejects.toMatchObject({
      code: 'LANE_BRINGS_BACK',
      details: { lane_id: 'lane-a', commits: [secret], paths: ['secret.txt'] },
      hints: expect.arrayContaining([
        // Where the command is run, that may be the main checkout, whose branch is not to be rewritten.
        expect.stringContaining('git -C <worktree> rebase --onto main '),
        expect.stringContaining('have them reviewed as its work'),
      ]),
    });
    await vi.waitUntil(() => Date.now() > later + 1000, { timeout: 5000 });
    await other.move('WP01', 'for_review', { agent: 'claude', force: true, note: 'with it' });
    await other.move('WP01', 'approved', { agent: 'codex' });
    expect(await merge()).toMatchObject({ kind: 'merged' });
  },
);

/** How a target loses what a merge had brought of a lane, before the rest of it comes; what brings it back. */
const HALVES: Readonly<Record<string, readonly [() => void, () => void]>> = {
  'reverting the merge': [
    () => half.repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD'),
    () => half.repository.git('revert', '--no-edit', 'HEAD'),
  ],
  'reverting one commit': [
    () => half.repository.git('revert', '--no-edit', 'HEAD^2'),
    () => half.repository.git('revert', '--no-edit', 'HEAD'),
  ],
  'a commit that does something else, too': [
    () => {
      half.repository.git('rm', '-q', 'src/one.js');
      half.repository.commit('Undo, add q', { q: 'q\n' });
    },
    () => half.repository.git('checkout', '--quiet', 'HEAD~1', '--', 'src/one.js'),
  ],
};
const half = new MissionWorld();
beforeAll(async () => {
  await half.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await half.claim('WP01');
  const first = half.work('lane-a', { 'src/one.js': '1\n' });
  half.work('lane-a', { 'src/two.js': '2\n' });
  await half.approve('WP01');
  half.repository.git('merge', '--quiet', '--no-ff', '--no-edit', first);
  half.save();
});
afterAll(() => half.dispose());

test.each(Object.keys(HALVES))(
  'a lane of which a part was merged by hand and taken back by %s is not merged without it',
  async (how) => {
    half.restore();
    const [undo, redo] = HALVES[how] ?? [];
    undo?.();
    const merge = () => half.merge({ withoutAcceptance: true });
    await expect(merge()).rejects.toMatchObject({
      code: 'LANDING_REVERTED',
      details: { lanes: ['lane-a'], commit: half.repository.git('rev-parse', 'HEAD') },
    });
    redo?.();
    half.repository.commit('Whatever is staged');
    expect(await merge()).toMatchObject({ integration: { changed: ['src/two.js'] } });
    expect(half.repository.git('show', 'HEAD:src/one.js')).toBe('1');
  },
);

/** A commit of somebody else on a branch of its own; the log of the mission is left alone. */
function besides(branch: string, from: string): void {
  const { repository: git } = half;
  git.git('switch', '--quiet', '--create', branch, from);
  git.write({ [`src/${branch}.js`]: 'x\n' });
  git.git('add', 'src');
  git.git('commit', '--quiet', '--message', `Of ${branch}`);
  git.git('switch', '--quiet', 'main');
}

test.each([
  [
    'the lane has taken in since',
    async () => {
      half.repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
      await half.move('WP01', 'planned', { agent: 'ada', force: true, note: 'once more' });
      await half.claim('WP01');
      besides('side', 'HEAD~2');
      half.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'side');
      await half.approve('WP01');
    },
  ],
  [
    'was built on it and merged with it',
    async () => {
      besides('topic', 'HEAD^2');
      half.repository.git('reset', '--quiet', '--hard', 'HEAD^1');
      half.repository.git('merge', '--quiet', '--no-ff', '--no-edit', 'topic');
      half.repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
    },
  ],
])('a part that was merged by hand and taken back is found beside what %s', async (_, change) => {
  half.restore();
  await change();
  await expect(half.merge({ withoutAcceptance: true })).rejects.toMatchObject({
    code: 'LANDING_REVERTED',
    details: { lanes: ['lane-a'], commit: half.repository.git('rev-parse', 'HEAD') },
  });
});

test.each([
  ['is there', () => undefined],
  ['was moved to the target itself', () => half.repository.git('reset', '--quiet', '--hard', 'HEAD^2')],
  [
    'the lane has taken over with the target',
    async () => {
      await half.move('WP01', 'planned', { agent: 'ada', force: true, note: 'once more' });
      await half.claim('WP01');
      half.repository.commit('Of the target', { 'README.md': 'more\n' });
      half.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
      half.work('lane-a', { 'src/two.js': 'two\n' });
      await half.approve('WP01');
      half.repository.git('rm', '-q', 'README.md');
      half.repository.commit('Not after all');
    },
  ],
  [
    'is a commit of the target that it began anew on, and that was reverted there,',
    async () => {
      half.repository.git('reset', '--quiet', '--hard', 'HEAD^1');
      await half.move('WP01', 'planned', { agent: 'ada', force: true, note: 'once more' });
      await half.claim('WP01');
      half.repository.commit('Of the target', { 'README.md': 'more\n' });
      half.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
      half.work('lane-a', { 'src/two.js': 'two\n' });
      await half.approve('WP01');
      half.repository.commit('Not after all', { 'README.md': '# Project\n' });
    },
  ],
])('a lane of which a part %s is merged', async (_, change) => {
  half.restore();
  await change();
  expect(await half.merge({ withoutAcceptance: true })).toMatchObject({
    integration: { changed: expect.arrayContaining(['src/two.js']) },
  });
});
