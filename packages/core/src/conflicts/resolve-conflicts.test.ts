import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { abortResolution } from './abort-resolution.ts';
import { continueResolution } from './continue-resolution.ts';
import { explainMerge } from './explain-merge.ts';
import { startResolution } from './start-resolution.ts';

// Three lanes and a target that has moved; the last lane conflicts with the first and with the target.
const world = new MissionWorld();
const { repository, directory } = world;
const request = { mission: directory, lane: undefined, agent: undefined };
beforeAll(async () => {
  await world.plan(
    ['a', 'b', 'c'].map((name, index) => ({ id: `WP0${index + 1}`, owns: [`src/${name}.js`] })),
    { '.kittify/config.yaml': 'project: {}\n', 'list.txt': 'one\ntwo\nthree\nfour\nfive\n' },
  );
  await world.deliver('WP01', 'lane-a', { 'list.txt': 'ONE\ntwo\nthree\nfour\nfive\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  await world.deliver('WP03', 'lane-c', { 'list.txt': 'first\ntwo\nthree\nfour\nlast\n', 'src/c.js': 'c\n' });
  repository.commit('Count on', { 'list.txt': 'one\ntwo\nthree\nfour\nFIVE\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

function refs(): string {
  return repository.git('for-each-ref') + repository.git('worktree', 'list');
}

async function start(lane?: string) {
  return startResolution(await world.workspace(), { mission: directory, lane });
}

async function goOn(more: { agent?: string } = {}) {
  return continueResolution(await world.workspace(), { ...request, ...more });
}

async function resolve(text = 'FIRST\ntwo\nthree\nfour\nLAST\n'): Promise<string> {
  const { resolution } = await start();
  writeFileSync(path.join(resolution.folder, 'list.txt'), text);
  repository.git('-C', resolution.folder, 'add', 'list.txt');
  return resolution.folder;
}

test('explaining names the commits of every side, with package and requirement', async () => {
  const before = refs();
  const { conflicts } = await explainMerge(await world.workspace(), { mission: directory });
  const author = expect.stringMatching(/^.+ <.+@.+>$/);
  expect(conflicts).toMatchObject([
    {
      lane: 'lane-c',
      path: 'list.txt',
      kind: 'content',
      hunks: [{ line: 1, ours: 'ONE\ntwo\nthree\nfour\nFIVE', theirs: 'first\ntwo\nthree\nfour\nlast' }],
      theirs: {
        name: 'lane-c',
        commits: [{ author, subject: 'WP03: work', wp: 'WP03', requirements: ['FR-001'] }],
      },
      ours: [
        { name: 'main', commits: [{ author, subject: 'Count on', wp: null, requirements: [] }] },
        {
          name: 'lane-a',
          commits: [{ author, subject: 'WP01: work', wp: 'WP01', requirements: ['FR-001'] }],
        },
        { name: 'lane-b', commits: [] },
      ],
    },
  ]);
  expect(refs()).toBe(before);
});

test('a resolution is a reviewed commit of its lane, after which the mission merges', async () => {
  const old = world.gitIn('lane-c', 'rev-parse', 'HEAD');
  const folder = await resolve();
  const { commit, moved } = await goOn({ agent: 'claude' });
  expect(moved).toMatchObject({ from: 'approved', to: 'for_review', commit });
  expect(existsSync(folder)).toBe(false);
  expect(repository.git('worktree', 'list')).not.toContain('conflicts');
  expect(world.gitIn('lane-c', 'rev-parse', 'HEAD')).toBe(commit);
  expect(world.gitIn('lane-c', 'status', '--porcelain')).toBe('');
  expect(world.gitIn('lane-c', 'show', 'HEAD:list.txt')).toContain('FIRST');
  const parents = world.gitIn('lane-c', 'log', '-1', '--format=%P').split(' ');
  expect(parents).toHaveLength(4);
  expect(parents[0]).toBe(old);
  expect(world.gitIn('lane-c', 'log', '-1', '--format=%an')).toBe(repository.git('config', 'user.name'));
  await expect(world.merge()).rejects.toMatchObject({ code: 'MISSION_NOT_READY' });
  // What came along from the other lanes is theirs.
  expect(await world.review('WP03')).toMatchObject({
    commitCount: 2,
    changedFiles: ['src/c.js'],
    changedOutsideOwned: ['list.txt'],
  });
  await world.move('WP03', 'approved', { agent: 'codex', note: 'fine' });
  await world.accept();
  await world.merge();
  expect(repository.read('list.txt')).toBe('FIRST\ntwo\nthree\nfour\nLAST\n');
  expect(['src/b.js', 'src/c.js'].map((file) => repository.read(file))).toEqual(['b\n', 'c\n']);
});

test('explaining names who deleted what the other side has changed', async () => {
  for (const [ours, theirs] of [
    ['target', 'lane'],
    ['lane', 'target'],
  ]) {
    const own = missionWorld();
    await own.plan([{ id: 'WP01', owns: ['src/a.js'] }], { 'src/a.js': 'a\n' });
    await own.claim('WP01');
    const at = ours === 'lane' ? ['-C', own.lane('lane-a')] : [];
    if (theirs === 'lane') own.work('lane-a', { 'src/a.js': 'b\n' });
    else own.repository.commit('Change it', { 'src/a.js': 'b\n' });
    own.repository.git(...at, 'rm', '--quiet', 'src/a.js');
    own.repository.git(...at, 'commit', '--quiet', '--message', 'Remove it');
    await own.approve('WP01');
    const { conflicts } = await explainMerge(await own.workspace(), { mission: own.directory });
    const sides = [conflicts[0]?.theirs, ...(conflicts[0]?.ours ?? [])];
    expect(
      sides.flatMap((side) => side?.commits ?? []).map(({ subject, deletes }) => [subject, deletes]),
    ).toEqual(
      expect.arrayContaining([
        ['Remove it', true],
        [expect.not.stringContaining('Remove'), false],
      ]),
    );
  }
});

test('explaining names who renamed a file, and who deleted or changed it under its old name', async () => {
  const own = missionWorld();
  const text = (line: string) => `${line}\n1\n2\n3\n4\n5\n6\n7\n8\n`;
  const files = { 'src/a.js': text('a'), 'src/b.js': text('b'), 'src/c.js': text('c') };
  await own.plan([{ id: 'WP01', owns: ['src/**'] }], files);
  await own.claim('WP01');
  const git = (...args: readonly string[]) => own.repository.git(...args);
  const inLane = (...args: readonly string[]) => own.gitIn('lane-a', ...args);
  for (const name of ['a', 'b', 'c']) inLane('mv', `src/${name}.js`, `src/${name}2.js`);
  own.work('lane-a', { 'src/b2.js': text('bee') });
  git('rm', '--quiet', 'src/a.js');
  git('mv', 'src/c.js', 'src/c3.js');
  own.repository.commit('Tidy up', { 'src/b.js': text('B') });
  await own.approve('WP01');
  const { conflicts } = await explainMerge(await own.workspace(), { mission: own.directory });
  const told = conflicts.map(({ path: at, kind, theirs, ours }) => [
    `${kind} ${at}`,
    ...[theirs, ...ours].flatMap(({ commits }) =>
      commits.map(({ deletes, renames }) => (deletes ? 'deleted' : (renames ?? 'changed'))),
    ),
  ]);
  const [a2, b2] = ['a', 'b'].map((name) => ({ from: `src/${name}.js`, to: `src/${name}2.js` }));
  const c2 = { from: 'src/c.js', to: 'src/c2.js' };
  const c3 = { ...c2, to: 'src/c3.js' };
  expect(told).toEqual([
    ['rename/delete src/a2.js', a2, 'deleted'],
    ['content src/b2.js', b2, 'changed'],
    ['rename/rename src/c.js', c2, c3],
    ['rename/rename src/c2.js', c2, c3],
    ['rename/rename src/c3.js', c2, c3],
  ]);
});

test('a resolution can be rebased: its lane becomes one commit that says who wrote it', async () => {
  await resolve();
  await goOn({ agent: 'claude' });
  await world.review('WP03');
  await world.move('WP03', 'approved', { agent: 'codex', note: 'fine' });
  await world.accept();
  const before = repository.git('rev-parse', 'main');
  await world.merge({ strategy: 'rebase' });
  expect(repository.read('list.txt')).toBe('FIRST\ntwo\nthree\nfour\nLAST\n');
  const log = repository.git(
    'log',
    '--reverse',
    '--format=%s|%p|%(trailers:key=Spec-Kitty-Package)',
    `${before}..main`,
  );
  expect(log).toMatch(/^WP01: work\|\w+\|\nWP02: work\|\w+\|\n[^\n]+\|\w+\|Spec-Kitty-Package: WP03 /);
});

test('started twice, it says where it is and leaves what is done there', async () => {
  const folder = await resolve();
  const again = await start('lane-c');
  expect(again).toMatchObject({ fresh: false, again: false, resolution: { folder, paths: ['list.txt'] } });
  expect(repository.git('-C', folder, 'show', ':list.txt')).toContain('LAST');
});

test('a folder that somebody deleted is opened again, and it is said', async () => {
  const folder = await resolve();
  rmSync(folder, { recursive: true });
  expect(await start()).toMatchObject({ fresh: true, again: true, resolution: { folder } });
  expect(existsSync(folder)).toBe(true);
});

test('what is marked, unmerged or unstaged keeps a resolution from its lane', async () => {
  const before = repository.git('for-each-ref', 'refs/heads');
  const { folder } = (await start()).resolution;
  const incomplete = (details: object) => ({ code: 'RESOLUTION_INCOMPLETE', details });
  const left = { unmerged: ['list.txt'], marked: ['list.txt'], unstaged: [] };
  await expect(goOn()).rejects.toMatchObject(incomplete(left));
  repository.git('-C', folder, 'add', 'list.txt');
  await expect(goOn()).rejects.toMatchObject(incomplete({ ...left, unmerged: [] }));
  writeFileSync(path.join(folder, 'list.txt'), 'one\n=======\ntwo\n');
  repository.git('-C', folder, 'add', 'list.txt');
  await expect(goOn()).rejects.toMatchObject(incomplete({ ...left, unmerged: [] }));
  writeFileSync(path.join(folder, 'list.txt'), 'both\n');
  writeFileSync(path.join(folder, 'new.txt'), 'new\n');
  const unstaged = { unmerged: [], marked: [], unstaged: ['list.txt', 'new.txt'] };
  await expect(goOn()).rejects.toMatchObject(incomplete(unstaged));
  expect(repository.git('for-each-ref', 'refs/heads')).toBe(before);
});

test('markers are looked for in what would be committed, in whatever encoding or place it lies in the folder', async () => {
  const marked = (...files: readonly string[]) => ({
    code: 'RESOLUTION_INCOMPLETE',
    details: { unmerged: [], marked: files, unstaged: [] },
  });
  const wide = (text: string) => [...text].map((one) => `${one}\0`).join('');
  repository.commit('In another encoding', {
    '.gitattributes': 'list.txt text working-tree-encoding=UTF-16LE\n',
    'list.txt': wide('one\ntwo\nthree\nfour\nFIVE\n'),
  });
  const { folder } = (await start()).resolution;
  writeFileSync(path.join(folder, 'list.txt'), wide('<<<<<<< HEAD\nfirst\n=======\nFIVE\n>>>>>>> main\n'));
  repository.git('-C', folder, 'add', 'list.txt');
  await expect(goOn()).rejects.toMatchObject(marked('list.txt'));
  repository.git('-C', folder, 'mv', 'list.txt', 'moved.txt');
  repository.git('-C', folder, 'checkout', '--', 'moved.txt');
  await expect(goOn()).rejects.toMatchObject(marked('moved.txt'));
  writeFileSync(path.join(folder, 'moved.txt'), 'both\n');
  repository.git('-C', folder, 'add', 'moved.txt');
  expect(await goOn()).toMatchObject({ besides: ['moved.txt'] });
});

test('a validation that fails keeps a resolution from its lane', async () => {
  repository.commit('settings', {
    '.kittify/config.yaml': 'validation:\n  command: [grep, -q, FIRST, list.txt]\n',
  });
  world.reopen();
  const workspace = await world.workspace();
  const trust = await workspace.trust();
  await trust.allow(await trust.items(await workspace.config()));
  const before = repository.git('for-each-ref', 'refs/heads');
  const folder = await resolve('neither\n');
  await expect(goOn()).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(repository.git('for-each-ref', 'refs/heads')).toBe(before);
  writeFileSync(path.join(folder, 'list.txt'), 'FIRST\n');
  repository.git('-C', folder, 'add', 'list.txt');
  expect(await goOn()).toMatchObject({ validation: { command: expect.anything() } });
});

test('aborting removes the folder; what was staged and committed there is kept', async () => {
  const before = refs();
  const folder = await resolve();
  repository.git('-C', folder, 'commit', '--quiet', '--message', 'by hand');
  const byHand = repository.git('-C', folder, 'rev-parse', 'HEAD');
  writeFileSync(path.join(folder, 'list.txt'), 'and more\n');
  const { backup } = await abortResolution(await world.workspace(), { mission: directory, lane: undefined });
  const kept = `refs/spec-kitty/backup/${backup}`;
  expect(repository.git('show', `${kept}:list.txt`)).toBe('and more');
  expect(repository.git('merge-base', byHand, kept)).toBe(byHand);
  repository.git('update-ref', '-d', kept);
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(`${folder}.json`)).toBe(false);
  expect(refs()).toBe(before);
  await expect(goOn()).rejects.toMatchObject({ code: 'NO_RESOLUTION' });
});

test('a commit made by hand in the folder is kept beside the one that the lane gets', async () => {
  const folder = await resolve();
  repository.git('-C', folder, 'commit', '--quiet', '--message', 'by hand');
  const byHand = repository.git('-C', folder, 'rev-parse', 'HEAD');
  await goOn();
  const kept = `refs/spec-kitty/backup/${world.missionId}/lane-c-resolution`;
  expect(repository.git('rev-parse', kept)).toBe(byHand);
});

test('a lane that has moved meanwhile is refused, and stays', async () => {
  await resolve();
  const moved = world.work('lane-c', { 'src/c.js': 'later\n' });
  await expect(goOn()).rejects.toMatchObject({ code: 'LANE_MOVED', details: { found: moved } });
  expect(world.gitIn('lane-c', 'rev-parse', 'HEAD')).toBe(moved);
});

test('uncommitted work in the lane is not overwritten', async () => {
  await resolve();
  writeFileSync(path.join(world.lane('lane-c'), 'list.txt'), 'mine\n');
  await expect(goOn()).rejects.toMatchObject({ code: 'DIRTY_WORKTREE' });
  expect(world.gitIn('lane-c', 'diff', '--name-only')).toBe('list.txt');
});

test('a resolution whose package could not be moved is finished by the same command, and not aborted', async () => {
  const folder = await resolve();
  const workspace = await world.workspace();
  const broken = withChanges(workspace, {
    log: withChanges(workspace.log, {
      append: async () => {
        throw new Error('power cut');
      },
    }),
  });
  await expect(continueResolution(broken, request)).rejects.toThrow('power cut');
  expect(existsSync(folder)).toBe(true);
  world.reopen();
  const aborted = abortResolution(await world.workspace(), { mission: directory, lane: undefined });
  await expect(aborted).rejects.toMatchObject({ code: 'RESOLUTION_COMMITTED' });
  const tip = world.gitIn('lane-c', 'rev-parse', 'HEAD');
  expect(await goOn()).toMatchObject({ commit: tip, moved: { to: 'for_review', commit: tip } });
  expect(existsSync(folder)).toBe(false);
});

test('a lane that the resolution brings along is not merged by it once its approval is gone', async () => {
  await resolve();
  await goOn();
  await world.review('WP03');
  await world.move('WP03', 'approved', { agent: 'codex', note: 'fine' });
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'anew', force: true, note: 'anew' });
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'aa\n' });
  await world.approve('WP01');
  await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
    code: 'BUILT_ON_UNAPPROVED',
  });
});

test('without conflicts there is nothing to start', async () => {
  await expect(start('lane-a')).rejects.toMatchObject({
    code: 'NO_CONFLICTS',
    hints: [expect.stringContaining('--lane lane-c')],
  });
});

test.each(['started first', 'one after the other'])(
  'conflicts of two lanes, %s, take one round of reviews and one acceptance',
  async (order) => {
    const two = missionWorld();
    const names = ['a', 'b'];
    await two.plan(
      names.map((name, index) => ({ id: `WP0${index + 1}`, owns: [`src/${name}.js`] })),
      { '.kittify/config.yaml': 'project: {}\n', 'a.txt': 'old\n', 'b.txt': 'old\n' },
    );
    for (const [index, name] of names.entries())
      await two.deliver(`WP0${index + 1}`, `lane-${name}`, { [`${name}.txt`]: 'lane\n' });
    two.repository.commit('Elsewhere', { 'a.txt': 'main\n', 'b.txt': 'main\n' });
    const ports = await two.workspace();
    const goOnWith = (lane: string) =>
      continueResolution(ports, { mission: two.directory, lane, agent: 'claude' });
    const others = [];
    for (const name of names) {
      const lane = `lane-${name}`;
      const started = await startResolution(ports, { mission: two.directory, lane });
      others.push(started.others);
      writeFileSync(path.join(started.resolution.folder, `${name}.txt`), 'both\n');
      two.repository.git('-C', started.resolution.folder, 'add', '--all');
      if (order === 'one after the other') await goOnWith(lane);
    }
    expect(others).toEqual([['lane-b'], []]);
    if (order === 'started first') for (const name of names) await goOnWith(`lane-${name}`);
    for (const wp of ['WP01', 'WP02']) {
      await two.review(wp);
      await two.move(wp, 'approved', { agent: 'codex', note: 'fine' });
    }
    await two.accept();
    await two.merge();
    expect([two.repository.read('a.txt'), two.repository.read('b.txt')]).toEqual(['both\n', 'both\n']);
  },
);

test('a resolution that was sent to review before the folder went is finished by the same command', async () => {
  const folder = await resolve();
  const workspace = await world.workspace();
  const killed = withChanges(workspace, {
    conflicts: async (mission) =>
      withChanges(await workspace.conflicts(mission), {
        drop: () => {
          throw new Error('killed');
        },
      }),
  });
  await expect(continueResolution(killed, request)).rejects.toThrow('killed');
  await world.review('WP03');
  await world.move('WP03', 'approved', { agent: 'codex', note: 'fine' });
  expect(await goOn()).toMatchObject({ moved: null, to: 'approved' });
  expect(existsSync(folder)).toBe(false);
});
