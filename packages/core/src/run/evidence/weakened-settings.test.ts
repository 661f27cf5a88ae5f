import { expect, test } from 'vitest';
import { weakenedSettings } from './weakened-settings.ts';

const NOTHING = { words: '', makes: [], validation: [] };
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
  ['Makefile', 'test:\n\tgo test\n', 'test:\n\t@true\n', ['Makefile: without go test']],
  ['Makefile', 'test:\n\tgo test\n', 'test:\n\t-go test\n', ['Makefile: -go test']],
  [
    'Makefile',
    'test:\n\tmvn verify\n',
    'test:\n\tmvn verify -DskipTests\n',
    ['Makefile: mvn verify -DskipTests'],
  ],
  ['Makefile', 'test: build\n# test\n\tgo test ; go vet\n', 'test:\n\tgo vet ; go test\n', []],
  [
    '.github/workflows/ci.yml',
    '- run: npm test\n',
    '- run: npm ci\n',
    ['.github/workflows/ci.yml: without npm test'],
  ],
  ['pytest.ini', '[pytest]\n', '[pytest]\npython_files = no_*.py\n', ['pytest.ini: python_files = no_*.py']],
  ['pytest.ini', '[pytest]\n', '[pytest]\naddopts = -m fast\n', ['pytest.ini: addopts = -m fast']],
  ['pyproject.toml', '', 'addopts = "--collect-only"\n', ['pyproject.toml: addopts = "--collect-only"']],
  ['conftest.py', '', 'def f(items):\n  items.clear()\n', ['conftest.py: items.clear()']],
  ['jest.config.js', 'a', "a\ntestMatch: ['no']", ["jest.config.js: testMatch: ['no']"]],
  ['vitest.config.ts', "include: ['test']", "include: ['no']", ["vitest.config.ts: include: ['no']"]],
  ['vitest.config.ts', 'coverage: {}', "coverage: {\ninclude: ['src']\n}", []],
  ['Makefile', '', '\tpython -m pytest\n\tmkdir -m 755 x\n', []],
  ['.gitlab-ci.yml', '', 'script:\n  - npm run build\n', []],
  ['Cargo.toml', '', 'harness = false', ['Cargo.toml: harness = false']],
  ['.cargo/config.toml', '', 'runner = "true"', ['.cargo/config.toml: runner = "true"']],
  ['.mvn/maven.config', '', '-DskipTests', ['.mvn/maven.config: -DskipTests']],
  ['.npmrc', '', 'script-shell=/bin/true', ['.npmrc: script-shell=/bin/true']],
  ['src/exclude.ts', '', 'exclude: 1', []],
  ['Makefile', 'test:\n\tgo test\n', 'test:\n\tgo test\nclean:\n\t-rm -r build || true\n', []],
  ['Makefile', '', 'test:\n\trm -f log; go test || true\n', ['Makefile: rm -f log; go test || true']],
  ['pyproject.toml', '[tool.ruff]\n', '[tool.ruff]\nexclude = ["build"]\n', []],
  ['Cargo.toml', '[package]\n', '[package]\nexclude = ["docs"]\n', []],
  [
    'Cargo.toml',
    '[package]\n[workspace]\n',
    '[package]\n[workspace]\nexclude = ["b"]\n',
    ['Cargo.toml: exclude = ["b"]'],
  ],
  [
    'pyproject.toml',
    '[tool.ruff]\n[tool.pytest.ini_options]\n',
    '[tool.ruff]\n[tool.pytest.ini_options]\naddopts = "--ignore=a"\n',
    ['pyproject.toml: addopts = "--ignore=a"'],
  ],
  [
    'vitest.config.ts',
    'export default {\n  test: {},\n};\n',
    "export default {\n  test: {\n    coverage: {\n      reporter: ['text'],\n      exclude: ['**/*.d.ts'],\n    },\n  },\n};\n",
    [],
  ],
  [
    'vitest.config.ts',
    'export default {\n  test: {},\n};\n',
    "export default {\n  test: {\n    coverage: { all: true },\n    exclude: ['a/**'],\n  },\n};\n",
    ["vitest.config.ts: exclude: ['a/**'],"],
  ],
])('%s: %j becomes %j', (path, before, after, found) => {
  expect(weakenedSettings([{ path, before, after }], NOTHING)).toEqual(found);
  const name = path.slice(path.lastIndexOf('/') + 1);
  expect(weakenedSettings([{ path, before, after }], { ...NOTHING, words: `Set it in ${name}.` })).toEqual(
    [],
  );
});

test('a new file of settings leaves tests out as well, unless the package is to make it', () => {
  const changes = [{ path: 'tox.ini', before: null, after: '--ignore=x\n' }];
  expect(weakenedSettings(changes, NOTHING)).toEqual(['tox.ini: --ignore=x']);
  expect(weakenedSettings(changes, { ...NOTHING, makes: ['tox.ini'] })).toEqual([]);
});

test('a new file of settings says somehow which tests there are', () => {
  const changes = [
    { path: 'pytest.ini', before: null, after: '[pytest]\ntestpaths = tests\n' },
    { path: 'a/pyproject.toml', before: null, after: 'exclude = ["docs"]\n' },
  ];
  expect(weakenedSettings(changes, NOTHING)).toEqual([]);
});

test('what the validation runs is not for those whose work it is to prove', () => {
  const changes = [{ path: 'scripts/check.sh', before: 'npm test\n', after: 'exit 0\n' }];
  const validation = ['sh', './scripts/check.sh'];
  expect(weakenedSettings(changes, NOTHING)).toEqual([]);
  expect(weakenedSettings(changes, { ...NOTHING, validation })).toEqual([
    'scripts/check.sh, which the validation runs, is changed',
  ]);
  expect(weakenedSettings(changes, { ...NOTHING, validation, words: 'Have check.sh look.' })).toEqual([]);
});
