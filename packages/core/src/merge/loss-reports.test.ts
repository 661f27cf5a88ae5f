import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MERGE_STRATEGIES } from '../project/merge-strategy.ts';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const nine = (edits: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 9 }, (_, at) => `${edits[at + 1] ?? `line ${at + 1}`}\n`).join('');

// Each test is named after the report of work that a merge or its clean-up destroyed in another tool.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
    ],
    { 'shared.txt': nine() },
  );
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n', 'shared.txt': nine({ 5: 'lane' }) });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const merge = (more: Parameters<MissionWorld['merge']>[0] = {}) =>
  world.merge({ withoutAcceptance: true, ...more });
const inLane = (laneId: string, file: string) => path.join(world.lane(laneId), file);

test.each(MERGE_STRATEGIES)(
  'SK#4892: a change of the target is not reverted by the older version of a lane (%s)',
  async (strategy) => {
    const before = repository.commit('fix on the target', { 'shared.txt': nine({ 5: 'fixed' }) });
    await expect(merge({ strategy })).rejects.toMatchObject({
      code: 'MERGE_CONFLICT',
      details: {
        conflicts: [{ lane: 'lane-a', path: 'shared.txt', hunks: [{ ours: 'fixed', theirs: 'lane' }] }],
      },
    });
    expect([repository.git('rev-parse', 'main'), repository.read('shared.txt')]).toEqual([
      before,
      nine({ 5: 'fixed' }),
    ]);

    repository.commit('fix elsewhere', { 'shared.txt': nine({ 1: 'fixed' }), 'other.txt': 'new\n' });
    await merge({ strategy });
    expect([repository.read('shared.txt'), repository.read('other.txt')]).toEqual([
      nine({ 1: 'fixed', 5: 'lane' }),
      'new\n',
    ]);
  },
);

test('SK#4753: a worktree with work that is nowhere else is not removed', async () => {
  repository.write({ [`.worktrees/${world.directory}-lane-b/draft.txt`]: 'only here\n' });
  await expect(merge()).rejects.toMatchObject({ code: 'DIRTY_WORKTREE' });
  expect(readFileSync(inLane('lane-b', 'draft.txt'), 'utf8')).toBe('only here\n');

  // Nor one on commits of its own, which the branch of the lane does not have.
  world.gitIn('lane-b', 'switch', '--quiet', '--detach');
  const own = world.work('lane-b', { 'experiment.txt': 'only here\n' });
  await expect(merge()).rejects.toMatchObject({ code: 'UNREVIEWED_COMMITS' });
  expect(readFileSync(inLane('lane-b', 'experiment.txt'), 'utf8')).toBe('only here\n');
  expect(world.gitIn('lane-b', 'rev-parse', 'HEAD')).toBe(own);
});

test('SK#4933: uncommitted work in the checkout survives the merge, and its refusal', async () => {
  repository.write({ 'README.md': 'staged\n', 'notes.txt': 'untracked\n' });
  repository.git('add', 'README.md');
  repository.write({ 'README.md': 'changed again\n', 'src/a.js': 'in the way\n' });
  const state = () => [
    repository.git('status', '--porcelain', '--untracked-files=all'),
    repository.git('show', ':README.md'),
    repository.read('README.md'),
    repository.read('notes.txt'),
    repository.read('src/a.js'),
  ];
  const before = state();
  await expect(merge()).rejects.toMatchObject({
    code: 'CHECKOUT_WOULD_LOSE_CHANGES',
    details: { paths: ['src/a.js'] },
  });
  expect(state()).toEqual(before);

  repository.git('clean', '--quiet', '--force', 'src/a.js');
  await merge();
  expect(state()).toEqual(['MM README.md\n?? notes.txt', 'staged', 'changed again\n', 'untracked\n', 'a\n']);
});

test('SK#3942: events and plans that the target got meanwhile are neither reverted nor in conflict', async () => {
  const log = `${world.folder}/status.events.jsonl`;
  repository.commit('planning goes on', { [`${world.folder}/spec.md`]: '# Spec\n\nSharper.\n' });
  const rows = repository.read(log).trimEnd().split('\n');
  await merge();
  const text = repository.git('show', `main:${log}`);
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
  expect(repository.git('show', `main:${world.folder}/spec.md`)).toContain('Sharper.');
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});

test("SK#2993: a lane that carries Spec Kitty's own files is sent back, not resolved by force", async () => {
  await world.move('WP02', 'planned', { agent: 'codex', feedback: 'more' });
  await world.claim('WP02');
  world.work('lane-b', { [`${world.folder}/status.json`]: '{}\n', 'src/b.js': 'more\n' });
  await expect(world.move('WP02', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
    code: 'LANE_TOUCHES_STATE',
    details: { paths: [`${world.folder}/status.json`] },
  });
  await expect(merge()).rejects.toMatchObject({ code: 'MISSION_NOT_READY' });
  expect(world.gitIn('lane-b', 'show', 'HEAD:src/b.js')).toBe('more');
});

test.each(MERGE_STRATEGIES)(
  'SK#1772: nothing is done before its code is on the target (%s)',
  async (strategy) => {
    const before = repository.git('rev-parse', 'main');
    const { integration } = await merge({ strategy });
    expect(repository.git('diff', '--name-only', before, integration.merged).split('\n')).toEqual([
      'shared.txt',
      'src/a.js',
      'src/b.js',
    ]);
    const { laneEvents } = await (await world.workspace()).log.read(world);
    const done = laneEvents.filter(({ to_lane: to }) => to === 'done');
    expect(done.map(({ wp_id: wp }) => wp)).toEqual(['WP01', 'WP02']);
    for (const { wp_id: wp } of done) {
      const file = wp === 'WP01' ? 'src/a.js' : 'src/b.js';
      expect(repository.git('show', `main:${file}`)).toBe(wp === 'WP01' ? 'a' : 'b');
    }
  },
);

test('gastown#1182: clean-up touches the lanes of the mission alone, and their commits stay within reach', async () => {
  const tips = ['lane-a', 'lane-b'].map((lane) => world.gitIn(lane, 'rev-parse', 'HEAD'));
  const others: string[] = [];
  for (const name of ['feature', 'kitty/mission-other-lane-a', `kitty/mission-${world.directory}-lane-z`]) {
    const folder = path.join(repository.root, '.worktrees', name.replaceAll('/', '-'));
    repository.git('worktree', 'add', '--quiet', '-b', name, folder, 'main');
    repository.write({ [path.relative(repository.root, path.join(folder, 'work.txt'))]: `${name}\n` });
    repository.git('-C', folder, 'add', '--all');
    repository.git('-C', folder, 'commit', '--quiet', '--message', name);
    others.push(`${name} ${repository.git('rev-parse', name)} ${existsSync(path.join(folder, 'work.txt'))}`);
  }
  await merge();
  expect([world.hasLane('lane-a'), world.hasLane('lane-b')]).toEqual([false, false]);
  const kept = others.map((other) => {
    const [name = ''] = other.split(' ');
    const file = path.join(repository.root, '.worktrees', name.replaceAll('/', '-'), 'work.txt');
    return `${name} ${repository.git('rev-parse', name)} ${existsSync(file)}`;
  });
  expect(kept).toEqual(others);
  for (const tip of tips)
    expect(repository.git('for-each-ref', '--format=%(refname)', '--contains', tip)).toContain(
      'refs/spec-kitty/backup/',
    );
});
