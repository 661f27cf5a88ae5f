import { expect, test } from 'vitest';
import { packagePromise } from './package-promise.ts';
import { sourceChecks } from './source-checks.ts';

const added = (path: string, after = 'x') => ({ path, before: null, after });
const NOTHING = packagePromise('');

test.each([
  [['a.js', 'README.md'], 'passed'],
  [['a.rb'], 'not_checked'],
  [['a.js', 'a.rb'], 'not_checked'],
])('%j: what nobody looks into has not passed, whatever else is there', (paths, state) => {
  const checks = sourceChecks(
    paths.map((path) => added(path)),
    NOTHING,
    { absent: [], validation: [] },
  );
  const languages = checks.filter(({ name }) => name === 'tests' || name === 'placeholders');
  expect(languages.map((one) => one.state)).toEqual([state, state]);
});

test('a source that is too long to be read has not passed', () => {
  const long = { path: 'a.js', before: null, after: null };
  const checks = sourceChecks([long], NOTHING, { absent: [], validation: [] });
  expect(checks.find(({ name }) => name === 'placeholders')).toEqual({
    name: 'placeholders',
    state: 'not_checked',
    says: 'Not looked into, for its language or its length: a.js.',
  });
});

test('what is found counts beside what nobody looks into', () => {
  const checks = sourceChecks([added('a.test.js', "test.skip('a', f);\n"), added('a.rb')], NOTHING, {
    absent: [],
    validation: [],
  });
  expect(checks.find(({ name }) => name === 'tests')).toMatchObject({ state: 'failed' });
});
