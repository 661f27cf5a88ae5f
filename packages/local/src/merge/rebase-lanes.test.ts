import { tempRepository, type TempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { rebaseLanes } from './rebase-lanes.ts';

const FORMAT = '--format=%an|%ae|%ad|%s';

/** A lane of one file on top of the first commit, and a target that has gone on; HEAD is on the lane. */
function world(): { readonly repository: TempRepository; readonly git: Git; readonly before: string } {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  repository.git('branch', 'lane');
  const before = repository.commit('target', { 'b.txt': 'ours\n' });
  repository.git('switch', '--quiet', 'lane');
  return { repository, git: new Git(repository.root, repository.env), before };
}

/** Commits as somebody at some time. */
function commitAs(
  repository: TempRepository,
  { author, date, message, file }: { author: string; date: string; message: string; file: [string, string] },
): void {
  repository.write({ [file[0]]: file[1] });
  repository.git('add', '--all');
  repository.git('commit', '--quiet', `--author=${author}`, `--date=${date}`, '--message', message);
}

/** Tree of the target with the lane merged. */
function mergedTree(repository: TempRepository, ...commits: readonly string[]): string {
  repository.git('switch', '--quiet', '--detach', 'main');
  for (const commit of commits) repository.git('merge', '--quiet', '--no-edit', commit);
  return repository.git('rev-parse', 'HEAD^{tree}');
}

const message = async (): Promise<string> => 'the lane as one';

const rebased = (commit: string, tree: string, laneId = 'lane-a') => ({
  lane: { laneId, packages: ['WP01'], commit, base: null, reviewed: [] },
  tree,
});

test('commits keep their authors, dates and messages, in order, on top of the target', async () => {
  const { repository, git, before } = world();
  commitAs(repository, {
    author: 'Żółw <zolw@example.com>',
    date: '2001-02-03T04:05:06+0530',
    message: 'one\n\nBody with\n\n  indentation, and a trailer.\n\nSigned-off-by: X <x@example.com>',
    file: ['a.txt', 'one\n'],
  });
  // So few seconds that Git takes them for something else unless told.
  commitAs(repository, { author: 'Bo <bo@b>', date: '@86400 +0000', message: 'two', file: ['c.txt', 'c\n'] });
  const commit = repository.git('rev-parse', 'HEAD');
  const body = repository.git('log', '-1', '--format=%B', 'HEAD~1');
  const tree = mergedTree(repository, commit);
  const tip = await rebaseLanes(git, { before, lanes: [rebased(commit, tree)], message });
  expect(repository.git('log', FORMAT, '--date=iso', `${before}..${tip}`).split('\n')).toEqual([
    'Bo|bo@b|1970-01-02 00:00:00 +0000|two',
    'Żółw|zolw@example.com|2001-02-03 04:05:06 +0530|one',
  ]);
  expect(repository.git('log', '-1', '--format=%B', `${tip}~1`)).toBe(body);
  expect(repository.git('log', '-1', '--format=%cn', tip)).toBe('Test Person');
  expect(repository.git('rev-parse', `${tip}^{tree}`, `${tip}~2`)).toBe(`${tree}\n${before}`);
});

test('a commit that changes nothing any more is left out, as are merges', async () => {
  const { repository, git, before } = world();
  repository.commit('the same as the target', { 'b.txt': 'ours\n' });
  repository.commit('nothing at all');
  repository.git('merge', '--quiet', '--no-edit', before);
  const commit = repository.commit('work', { 'a.txt': 'theirs\n' });
  const tree = mergedTree(repository, commit);
  const tip = await rebaseLanes(git, { before, lanes: [rebased(commit, tree)], message });
  expect(repository.git('log', '--format=%s', `${before}..${tip}`)).toBe('work');
});

test('a lane on top of another brings what is its own', async () => {
  const { repository, git, before } = world();
  const first = repository.commit('one', { 'a.txt': 'one\n' });
  const second = repository.commit('two', { 'a.txt': 'two\n' });
  const lanes = [
    rebased(first, mergedTree(repository, first)),
    rebased(second, mergedTree(repository, second), 'lane-b'),
  ];
  const tip = await rebaseLanes(git, { before, lanes, message });
  expect(repository.git('log', '--format=%s', `${before}..${tip}`)).toBe('two\none');
});

test('a rename is followed where the target has changed the file', async () => {
  const { repository, git } = world();
  const text = 'one\ntwo\nthree\nfour\nfive\n';
  repository.git('switch', '--quiet', 'main');
  const base = repository.commit('long', { 'long.txt': text });
  repository.git('switch', '--quiet', '--create', 'renaming');
  repository.git('mv', 'long.txt', 'renamed.txt');
  const commit = repository.commit('rename');
  repository.git('switch', '--quiet', 'main');
  const before = repository.commit('edit', { 'long.txt': text.replace('five', 'FIVE') });
  expect(before).not.toBe(base);
  const tree = mergedTree(repository, commit);
  const tip = await rebaseLanes(git, { before, lanes: [rebased(commit, tree)], message });
  expect(repository.git('show', `${tip}:renamed.txt`)).toContain('FIVE');
});

test('a lane of which a commit conflicts on the way becomes one commit', async () => {
  const { repository, git, before } = world();
  repository.commit('tried', { 'b.txt': 'tried\n' });
  repository.commit('taken back', { 'b.txt': 'b\n' });
  const commit = repository.commit('work', { 'a.txt': 'theirs\n' });
  const tree = mergedTree(repository, commit);
  const tip = await rebaseLanes(git, { before, lanes: [rebased(commit, tree)], message });
  expect(repository.git('log', '--format=%s', `${before}..${tip}`)).toBe('the lane as one');
  expect(repository.git('rev-parse', `${tip}^{tree}`, `${tip}~`)).toBe(`${tree}\n${before}`);
});

test('work that only a merge has is in the one commit of its lane; other lanes keep theirs', async () => {
  const { repository, git, before } = world();
  const first = repository.commit('work', { 'a.txt': 'theirs\n' });
  repository.git('merge', '--quiet', '--no-commit', before);
  const second = repository.commit('merge, and more', { 'c.txt': 'only here\n' });
  const third = repository.commit('later', { 'd.txt': 'd\n' });
  const lanes = [first, second, third].map((commit) => rebased(commit, mergedTree(repository, commit)));
  const tip = await rebaseLanes(git, { before, lanes, message });
  expect(repository.git('log', '--format=%s', `${before}..${tip}`)).toBe('later\nthe lane as one\nwork');
  expect(repository.git('show', `${tip}:c.txt`)).toBe('only here');
});

test('a commit of nobody, one in another encoding and one without a last newline are picked as well', async () => {
  const { repository, git, before } = world();
  const commits = [
    { header: 'author  <> 981158706 +0000', encoding: '', message: 'nobody' },
    { header: 'author A <a@a> 981158706 +0000', encoding: 'encoding ISO-8859-1\n', message: 'gr\xfcn\n' },
  ];
  for (const [index, { header, encoding, message: text }] of commits.entries()) {
    repository.write({ 'a.txt': `${index}\n` });
    repository.git('add', '--all');
    const raw = [
      `tree ${repository.git('write-tree')}\nparent ${repository.git('rev-parse', 'HEAD')}\n${header}\n`,
      `committer C <c@c> 981158706 +0000\n${encoding}\n${text}`,
    ].join('');
    const stdin = Buffer.from(raw, 'latin1');
    const commit = await git.text(['hash-object', '-t', 'commit', '-w', '--stdin'], { stdin });
    repository.git('reset', '--quiet', '--hard', commit);
  }
  const commit = repository.git('rev-parse', 'HEAD');
  const tree = mergedTree(repository, commit);
  const tip = await rebaseLanes(git, { before, lanes: [rebased(commit, tree)], message });
  expect(repository.git('log', FORMAT, '--date=unix', `${before}..${tip}`).split('\n')).toEqual([
    'A|a@a|981158706|grün',
    'unknown||981158706|nobody',
  ]);
});
