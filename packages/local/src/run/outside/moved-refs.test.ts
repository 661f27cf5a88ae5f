import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { updateRefs } from '../../checkout/update-refs.ts';
import { Git } from '../../git/git.ts';
import { findRepository, privateDir } from '../../repository/repository.ts';
import { reflogMark } from '../environment/reflog-mark.ts';
import { RefWatch } from './ref-watch.ts';
import { readSettings, settingsChanged } from './settings-watch.ts';

/** Lanes a and b, and a watch over the refs beside them. */
async function world() {
  const repository = tempRepository();
  const first = repository.commit('first', { 'a.txt': 'a\n' });
  const laneOf = (name: string): string => path.join(repository.root, '.worktrees', name);
  for (const name of ['a', 'b'])
    repository.git('worktree', 'add', '--quiet', '-b', `kitty/${name}`, laneOf(name));
  const found = await findRepository(repository.root);
  const runs = privateDir(found, 'runs', 'm');
  /** As a process of its own has it. */
  const watch = () =>
    new RefWatch(
      { repository: found, env: repository.env },
      { missionId: 'm', target: 'main', folder: runs },
    );
  const refs = watch();
  const git = new Git(repository.root, repository.env);
  /** As an agent does it, in a folder. */
  const by = (attempt: string, folder: string, ...args: readonly string[]) =>
    git.at(folder).run(args, { env: reflogMark(attempt) });
  const tip = () => git.text(['rev-parse', 'HEAD']);
  return { repository, laneOf, found, watch, refs, git, by, first, tip };
}

const COMMIT = ['commit', '--quiet', '--allow-empty', '-m', 'x'];

test('an agent that commits on the target is known, and stops the merge; its own branch is its own', async () => {
  const { refs, laneOf, by, repository, first, tip } = await world();
  await refs.enter('1', laneOf('a'));
  await refs.enter('2', laneOf('b'));
  await by('1', laneOf('a'), ...COMMIT);
  await by('1', repository.root, ...COMMIT);
  const [moved, ...more] = await refs.leave('1');
  expect([moved, more]).toEqual([
    {
      ref: 'refs/heads/main',
      from: first,
      to: await tip(),
      kept: null,
      byAttempt: true,
      stops: 'by_agent',
      takeBack: `git -C ${repository.root} reset --keep ${first}`,
    },
    [],
  ]);
  expect(await refs.leave('2')).toEqual([]);
});

test('what an agent moved whose engine is gone is found by the next one, and only once', async () => {
  const { watch, refs, laneOf, by, repository, first, tip } = await world();
  await refs.enter('1', laneOf('a'));
  await refs.enter('2', laneOf('b'));
  await by('1', laneOf('a'), ...COMMIT);
  await by('1', repository.root, ...COMMIT);
  const moved = { ref: 'refs/heads/main', from: first, to: await tip(), byAttempt: true, stops: 'by_agent' };
  expect(await watch().recover('1')).toMatchObject([moved]);
  expect(await watch().recover('2')).toEqual([]);
  repository.git('reset', '--quiet', '--hard', first);
  expect(await watch().recover('1')).toMatchObject([moved]);
  expect(await watch().recover('3')).toEqual([]);
});

test('what an engine that is gone may have moved itself is not told as somebody’s, a target that was rewritten is', async () => {
  const { watch, refs, laneOf, by, repository, git } = await world();
  const second = repository.commit('second', { 'a.txt': 'b\n' });
  await refs.enter('1', laneOf('a'));
  await by('2', laneOf('b'), ...COMMIT);
  await updateRefs(git, [{ ref: 'refs/spec-kitty/recorded/m/WP01', value: second, expected: null }]);
  repository.git('branch', 'kitty/c');
  repository.git('update-ref', 'refs/heads/kitty/b', second);
  repository.commit('mine', { 'a.txt': 'c\n' });
  const other = watch();
  await other.enter('3', laneOf('a'));
  expect(await watch().recover('1')).toEqual([]);
  repository.git('reset', '--quiet', '--hard', 'HEAD~2');
  expect(await watch().recover('3')).toMatchObject([
    { ref: 'refs/heads/main', byAttempt: false, stops: 'rewritten' },
  ]);
});

test('what was found when an attempt ended is still known where its engine has died before it was noted', async () => {
  const { watch, refs, laneOf, by, repository } = await world();
  await refs.enter('1', laneOf('a'));
  await by('1', repository.root, ...COMMIT);
  const moved = await refs.leave('1');
  expect(await watch().recover('1')).toEqual(moved);
});

test('a person who commits on the target, switches branches or tags is told, and stops nothing', async () => {
  const { refs, laneOf, repository, git } = await world();
  await refs.enter('1', laneOf('a'));
  repository.commit('mine', { 'mine.txt': 'x\n' });
  repository.git('tag', 'v1');
  repository.git('switch', '--quiet', '-c', 'other');
  const moved = await refs.leave('1');
  expect(moved.map(({ ref, byAttempt, stops }) => [ref, byAttempt, stops])).toEqual([
    ['refs/heads/main', false, null],
    ['HEAD', false, null],
    ['refs/heads/other', false, null],
    ['refs/tags/v1', false, null],
  ]);
  expect(await git.lines(['for-each-ref', 'refs/spec-kitty'])).toEqual([]);
});

test('what a person decides meanwhile, and a run of another mission, moves refs that nobody is told of', async () => {
  const { refs, laneOf, repository, by, first } = await world();
  const lane = (mission: string) => `kitty/mission-${mission}-lane-a`;
  for (const mission of ['m', 'n'])
    repository.git('worktree', 'add', '--quiet', '-b', lane(mission), laneOf(mission));
  repository.git('update-ref', 'refs/spec-kitty/recorded/m/WP01', first);
  await refs.enter('1', laneOf('m'));
  const later = repository.git('commit-tree', '-p', first, '-m', 'later', `${first}^{tree}`);
  for (const ref of ['recorded/m/WP02', 'recorded/n/WP01', 'backup/n/lane-a'])
    repository.git('update-ref', `refs/spec-kitty/${ref}`, first);
  await by('of the other run', laneOf('n'), ...COMMIT);
  repository.git('update-ref', 'refs/spec-kitty/recorded/m/WP01', later);
  const moved = await refs.leave('1');
  expect(moved.map(({ ref }) => ref)).toEqual(['refs/spec-kitty/recorded/m/WP01']);
  await refs.enter('2', laneOf('m'));
  await by('2', laneOf('n'), ...COMMIT);
  expect(await refs.leave('2')).toMatchObject([{ ref: `refs/heads/${lane('n')}`, byAttempt: true }]);
});

test('a target that loses commits, or gets those of lanes, stops the merge whoever did it; nothing is lost', async () => {
  const { refs, laneOf, repository, git, by } = await world();
  const second = repository.commit('second', { 'a.txt': 'b\n' });
  await by('0', laneOf('a'), ...COMMIT);
  await refs.enter('1', laneOf('b'));
  repository.git('update-ref', 'refs/heads/main', 'kitty/a');
  const [moved] = await refs.leave('1');
  expect(moved).toMatchObject({ ref: 'refs/heads/main', from: second, stops: 'rewritten', byAttempt: false });
  expect(await git.text(['rev-parse', moved?.kept ?? ''])).toBe(second);

  repository.git('update-ref', 'refs/heads/main', second);
  await refs.enter('2', laneOf('b'));
  repository.git('merge', '--quiet', '--no-edit', 'kitty/a');
  expect(await refs.leave('2')).toMatchObject([{ stops: 'unreviewed', kept: null }]);
});

test('the branch of another agent is its own, but not for whoever is known to have moved it', async () => {
  const { refs, laneOf, by, first } = await world();
  await refs.enter('1', laneOf('a'));
  await refs.enter('2', laneOf('b'));
  await by('2', laneOf('b'), ...COMMIT);
  await by('1', laneOf('b'), 'reset', '--hard', '--quiet', first);
  await by('2', laneOf('b'), ...COMMIT, '--amend');
  expect(await refs.leave('1')).toMatchObject([
    { ref: 'refs/heads/kitty/b', byAttempt: true, stops: 'by_agent' },
  ]);
  expect(await refs.leave('2')).toEqual([]);
});

test('what we move is not told, but what somebody moves in between', async () => {
  const { refs, laneOf, git, first, repository } = await world();
  await refs.enter('1', laneOf('a'));
  const moving = updateRefs(git, [{ ref: 'refs/spec-kitty/recorded/m/WP01', value: first, expected: null }]);
  const one = repository.commit('one', { 'a.txt': 'b\n' });
  await moving;
  repository.git('update-ref', 'refs/heads/other', first);
  await updateRefs(git, [{ ref: 'refs/heads/other', value: one, expected: first }]);
  const moved = await refs.leave('1');
  expect(moved.map(({ ref, to }) => [ref, to])).toEqual([
    ['refs/heads/main', one],
    ['refs/heads/other', first],
  ]);
});

test('a lane’s branch that is deleted is kept, and what comes from elsewhere is not told', async () => {
  const { refs, laneOf, by, git, repository } = await world();
  repository.git('branch', 'kitty/c');
  repository.git('switch', '--quiet', 'kitty/c');
  await by('0', repository.root, ...COMMIT);
  const tip = await git.text(['rev-parse', 'kitty/c']);
  repository.git('switch', '--quiet', 'main');
  await refs.enter('1', laneOf('a'));
  repository.git('branch', '-D', 'kitty/c');
  repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  const moved = await refs.leave('1');
  const kept = `refs/spec-kitty/backup/m/moved/refs/heads/kitty/c-${tip.slice(0, 12)}`;
  expect(moved).toMatchObject([
    {
      ref: 'refs/heads/kitty/c',
      to: null,
      kept,
      stops: null,
      takeBack: `git update-ref refs/heads/kitty/c ${tip}`,
    },
  ]);
  expect(await git.text(['rev-parse', kept])).toBe(tip);
});

test('settings, hooks and attributes that change are kept as a patch that takes them back, also where Git cannot read them', async () => {
  const { found, git, repository } = await world();
  const { commonDir } = found;
  const folder = path.join(commonDir, 'attempt');
  mkdirSync(folder);
  const config = path.join(commonDir, 'config');
  const before = readSettings(commonDir);
  expect(await settingsChanged(git, { commonDir, folder }, before)).toBeUndefined();
  const text = readFileSync(config, 'utf8');
  appendFileSync(config, '[core]\n\tfsmonitor = ./run-me\n[broken\n');
  mkdirSync(path.join(commonDir, 'hooks'), { recursive: true });
  writeFileSync(path.join(commonDir, 'hooks/pre-commit'), '#!/bin/sh\n', { mode: 0o755 });
  const changed = await settingsChanged(git, { commonDir, folder }, before);
  expect(changed).toMatchObject({ root: commonDir, files: ['config', 'hooks/pre-commit'] });
  writeFileSync(path.join(folder, 'config'), readFileSync(config));
  await git.at(folder).run(['apply', '--reverse', '--include=config', changed?.patch ?? ''], {
    env: { GIT_CEILING_DIRECTORIES: commonDir },
  });
  expect(readFileSync(path.join(folder, 'config'), 'utf8')).toBe(text);
  expect(readFileSync(changed?.patch ?? '', 'utf8')).toContain('new file mode 100755');
  writeFileSync(config, text);
  expect(repository.git('status', '--short')).not.toContain('fatal');
});

test('a worktree that was being made when an attempt began has changed no setting', async () => {
  const { found, git } = await world();
  const { commonDir } = found;
  const folder = path.join(commonDir, 'attempt');
  mkdirSync(folder);
  const made = path.join(commonDir, 'worktrees/made');
  mkdirSync(made, { recursive: true });
  const pointer = path.join(made, 'commondir');
  writeFileSync(path.join(made, 'gitdir'), '/elsewhere/.git\n');
  const missing = readSettings(commonDir);
  writeFileSync(pointer, '');
  const empty = readSettings(commonDir);
  writeFileSync(pointer, '../..\n');
  expect(await settingsChanged(git, { commonDir, folder }, missing)).toBeUndefined();
  expect(await settingsChanged(git, { commonDir, folder }, empty)).toBeUndefined();
  const whole = readSettings(commonDir);
  writeFileSync(pointer, '/evil\n');
  expect(await settingsChanged(git, { commonDir, folder }, whole)).toMatchObject({
    files: ['worktrees/made/commondir'],
  });
});
