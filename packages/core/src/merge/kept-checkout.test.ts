import { execSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BranchMover } from '@spec-kitty/local/checkout/move-branch';
import { findRepository } from '@spec-kitty/local/repository/repository';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { describe, expect, test } from 'vitest';
import { continueResolution } from '../conflicts/continue-resolution.ts';
import { explainMerge } from '../conflicts/explain-merge.ts';
import { startResolution } from '../conflicts/start-resolution.ts';

function at(root: string, name: string): Buffer {
  return Buffer.from(`${root}/src/${name}`, 'latin1');
}

function textAt(root: string, name: string): string | undefined {
  try {
    return readFileSync(at(root, name), 'utf8');
  } catch {
    // There is none.
    return undefined;
  }
}

/** What is at each of the names, in the order of {@link latinWorld}. */
function texts(root: string) {
  return ['caf\u{e9}.txt', 'del\u{e9}.txt', 'new\u{e9} \u{ff}.txt', 'dir\u{e9}'].map((name) =>
    textAt(root, name),
  );
}

const MERGED = ['new\n', undefined, 'added\n', 'a file\n'];

/** A package that edits, removes and adds files whose names are not UTF-8, and makes a file of a folder. */
async function latinWorld() {
  const world = missionWorld();
  const { root } = world.repository;
  world.repository.write({ 'src/plain.txt': 'plain\n' });
  for (const name of ['caf\u{e9}.txt', 'del\u{e9}.txt']) writeFileSync(at(root, name), 'old\n');
  mkdirSync(at(root, 'dir\u{e9}'));
  writeFileSync(at(root, 'dir\u{e9}/in\u{e9}.txt'), 'inside\n');
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['other/**'] },
  ]);
  await world.claim('WP01');
  const lane = world.lane('lane-a');
  writeFileSync(at(lane, 'caf\u{e9}.txt'), 'new\n');
  rmSync(at(lane, 'del\u{e9}.txt'));
  writeFileSync(at(lane, 'new\u{e9} \u{ff}.txt'), 'added\n');
  rmSync(at(lane, 'dir\u{e9}'), { recursive: true });
  writeFileSync(at(lane, 'dir\u{e9}'), 'a file\n');
  world.work('lane-a', {}, 'WP01: work');
  await world.approve('WP01');
  return world;
}

// Other systems have no such names.
describe.skipIf(process.platform !== 'linux')('names that are not UTF-8 [need Linux]', () => {
  test('arrive by a merge, and nothing is left to commit', async () => {
    const world = await latinWorld();
    const { repository } = world;
    await world.deliver('WP02', 'lane-b', { 'other/b.txt': 'b\n' });
    await world.accept();
    await world.merge();
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(texts(repository.root)).toEqual(MERGED);
    expect(repository.git('ls-files', 'src').split('\n')).toEqual([
      String.raw`"src/caf\351.txt"`,
      String.raw`"src/dir\351"`,
      String.raw`"src/new\351 \377.txt"`,
      'src/plain.txt',
    ]);
  });

  test('hold a merge up where one of them has an uncommitted change', async () => {
    const world = await latinWorld();
    const { repository } = world;
    await world.deliver('WP02', 'lane-b', { 'other/b.txt': 'b\n' });
    await world.accept();
    const before = repository.git('rev-parse', 'main');
    writeFileSync(at(repository.root, 'caf\u{e9}.txt'), 'mine\n');
    await expect(world.merge()).rejects.toMatchObject({ code: 'CHECKOUT_WOULD_LOSE_CHANGES' });
    expect([repository.git('rev-parse', 'main'), textAt(repository.root, 'caf\u{e9}.txt')]).toEqual([
      before,
      'mine\n',
    ]);
  });

  test('are put back by an abort, and followed by what goes on', async () => {
    const world = await latinWorld();
    const { repository } = world;
    const { root, env } = repository;
    const mover = new BranchMover({ repository: await findRepository(root), env });
    const before = repository.git('rev-parse', 'main');
    const tree = repository.git('rev-parse', `${world.gitIn('lane-a', 'rev-parse', 'HEAD')}^{tree}`);
    const after = repository.git('commit-tree', tree, '-p', before, '-m', 'all of it');
    const names = [
      'caf\udce9.txt',
      'del\udce9.txt',
      'new\udce9 \udcff.txt',
      'dir\udce9',
      'dir\udce9/in\udce9.txt',
    ];
    const move = {
      branch: 'main',
      before,
      after,
      changed: names.map((name) => `src/${name}`),
      indexOnly: [],
    };
    const [found, status] = [texts(root), repository.git('status', '--porcelain')];
    await mover.run('m', move);
    expect([texts(root), repository.git('diff', 'HEAD', '--stat', '--', 'src')]).toEqual([MERGED, '']);
    expect(await mover.abort('m')).toEqual({ tip: before, left: [] });
    expect([texts(root), repository.git('status', '--porcelain')]).toEqual([found, status]);
    expect(textAt(root, 'dir\u{e9}/in\u{e9}.txt')).toBe('inside\n');

    await mover.run('m', move);
    // As a kill leaves it that came before the branch moved, in the middle of a file.
    repository.git('update-ref', 'refs/heads/main', before);
    writeFileSync(at(root, 'caf\u{e9}.txt'), 'ne');
    await mover.resume('m', []);
    expect([texts(root), repository.git('diff', 'HEAD', '--stat', '--', 'src')]).toEqual([MERGED, '']);
  });

  test('are resolved where they conflict', async () => {
    const world = await latinWorld();
    const { repository, directory } = world;
    await world.claim('WP02');
    const lane = world.lane('lane-b');
    writeFileSync(at(lane, 'caf\u{e9}.txt'), 'other\n');
    writeFileSync(at(lane, 'more\u{e9}.txt'), 'more\n');
    world.work('lane-b', { 'other/b.txt': 'b\n' }, 'WP02: work');
    await world.approve('WP02');
    await world.accept();
    await expect(world.merge()).rejects.toMatchObject({ code: 'MERGE_CONFLICT' });
    expect(await explainMerge(await world.workspace(), { mission: directory })).toMatchObject({
      conflicts: [{ path: 'src/caf\udce9.txt' }],
    });
    const request = { mission: directory, lane: undefined, agent: 'claude' };
    const { resolution } = await startResolution(await world.workspace(), request);
    writeFileSync(at(resolution.folder, 'caf\u{e9}.txt'), 'both\n');
    repository.git('-C', resolution.folder, 'add', '--all');
    await continueResolution(await world.workspace(), request);
    expect(world.gitIn('lane-b', 'status', '--porcelain')).toBe('');
    await world.review('WP02');
    await world.move('WP02', 'approved', { agent: 'codex', note: 'fine' });
    await world.accept();
    await world.merge();
    expect(repository.git('status', '--porcelain')).toBe('');
    expect([textAt(repository.root, 'caf\u{e9}.txt'), textAt(repository.root, 'more\u{e9}.txt')]).toEqual([
      'both\n',
      'more\n',
    ]);
  });
});

describe.each([
  ['a sparse index', ['--cone', '--sparse-index']],
  ['cones', ['--cone', '--no-sparse-index']],
  ['patterns', ['--no-cone', '--no-sparse-index']],
])('a sparse checkout with %s', (_, how) => {
  test('has each path once after a merge, and the next commit is sound', async () => {
    const world = missionWorld();
    const { repository } = world;
    const files = {
      'src/one.txt': 'old\n',
      'src/gone.txt': 'gone\n',
      'src/deep/two.txt': 'two\n',
      'lib/x.txt': 'x\n',
    };
    await world.plan([{ id: 'WP01', owns: ['src/**'] }], files);
    await world.claim('WP01');
    rmSync(`${world.lane('lane-a')}/src/gone.txt`);
    world.work('lane-a', { 'src/one.txt': 'new\n', 'src/deep/more.txt': 'more\n' }, 'WP01: work');
    await world.approve('WP01');
    await world.accept();
    repository.git('sparse-checkout', 'set', ...how, 'kitty-specs');
    world.reopen();
    await world.merge();
    const names = repository.git('ls-files').split('\n');
    expect(names).toEqual([...new Set(names)]);
    expect(names).toEqual(repository.git('ls-tree', '-r', '--name-only', 'main').split('\n'));
    expect(repository.git('status', '--porcelain')).toBe('');
    repository.write({ 'kitty-specs/mine.txt': 'mine\n' });
    repository.git('add', 'kitty-specs/mine.txt');
    repository.git('commit', '--quiet', '--message', 'Mine');
    expect(repository.git('fsck', '--no-dangling', '--no-progress')).toBe('');
    expect(repository.git('show', '--name-only', '--format=', 'HEAD')).toBe('kitty-specs/mine.txt');
    expect(repository.git('show', 'main:src/one.txt', 'main:src/deep/more.txt')).toBe('new\nmore');
  });
});

// In the list of worktrees Git names the Git directory in the place of such a checkout.
test.each([
  ['and does not know it', false],
  ['and names it by core.worktree, as that of a submodule', true],
])('a checkout whose Git directory lies apart %s keeps what is in the way, and follows', async (_, named) => {
  const world = missionWorld();
  const { repository } = world;
  repository.git('init', '--quiet', '--separate-git-dir', path.join(repository.base, 'project.git'));
  if (named) repository.git('config', 'core.worktree', repository.root);
  await world.plan([{ id: 'WP01', owns: ['src/**'] }], { 'src/one.txt': 'old\n' });
  await world.deliver('WP01', 'lane-a', { 'src/one.txt': 'new\n', 'src/more.txt': 'more\n' });
  await world.accept();
  repository.write({ 'src/more.txt': 'precious\n' });
  await expect(world.merge()).rejects.toMatchObject({
    code: 'CHECKOUT_WOULD_LOSE_CHANGES',
    details: { checkout: repository.root, paths: ['src/more.txt'] },
  });
  expect(repository.read('src/more.txt')).toBe('precious\n');
  rmSync(path.join(repository.root, 'src/more.txt'));
  repository.write({ 'mine.txt': 'mine\n' });
  world.reopen();
  await world.merge();
  expect(repository.git('status', '--porcelain')).toBe('?? mine.txt');
  expect([repository.read('src/one.txt'), repository.read('src/more.txt')]).toEqual(['new\n', 'more\n']);
});

test.each(['assume-unchanged', 'skip-worktree'])(
  'a change under %s holds a handover up, by whose hints it can be committed, and a merge as well',
  async (mark) => {
    const world = missionWorld();
    const { repository } = world;
    await world.plan([{ id: 'WP01', owns: ['src/**'] }], {
      'src/a b.txt': 'old\n',
      'src/same.txt': 'same\n',
    });
    await world.claim('WP01');
    world.work('lane-a', { 'src/new.txt': 'new\n' }, 'WP01: work');
    const lane = world.lane('lane-a');
    world.gitIn('lane-a', 'update-index', `--${mark}`, 'src/a b.txt', 'src/same.txt');
    writeFileSync(`${lane}/src/a b.txt`, 'overlooked\n');
    const refused: unknown = await world.approve('WP01').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'DIRTY_WORKTREE', details: { dirty_paths: ['src/a b.txt'] } });
    const { hints } = refused as { hints: readonly string[] };
    for (const [, command = 'false'] of (hints[0] ?? '').matchAll(/`(git [^`]+)`/g))
      execSync(command, { env: repository.env });
    expect(world.gitIn('lane-a', 'status', '--porcelain')).toBe(' M "src/a b.txt"');
    world.work('lane-a', {}, 'The rest');
    await world.approve('WP01');
    await world.accept();
    world.gitIn('lane-a', 'update-index', `--${mark}`, 'src/a b.txt');
    writeFileSync(`${lane}/src/a b.txt`, 'once more\n');
    await expect(world.merge()).rejects.toMatchObject({ code: 'DIRTY_WORKTREE', hints: { length: 3 } });
    expect(readFileSync(`${lane}/src/a b.txt`, 'utf8')).toBe('once more\n');
  },
);
