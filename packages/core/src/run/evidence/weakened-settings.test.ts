import { expect, test } from 'vitest';
import { weakenedSettings } from './weakened-settings.ts';

const PACKAGE = JSON.stringify({ name: 'a', scripts: { test: 'vitest', build: 'tsc' }, jest: {} }, null, 2);

test.each<[string, string, string | null, readonly string[]]>([
  ['package.json', PACKAGE, PACKAGE.replace('vitest', 'true'), ['package.json: test is true']],
  ['package.json', PACKAGE, PACKAGE.replace('"test"', '"tests"'), ['package.json: without test']],
  ['package.json', PACKAGE, PACKAGE.replace('tsc', 'tsc -b || true'), []],
  [
    'package.json',
    PACKAGE,
    PACKAGE.replace('"jest": {}', '"jest": {\n"testPathIgnorePatterns": ["a"]\n}'),
    ['package.json: "testPathIgnorePatterns": ["a"]'],
  ],
  [
    'a/pytest.ini',
    '[pytest]\n',
    '[pytest]\naddopts = --ignore=tests/a\n',
    ['a/pytest.ini: addopts = --ignore=tests/a'],
  ],
  ['vitest.config.ts', 'test: {}\n', "test: {\nexclude: ['a'],\n}\n", ["vitest.config.ts: exclude: ['a'],"]],
  ['vitest.config.ts', 'test: {\n exclude: []\n}', 'test: {\n  exclude: []\n}', []],
  ['vitest.config.ts', 'x', null, ['vitest.config.ts is deleted']],
  [
    '.github/workflows/ci.yml',
    '- run: test\n',
    '- run: test || true\n',
    ['.github/workflows/ci.yml: - run: test || true'],
  ],
  ['Makefile', 'test:\n\tgo test\n', 'test:\n\tgo test ./...\n', []],
  ['src/exclude.ts', '', 'exclude: 1', []],
])('%s: %j becomes %j', (path, before, after, found) => {
  expect(weakenedSettings([{ path, before, after }], '')).toEqual(found);
  const name = path.slice(path.lastIndexOf('/') + 1);
  expect(weakenedSettings([{ path, before, after }], `Set it in ${name}.`)).toEqual([]);
});

test('a new file of settings weakens nothing that was there', () => {
  expect(weakenedSettings([{ path: 'tox.ini', before: null, after: '--ignore=x\n' }], '')).toEqual([]);
});
