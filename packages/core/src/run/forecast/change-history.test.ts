import { expect, test } from 'vitest';
import { ChangeHistory } from './change-history.ts';

const sweep = Array.from({ length: 41 }, (_, at) => `src/${at}.ts`);

test('sweeps and empty commits say nothing about what changes together', () => {
  const history = new ChangeHistory([sweep, [], ['a', 'b'], ['a']]);
  expect(history.count).toBe(2);
  expect([history.share('a'), history.share('b'), history.share('src/1.ts')]).toEqual([2 / 12, 1 / 12, 0]);
  expect([history.changes('a'), history.changes('src/1.ts')]).toEqual([2, 0]);
});

test('nobody has a past in a new repository', () => {
  const history = new ChangeHistory([]);
  expect([history.share('a'), history.hubs()]).toEqual([0, []]);
  expect(history.besides(new Set(['a']))).toEqual({ commits: 0, likely: new Map() });
  expect(history.follows([['a', 'b']])).toEqual({ followed: 0, of: 0 });
});

test('what changes with files is likelier the more often it did, and in doubt as likely as in all commits', () => {
  const often = Array.from({ length: 100 }, () => ['a', 'list']);
  const others = Array.from({ length: 100 }, () => ['other']);
  const { commits, likely } = new ChangeHistory([...often, ...others, ['a', 'b', 'rare']]).besides(
    new Set(['a', 'b']),
  );
  expect(commits).toBe(101);
  expect(likely.get('list')).toBeGreaterThan(0.85);
  expect(likely.get('rare')).toBeLessThan(0.02);
  expect([likely.has('a'), likely.has('other')]).toEqual([false, false]);
  const { likely: unsure } = new ChangeHistory([['a', 'list'], ...others]).besides(new Set(['a']));
  expect(unsure.get('list')).toBeLessThan(0.1);
});

test('how often the second of two follows the first is counted over all of them', () => {
  const history = new ChangeHistory([['a', 'b'], ['a'], ['c', 'd'], ['c', 'd'], ['d']]);
  const pairs = [
    ['a', 'b'],
    ['c', 'd'],
  ] as const;
  expect(history.follows(pairs)).toEqual({ followed: 3, of: 4 });
});

test('a hub is what many commits change, with one file and another', () => {
  const work = Array.from({ length: 60 }, (_, at) => [`src/${at}.ts`, ...(at % 5 === 0 ? ['list'] : [])]);
  const pair = Array.from({ length: 30 }, () => ['a', 'b']);
  const history = new ChangeHistory([...work, ...pair]);
  expect(history.hubs()).toEqual(['list']);
  expect([history.isHub('list'), history.isHub('a'), history.isHub('src/1.ts')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a commit of nothing but what everybody changes belongs to the work before it', () => {
  const commits = Array.from({ length: 60 }, (_, at) => [['list'], [`src/${at}.ts`, 'changes']]).flat();
  const mixed = commits.map((paths, at) => (at % 8 < 2 ? [...paths, 'list', 'changes'] : paths));
  const history = new ChangeHistory(mixed);
  expect(history.hubs()).toEqual(['list', 'changes']);
  expect([history.count, history.changes('list'), history.changes('changes')]).toEqual([60, 60, 60]);
  // In a small project every file is changed often, and each commit is work of its own.
  expect(new ChangeHistory(Array.from({ length: 40 }, (_, at) => [at % 2 === 0 ? 'a' : 'b'])).count).toBe(40);
});
