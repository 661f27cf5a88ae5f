import { missionWorld, MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { stillMerged } from '../merged/still-merged.ts';
import { lostMerge } from '../merged/lost-merge.ts';
import { revertedMerge } from '../merged/reverted-merge.ts';
import { diagnoseMerge } from '../doctor/diagnose-merge.ts';
import { mergeMission } from './merge-mission.ts';
import { resumeMerge } from './pending-merge.ts';

// A mission that is merged by a squash; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
let squash = '';
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/**'] }], { 'src/old.js': 'old\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'src/old.js': 'new\n' });
  world.save();
  squash = (await world.merge({ withoutAcceptance: true })).integration.merged;
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const merge = async () => mergeMission(await world.workspace(), world.mergeRequest());
async function lost() {
  world.reopen();
  const workspace = await world.workspace();
  return lostMerge(() => workspace.lanes(), await workspace.view(world.directory));
}

/** How a target gets rid of a merge. */
const LOSSES: Readonly<Record<string, () => void>> = {
  'was reset to before it': () => repository.git('reset', '--quiet', '--hard', `${squash}~1`),
  'was rebased without its commit': () =>
    repository.git('rebase', '--quiet', '--onto', `${squash}~1`, squash),
};

test.each(Object.keys(LOSSES))('a merge is not said to be there once the target %s', async (how) => {
  LOSSES[how]?.();
  await expect(merge()).rejects.toMatchObject({
    code: 'MERGE_LOST',
    details: { target_branch: 'main', commit: squash, paths: ['src/a.js', 'src/old.js'] },
    hints: [
      expect.stringContaining(`git merge ${squash}`),
      expect.stringContaining('move-task WP01 --to canceled'),
    ],
  });
  expect(await lost()).toMatchObject({ target: 'main', commit: squash, packages: ['WP01'] });
  const request = { mission: world.directory, keepWorktrees: false, keepBranches: false };
  await expect(world.workspace().then((ports) => resumeMerge(ports, request))).rejects.toMatchObject({
    code: 'NO_MERGE_PENDING',
    hints: [expect.stringContaining(`git merge ${squash}`), expect.any(String)],
  });
  repository.git('merge', '--quiet', '--no-edit', squash);
  expect(await lost()).toBeUndefined();
  expect(await merge()).toMatchObject({ kind: 'nothing', landed: { commit: squash } });
});

test('a target that is only behind its remote has lost nothing, and the hint brings it up to date', async () => {
  repository.git('update-ref', 'refs/remotes/origin/main', 'main');
  repository.git('reset', '--quiet', '--hard', `${squash}~1`);
  const behind = {
    code: 'TARGET_BEHIND',
    details: { remote: 'origin/main', paths: ['src/a.js', 'src/old.js'] },
  };
  const refused: unknown = await merge().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    ...behind,
    hints: [expect.stringContaining('`git merge --autostash origin/main`')],
  });
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  const lanes = () => workspace.lanes();
  expect(await stillMerged(view, askNext(view, null), lanes)).toMatchObject({
    kind: 'terminal',
    reason: expect.stringMatching(/main here is behind origin\/main.*git merge --autostash origin\/main/),
  });
  expect(await diagnoseMerge({ lanes, viewOf: async () => view }, view.mission)).toMatchObject([
    { severity: 'warning', category: 'target_behind' },
  ]);
  repository.git('merge', '--quiet', '--autostash', 'origin/main');
  expect(await lost()).toBeUndefined();
  repository.git('reset', '--quiet', '--hard', `${squash}~1`);
  repository.git('update-ref', 'refs/remotes/origin/main', 'main');
  expect(await lost()).toMatchObject({ remote: null });
});

async function reverted(of = world) {
  of.reopen();
  const workspace = await of.workspace();
  return revertedMerge(() => workspace.lanes(), await workspace.view(of.directory));
}

test('a merge that its target has taken back since is told as that, with the ways on, and is no loss', async () => {
  expect(await reverted()).toBeUndefined();
  repository.git('revert', '--no-edit', squash);
  const by = repository.git('rev-parse', 'HEAD');
  const paths = ['src/a.js', 'src/old.js'];
  const again = `git revert ${by}`;
  const taken = { target: 'main', commit: squash, by, again, packages: ['WP01'], paths };
  expect(await reverted()).toEqual(taken);
  expect(await lost()).toBeUndefined();
  expect(await merge()).toMatchObject({ kind: 'nothing', landed: { commit: squash }, reverted: taken });
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  const ways = [
    expect.stringContaining(`git revert ${by}`),
    expect.stringContaining('move-task WP01 --to canceled --force'),
  ];
  const words = await stillMerged(view, askNext(view, null), () => workspace.lanes());
  expect(words).toMatchObject({ kind: 'terminal', reason: ways[0] });
  expect(words).toMatchObject({ reason: ways[1] });
  const ports = { lanes: () => workspace.lanes(), viewOf: async () => view };
  expect(await diagnoseMerge(ports, view.mission)).toEqual([
    {
      severity: 'warning',
      category: 'merge_reverted',
      wp_id: 'WP01',
      message: `${world.directory} was merged into main, which has taken WP01 back since, last with ${by.slice(0, 12)}: src/a.js, src/old.js are as before.`,
      recommended_action: expect.stringContaining(`git revert ${by}`),
    },
  ]);
  repository.git('revert', '--no-edit', by);
  expect(await reverted()).toBeUndefined();
});

test('where a line of commits without the merge has become the target, nobody is named who took it back', async () => {
  const git = (...args: readonly string[]) => repository.git(...args);
  git('revert', '--no-edit', squash);
  git('switch', '--quiet', '--create', 'aside', `${squash}~1`);
  repository.commit('Elsewhere', { 'else.txt': 'else\n' });
  git('merge', '--quiet', '--no-edit', '-X', 'theirs', 'main');
  git('branch', '--force', 'main', 'aside');
  git('switch', '--quiet', 'main');
  expect(await reverted()).toMatchObject({ packages: ['WP01'], by: null, again: null });
});

test('what a target took back in more than one commit comes back by its paths', async () => {
  repository.git('rm', '-q', 'src/a.js');
  repository.commit('Undo', {});
  repository.commit('Undo the rest', { 'src/old.js': 'old\n' });
  const found = await reverted();
  expect(found).toMatchObject({ again: null, paths: ['src/a.js', 'src/old.js'] });
  repository.git('restore', `--source=${squash}`, '--staged', '--worktree', '--', ...(found?.paths ?? []));
  repository.git('commit', '-qm', 'Back');
  expect(await reverted()).toBeUndefined();
});

test.each<[string, () => void]>([
  ['changed further', () => repository.commit('More', { 'src/a.js': 'b\n', 'src/old.js': 'old\n' })],
  ['moved', () => repository.git('mv', 'src/a.js', 'a.js')],
  [
    'under another name, and all else as before',
    () => {
      repository.git('revert', '--no-commit', squash);
      repository.write({ 'lib/a.js': 'a\n' });
      repository.git('add', '--all');
    },
  ],
  ['in part', () => repository.git('rm', '-q', 'src/a.js')],
])('work that is %s is not taken back', async (_, change) => {
  change();
  repository.git('commit', '-qm', 'Change', '--allow-empty');
  expect(await reverted()).toBeUndefined();
});

test('what is said to stay away is not told again', async () => {
  repository.git('revert', '--no-edit', squash);
  world.reopen();
  await world.move('WP01', 'canceled', { agent: 'ada', force: true, note: 'not wanted' });
  expect(await reverted()).toBeUndefined();
  expect(await merge()).toMatchObject({ kind: 'nothing', landed: null, reverted: null });
});

test('what came by a pull request and was taken back is told package by package', async () => {
  const two = missionWorld();
  await two.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  for (const [wp, name] of [
    ['WP01', 'a'],
    ['WP02', 'b'],
  ] as const) {
    await two.deliver(wp, `lane-${name}`, { [`src/${name}.js`]: `${name}\n` });
    two.repository.git('merge', '--quiet', '--squash', `kitty/mission-${two.directory}-lane-${name}`);
    two.repository.git('commit', '-qm', `Squashed ${wp}`);
  }
  await two.merge({ withoutAcceptance: true, destination: 'landed' });
  two.repository.git('rm', '-q', 'src/b.js');
  two.repository.git('commit', '-qm', 'Without b');
  expect(await reverted(two)).toMatchObject({
    again: expect.stringContaining('git revert'),
    paths: ['src/b.js'],
    packages: ['WP02'],
  });
});

test('of a merge whose beginning a shallow clone does not have, only what is there is told', async () => {
  const before = repository.git('rev-parse', `${squash}~1`);
  repository.commit('More', { 'src/more.js': 'more\n' });
  const refs = repository.git('for-each-ref', '--format=%(refname)').split('\n');
  for (const ref of refs) if (ref !== 'refs/heads/main') repository.git('update-ref', '-d', ref);
  repository.write({ '.git/shallow': `${squash}\n` });
  repository.git('reflog', 'expire', '--expire=now', '--all');
  repository.git('gc', '--quiet', '--prune=now');
  expect(() => repository.git('cat-file', '-e', before)).toThrow('cat-file');
  expect(await merge()).toMatchObject({ kind: 'nothing', landed: { commit: squash } });
  expect(await reverted()).toBeUndefined();
});

/** A file of thirty lines, some of them otherwise. */
const lines = (changed: Readonly<Record<number, string>>) =>
  Array.from({ length: 30 }, (_, at) => `${changed[at + 1] ?? `line ${at + 1}`}\n`).join('');

test('what was taken back is seen beside edits, outside of owned files and through a rename', async () => {
  const three = missionWorld();
  const git = (...args: readonly string[]) => three.repository.git(...args);
  await three.plan(
    [
      { id: 'WP01', owns: ['src/**'] },
      { id: 'WP02', owns: ['lib/**'] },
      { id: 'WP03', owns: ['doc/**'] },
    ],
    { 'src/long.txt': lines({}), 'src/two.txt': 'two\n', 'lib/old.txt': lines({}) },
  );
  await three.deliver('WP01', 'lane-a', { 'src/long.txt': lines({ 5: 'five' }), 'src/two.txt': 'three\n' });
  await three.claim('WP02');
  three.gitIn('lane-b', 'mv', 'lib/old.txt', 'lib/new.txt');
  three.work('lane-b', {});
  await three.approve('WP02');
  await three.deliver('WP03', 'lane-c', { 'extra.txt': 'extra\n' });
  const { integration } = await three.merge({ withoutAcceptance: true, strategy: 'rebase' });
  const merged = git('rev-parse', 'HEAD');
  const edit = { 'src/long.txt': lines({ 5: 'five', 25: 'edited' }) };
  const commitOf = (file: string) => git('log', '-1', '--format=%H', integration.merged, '--', file);
  /** What is told once the target has gone on from the merge. */
  const after = async (go: () => void) => {
    git('reset', '--quiet', '--hard', merged);
    go();
    return reverted(three);
  };
  const all = { packages: ['WP01', 'WP02', 'WP03'] };
  const revertAll = () => {
    for (const file of ['extra.txt', 'lib/new.txt', 'src/two.txt'])
      git('revert', '--no-edit', commitOf(file));
  };
  expect(await after(() => three.repository.commit('Edit', edit))).toBeUndefined();
  expect(
    await after(() => {
      three.repository.commit('Edit', edit);
      revertAll();
    }),
  ).toMatchObject(all);
  const found = await after(() => {
    git('revert', '--no-edit', commitOf('src/two.txt'));
    three.repository.commit('Edit', { 'src/long.txt': lines({ 25: 'edited' }) });
  });
  const by = git('rev-parse', 'HEAD~1');
  expect(found).toMatchObject({ packages: ['WP01'], by, again: `git revert ${by}` });
  git('revert', '--no-edit', by);
  expect(await reverted(three)).toBeUndefined();
  expect(await after(() => git('revert', '--no-edit', commitOf('extra.txt')))).toMatchObject({
    packages: ['WP03'],
    paths: ['extra.txt'],
  });
  expect(
    await after(() => {
      git('mv', 'lib/new.txt', 'lib/old.txt');
      git('commit', '-qm', 'Back');
    }),
  ).toMatchObject({ packages: ['WP02'], paths: ['lib/new.txt', 'lib/old.txt'] });
  // Written anew, in part, and on another line.
  for (const other of [{ 5: 'six' }, { 5: 'five', 6: 'six' }])
    expect(
      await after(() =>
        three.repository.commit('Other', { 'src/long.txt': lines(other), 'src/two.txt': 'two\n' }),
      ),
    ).toBeUndefined();
});

test('a merge is missed on a target that has gone on without it', async () => {
  repository.git('reset', '--quiet', '--hard', `${squash}~1`);
  repository.commit('Something else', { 'other.txt': 'x\n' });
  expect(await lost()).toMatchObject({ paths: ['src/a.js', 'src/old.js'] });
});

test('a merge whose work the target has under another commit is not lost, and without the target nothing can be told', async () => {
  repository.git('reset', '--quiet', '--soft', `${squash}~1`);
  repository.git('commit', '--quiet', '--message', 'All in one');
  expect(await lost()).toBeUndefined();
  expect(await merge()).toMatchObject({ kind: 'nothing' });
  repository.git('branch', '--move', 'main', 'trunk');
  expect(await lost()).toBeUndefined();
});

test('a loss that somebody has said yes to is none: what is canceled or sent back need not be there', async () => {
  repository.git('reset', '--quiet', '--hard', `${squash}~1`);
  for (const to of ['canceled', 'planned']) {
    world.reopen();
    await world.move('WP01', to, { agent: 'ada', force: true, note: 'not wanted' });
    expect(await lost()).toBeUndefined();
    if (to === 'canceled') expect(await merge()).toMatchObject({ kind: 'nothing', landed: null });
  }
});

test('what is said of one package says nothing of another, and the next merge does not hide it', async () => {
  const two = missionWorld();
  await two.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await two.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await two.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  const { integration } = await two.merge({ withoutAcceptance: true });
  two.repository.git('reset', '--quiet', '--hard', integration.before);
  two.reopen();
  const ask = async () => {
    const workspace = await two.workspace();
    return lostMerge(() => workspace.lanes(), await workspace.view(two.directory));
  };
  expect(await ask()).toMatchObject({ paths: ['src/a.js', 'src/b.js'], packages: ['WP01', 'WP02'] });
  const next = async () => {
    const workspace = await two.workspace();
    const view = await workspace.view(two.directory);
    return stillMerged(view, askNext(view, 'ada'), () => workspace.lanes());
  };
  const loss = expect.stringContaining(`git merge ${integration.merged}`);
  expect(await next()).toMatchObject({ kind: 'blocked', reason: loss });
  await expect(two.accept()).rejects.toMatchObject({ code: 'MERGE_LOST' });
  await two.move('WP01', 'planned', { agent: 'ada', force: true, note: 'made anew' });
  expect(await next()).toMatchObject({ kind: 'step', action: 'implement', wp: 'WP01', reason: loss });
  await two.claim('WP01');
  expect(await next()).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('Nothing can start now'),
    failures: [expect.stringContaining('src/b.js'), 'WP01 is in_progress by claude'],
  });
  await two.deliver('WP01', 'lane-a', { 'src/a.js': 'better\n' });
  expect(await ask()).toMatchObject({ paths: ['src/b.js'], packages: ['WP02'] });
  expect(await next()).toMatchObject({ kind: 'blocked', reason: loss });
  const refused = { code: 'MERGE_LOST', details: { paths: ['src/b.js'], packages: ['WP02'] } };
  await expect(two.merge({ withoutAcceptance: true })).rejects.toMatchObject(refused);
  await expect(two.accept()).rejects.toMatchObject(refused);
  await two.move('WP02', 'canceled', { agent: 'ada', force: true, note: 'not wanted' });
  expect(await next()).toMatchObject({ kind: 'step', action: 'accept' });
  expect(await two.merge({ withoutAcceptance: true })).toMatchObject({
    integration: { changed: ['src/a.js'] },
  });
});
