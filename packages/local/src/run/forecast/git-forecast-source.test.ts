import { forecastRecord } from '@spec-kitty/core/run/forecast/forecast-record';
import { Git } from '../../git/git.ts';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { GitForecastSource } from './git-forecast-source.ts';

const sourceOf = ({ root, env }: TempRepository) =>
  new GitForecastSource(new Git(root, env), 'refs/heads/main');

test('files and commits are those of the branch, merges aside, whatever their names', async () => {
  const repository = tempRepository();
  repository.commit('one', { 'a.txt': '1\n', 'é "q"\t.txt': '1\n' });
  repository.commit('two', { 'a.txt': '2\n' });
  repository.git('checkout', '--quiet', '-b', 'side', 'main~1');
  repository.commit('three', { 'folder/b.txt': '1\n' });
  repository.git('checkout', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-edit', 'side');
  repository.git('checkout', '--quiet', '-b', 'elsewhere');
  repository.commit('four', { 'c.txt': '1\n' });
  const source = sourceOf(repository);
  const all = ['a.txt', 'folder/b.txt', 'é "q"\t.txt'];
  expect((await source.files()).toSorted()).toEqual(all);
  const commits = await source.commits();
  expect(commits).toHaveLength(3);
  expect(commits.map((paths) => paths.toSorted())).toEqual(
    expect.arrayContaining([['a.txt'], ['folder/b.txt'], ['a.txt', 'é "q"\t.txt']]),
  );
});

test('texts are those that people may have written; what is not there is left out', async () => {
  const repository = tempRepository();
  repository.commit('one', {
    'a.ts': 'a\n\nb\n',
    'large.ts': 'x'.repeat(300_000),
    'é.ts': 'ü;\nname\n',
    'b.ts': '',
  });
  const texts = await sourceOf(repository).texts([
    'é.ts',
    'none.ts',
    'large.ts',
    'a.ts',
    'b.ts',
    'line\nbreak.ts',
  ]);
  expect([...texts.keys()]).toEqual(['é.ts', 'a.ts', 'b.ts']);
  expect(texts.get('a.ts')).toBe('a\n\nb\n');
  expect(texts.get('é.ts')).toContain('name');
  expect(await sourceOf(repository).texts([])).toEqual(new Map());
});

test('edits say where each commit took lines and put some, as Git does', async () => {
  const repository = tempRepository();
  const text = (...lines: readonly (number | string)[]) => `${lines.join('\n')}\n`;
  repository.commit('one', { 'é.txt': text(1, 2, 3, 4, 5), 'other.txt': 'x\n' });
  repository.commit('two', { 'é.txt': text(1, 'two', 3, 4, 5) });
  repository.commit('three', {
    'é.txt': text(1, 'two', 3, 4, 5, '@@ -1 +1 @@', 'diff --git a/x b/x'),
    'other.txt': 'y\n',
  });
  repository.commit('four', { 'é.txt': text('two', 3, 'new', 4, 5, '@@ -1 +1 @@', 'diff --git a/x b/x') });
  const edits = await sourceOf(repository).edits(['é.txt', 'none.txt']);
  expect([...edits.keys()]).toEqual(['é.txt']);
  expect(edits.get('é.txt')).toEqual([
    [
      { at: 1, taken: 1, now: 1, put: 0 },
      { at: 4, taken: 0, now: 3, put: 1 },
    ],
    [{ at: 6, taken: 0, now: 6, put: 2 }],
    [{ at: 2, taken: 1, now: 2, put: 1 }],
    [{ at: 1, taken: 0, now: 1, put: 5 }],
  ]);
});

test('a mission is told of the files in which all work meets, unless one package waits for the other', async () => {
  const world = missionWorld();
  const { repository } = world;
  const log: string[] = [];
  for (let at = 0; at < 32; at += 1) {
    log.unshift(`- Change ${at}`);
    const file = `src/${at % 8}.js`;
    repository.commit(`Change ${at}`, {
      [file]: `${at}\n`,
      'CHANGES.md': `# Changes\n\n${log.join('\n')}\n`,
    });
  }
  await world.plan([
    { id: 'WP01', owns: ['src/0.js'] },
    { id: 'WP02', owns: ['src/1.js'] },
    { id: 'WP03', owns: ['src/2.js'], dependencies: ['WP01'] },
  ]);
  const view = await (await world.workspace()).view(world.directory);
  const git = new Git(repository.root, repository.env);
  const { pairs, failed } = await forecastRecord((base) => new GitForecastSource(git, base), view);
  expect(pairs.map(({ a, b }) => `${a} ${b}`).toSorted()).toEqual(['WP01 WP02', 'WP02 WP03']);
  expect(pairs[0]?.reasons[0]?.path).toBe('CHANGES.md');
  expect(failed).toBeNull();
  repository.git('branch', '--move', 'main', 'elsewhere');
  expect(await forecastRecord((base) => new GitForecastSource(git, base), view)).toMatchObject({
    pairs: [],
    failed: expect.stringContaining('main') as string,
  });
});
