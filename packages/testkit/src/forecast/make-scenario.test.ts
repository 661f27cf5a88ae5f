import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { tempRepository } from '../temp-repository.ts';
import { byGlobOverlap, bySameFolder } from './forecast-baselines.ts';
import { makeScenario } from './make-scenario.ts';
import { conflictsBetween, importHistory } from './true-conflicts.ts';

test('the generator is frozen: a forecast that is held against it may not change it', () => {
  const hash = createHash('sha256');
  for (const seed of ['one', 'two', 'three', 'four', 'five', 'six'])
    hash.update(JSON.stringify(makeScenario(seed)));
  expect(hash.digest('hex')).toBe('fb5308e39e4e8b4521cc492673da456ec005a524e613c12b5c93f053c15b79ab');
});

test('some packages of a mission conflict and others do not, by really merging them', () => {
  const repository = tempRepository();
  const { packages, history } = makeScenario('one');
  importHistory(repository, history);
  expect(repository.git('fsck', '--no-dangling')).toBe('');
  expect(Number(repository.git('rev-list', '--count', 'main'))).toBeGreaterThan(40);
  const found = packages.flatMap((a, at) =>
    packages.slice(at + 1).map((b) => conflictsBetween(repository, a.branch, b.branch).length > 0),
  );
  expect(new Set(found)).toEqual(new Set([true, false]));
});

test('the baselines look at globs alone', () => {
  expect(byGlobOverlap(['src/a/**'], ['src/a/x.ts'])).toBe(true);
  expect(byGlobOverlap(['src/a/y.ts'], ['src/a/x.ts'])).toBe(false);
  expect(bySameFolder(['src/a/y.ts'], ['src/a/x.ts'])).toBe(true);
  expect(bySameFolder(['src/a/**'], ['src/a/x.ts'])).toBe(true);
  expect(bySameFolder(['src/a/x.ts'], ['src/b/x.ts'])).toBe(false);
});
