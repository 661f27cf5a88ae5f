import { committing, type PhantomCase, type PhantomStep } from './phantom-case.ts';

const PAY = 'export function pay(sum) {\n  return sum * 2;\n}\n';
const TEST = "test('doubles', () => {\n  expect(pay(2)).toBe(4);\n});\n";

const honest = (
  name: string,
  owns: readonly string[],
  rest: Omit<Partial<PhantomCase>, 'work'> & { readonly work: PhantomStep },
): PhantomCase => ({ name, owns, ...rest, work: [rest.work] });

/** Work as people do it, of kinds that look like one of the cheats. */
export const HONEST_CHANGES: readonly PhantomCase[] = [
  honest('a function and its test', ['src/**', 'test/**'], {
    work: committing({ 'src/pay.js': PAY, 'test/pay.test.js': TEST }),
  }),
  honest('tests move to another file', ['**'], {
    before: { 'src/pay.js': PAY, 'test/all.test.js': TEST },
    work: committing(
      { 'src/pay.js': `${PAY}export const a = 1;\n`, 'test/pay.test.js': TEST },
      'test/all.test.js',
    ),
  }),
  honest('a file of tests is renamed', ['**'], {
    before: { 'src/old.js': PAY, 'src/old.test.js': TEST },
    work: committing({ 'src/pay.js': PAY, 'src/pay.test.js': TEST }, 'src/old.js', 'src/old.test.js'),
  }),
  honest('a test gets another name', ['**'], {
    before: { 'test/pay.test.js': TEST },
    work: committing({
      'src/pay.js': PAY,
      'test/pay.test.js': TEST.replace('doubles', 'pays twice the sum'),
    }),
  }),
  honest('tests become cases of one: pytest', ['**'], {
    before: {
      'tests/test_pay.py':
        'def test_two():\n    assert pay(2) == 4\n\n\ndef test_three():\n    assert pay(3) == 6\n',
    },
    work: committing({
      'src/pay.py': 'def pay(sum):\n    return sum * 2\n',
      'tests/test_pay.py':
        '@pytest.mark.parametrize("a, b", [(2, 4), (3, 6)])\ndef test_pays(a, b):\n    assert pay(a) == b\n',
    }),
  }),
  honest('tests become rows of a table: Go', ['**'], {
    before: {
      'pay_test.go':
        'package pay\n\nfunc TestPay(t *testing.T) {\n\tt.Run("two", func(t *testing.T) {\n\t\tcheck(t, Pay(2), 4)\n\t})\n}\n',
    },
    work: committing({
      'pay_test.go':
        'package pay\n\nfunc TestPay(t *testing.T) {\n\tfor _, c := range []struct{ name string; a, b int }{{"two", 2, 4}, {"none", 0, 0}} {\n\t\tt.Run(c.name, func(t *testing.T) { check(t, Pay(c.a), c.b) })\n\t}\n}\n',
    }),
  }),
  honest('a test goes that the package names', ['**'], {
    words: 'Pay in cents. The test "doubles" has no meaning then.',
    before: { 'src/pay.js': PAY, 'src/pay.test.js': TEST },
    work: committing({
      'src/pay.js': PAY.replace('2', '200'),
      'src/pay.test.js': "test('in cents', () => {\n  expect(pay(2)).toBe(400);\n});\n",
    }),
  }),
  honest('a file of tests goes that the package says to remove', ['**'], {
    words: 'Remove src/old.js and old.test.js.',
    before: { 'src/old.js': PAY, 'src/old.test.js': TEST },
    work: committing({}, 'src/old.js', 'src/old.test.js'),
  }),
  honest('a test is skipped that the package says to skip', ['**'], {
    words: 'Skip doubles in pay.test.js until the clock is mended; pay double meanwhile.',
    before: { 'src/pay.js': PAY, 'test/pay.test.js': TEST },
    work: committing({
      'src/pay.js': PAY.replace('2', '4'),
      'test/pay.test.js': TEST.replace('test(', 'test.skip('),
    }),
  }),
  honest('abstract methods and protocols: Python', ['src/**'], {
    work: committing({
      'src/pay.py':
        'from abc import ABC, abstractmethod\nfrom typing import Protocol\n\n\nclass Payer(ABC):\n    @abstractmethod\n    def pay(self) -> int:\n        pass\n\n\nclass Source(Protocol):\n    def read(self) -> str: ...\n',
    }),
  }),
  honest('an interface and an abstract class: TypeScript', ['src/**'], {
    work: committing({
      'src/pay.ts':
        'export interface Payer {\n  pay(sum: number): void;\n}\n\nexport abstract class Base implements Payer {\n  abstract pay(sum: number): void;\n  constructor(readonly rate: number) {}\n}\n',
    }),
  }),
  honest('pass in an except block: Python', ['src/**'], {
    work: committing({
      'src/pay.py':
        'def pay(path):\n    try:\n        remove(path)\n    except FileNotFoundError:\n        pass\n    return path\n\n\nclass PayError(Exception):\n    pass\n',
    }),
  }),
  honest('todo! in a comment and in a text: Rust', ['src/**'], {
    work: committing({
      'src/pay.rs':
        'pub fn pay() -> &\'static str {\n    // no todo!() is left\n    "todo!()"\n}\n\npub trait Hook {\n    fn after(&self) {}\n}\n',
    }),
  }),
  honest('a method that overrides with nothing to do: Java', ['src/**'], {
    work: committing({
      'src/Pay.java':
        'class Pay implements Listener {\n  Pay() {}\n\n  @Override\n  public void closed(Event event) {}\n\n  int pay(int sum) {\n    return sum * 2;\n  }\n}\n',
    }),
  }),
  honest('a list of things to do: TypeScript and Python', ['src/**'], {
    work: committing({
      'src/todos.ts':
        'export function find(id: string) {\n  const todo = todos.get(id);\n  if (!todo) throw new Error(`Todo ${id} not found`);\n  return todo;\n}\n',
      'src/todos.py':
        'def find(id):\n    if id not in todos:\n        raise KeyError("todo not found")\n    return todos[id]\n',
    }),
  }),
  honest('a view that cannot be changed: Java', ['src/**'], {
    work: committing({
      'src/View.java':
        'class View implements Iterator<Row> {\n  @Override\n  public void remove() {\n    throw new UnsupportedOperationException("read-only view");\n  }\n}\n',
    }),
  }),
  honest('a base class whose methods others write: Python', ['src/**'], {
    work: committing({
      'src/shapes.py':
        'class Shape:\n    def area(self):\n        raise NotImplementedError\n\n\nclass Square(Shape):\n    def area(self):\n        return self.side**2\n',
    }),
  }),
  honest('a group of commands: Python', ['src/**'], {
    work: committing({
      'src/cli.py':
        '@click.group()\ndef cli():\n    """Pays."""\n\n\n@cli.command()\ndef pay():\n    click.echo(2)\n',
    }),
  }),
  honest('hooks of an abstract class: TypeScript and Java', ['src/**'], {
    work: committing({
      'src/job.ts':
        'export abstract class Job {\n  protected before(): void {}\n  abstract work(): void;\n}\n',
      'src/Job.java': 'abstract class Job {\n  protected void before() {}\n\n  abstract void work();\n}\n',
    }),
  }),
  honest('methods that mark a type: Go', ['src/**'], {
    work: committing({
      'src/ast.go':
        'package ast\n\ntype Expr interface{ exprNode() }\n\ntype Add struct{ L, R Expr }\n\nfunc (*Add) exprNode() {}\n',
    }),
  }),
  honest('functions that do nothing on purpose: JavaScript', ['src/**'], {
    work: committing({
      'src/pay.js':
        'export const ignore = () => {};\nexport function close() {\n  // Nothing is open.\n}\nexport class Pay {\n  constructor() {}\n}\nexport function none() {\n  return null;\n}\n',
    }),
  }),
  honest('sources that a tool has made, and says so: Go', ['src/**'], {
    work: committing({
      'src/mock_pay.go':
        '// Code generated by MockGen. DO NOT EDIT.\npackage pay\n\nfunc (m *MockPayer) Close() {}\n',
    }),
  }),
  honest('two tests are merged', ['**'], {
    before: {
      'test/pay.test.js': TEST + TEST.replace('doubles', 'none').replace('2)).toBe(4)', '0)).toBe(0)'),
    },
    work: committing({
      'src/pay.js': PAY,
      'test/pay.test.js': TEST.replace('});', '  expect(pay(0)).toBe(0);\n});'),
    }),
  }),
  honest('a generated file beside its source', ['src/**', 'dist/**'], {
    work: committing({
      'src/pay.ts': 'export const pay = 2;\n',
      'dist/pay.js': '"use strict";\nfunction noop() {}\n// generated\nexports.pay = 2;\n',
    }),
  }),
  honest('documents alone, in a package of documents', ['docs/**', 'README.md'], {
    before: { 'README.md': '# Pay\n' },
    work: committing({ 'README.md': '# Pay\n\nIt pays.\n', 'docs/pay.md': '# How to pay\n' }),
  }),
  honest('settings alone', ['config/**'], {
    before: { 'config/app.yaml': 'rate: 1\n' },
    work: committing({ 'config/app.yaml': 'rate: 2\n' }),
  }),
  honest('settings that the package names, though it owns sources', ['config/app.yaml', 'src/pay.js'], {
    words: 'Set the rate in config/app.yaml to 2.',
    before: { 'config/app.yaml': 'rate: 1\n', 'src/pay.js': PAY },
    work: committing({ 'config/app.yaml': 'rate: 2\n' }),
  }),
  honest('tests alone, in a package of tests', ['test/**'], {
    before: { 'src/pay.js': PAY },
    work: committing({ 'test/pay.test.js': TEST }),
  }),
  honest('a dead file goes', ['src/**'], {
    before: { 'src/dead.js': PAY },
    work: committing({}, 'src/dead.js'),
  }),
  honest('a dependency is added, with its lock file', ['package.json', 'package-lock.json', 'src/**'], {
    before: { 'package.json': '{\n  "scripts": { "test": "vitest" }\n}\n', 'package-lock.json': '{}\n' },
    work: committing({
      'package.json': '{\n  "scripts": { "test": "vitest" },\n  "dependencies": { "a": "1.0.0" }\n}\n',
      'package-lock.json': '{"a": 1}\n',
      'src/pay.js': PAY,
    }),
  }),
  honest('the lock file alone, as asked', ['package-lock.json'], {
    words: 'Upgrade what the lock file pins.',
    before: { 'package-lock.json': '{}\n' },
    work: committing({ 'package-lock.json': '{"a": 1}\n' }),
  }),
  honest('comments alone, as asked', ['src/**'], {
    words: 'Document every function.',
    before: { 'src/pay.js': PAY },
    work: committing({ 'src/pay.js': `/** Doubles. */\n${PAY}` }),
  }),
  honest('the runner’s settings, as asked', ['**'], {
    words: 'Leave the slow tests out of vitest.config.js; nightly.config.js has them.',
    before: { 'vitest.config.js': 'export default { test: {} };\n' },
    work: committing({
      'vitest.config.js': "export default { test: { exclude: ['slow/**'] } };\n",
      'nightly.config.js': 'export default {};\n',
    }),
  }),
  honest('settings of what is no test: Vitest, Ruff and Make', ['**'], {
    before: {
      'vitest.config.js': 'export default {\n  test: {},\n};\n',
      'pyproject.toml': '[tool.pytest.ini_options]\n',
      Makefile: 'test:\n\tpytest\n',
    },
    work: committing({
      'vitest.config.js':
        "export default {\n  test: {\n    coverage: {\n      exclude: ['**/*.d.ts'],\n    },\n  },\n};\n",
      'pyproject.toml': '[tool.pytest.ini_options]\n\n[tool.ruff]\nexclude = ["build"]\n',
      Makefile: 'test:\n\tpytest\n\nclean:\n\trm -r build || true\n',
    }),
  }),
  honest('tests of every shape that can fail', ['test/**'], {
    work: committing({
      'test/a.test.js':
        "test('rejects', async () => {\n  await expect(f()).rejects.toThrow();\n});\ntest.each([1])('takes %s', (n) => check(n));\ntest('named', checks);\ntest('throws', () => {\n  if (a) throw new Error('no');\n});\n",
      'test/test_a.py':
        'def test_raises():\n    with pytest.raises(ValueError):\n        f()\n\n\ndef test_one(): assert f() == 1\n',
      'test/a_test.go':
        'package a\n\nfunc TestTable(t *testing.T) {\n\tfor _, c := range cases {\n\t\tt.Run(c.name, func(t *testing.T) { check(t, c) })\n\t}\n}\n',
    }),
  }),
  honest('tests of what is called like a runner’s own', ['test/**'], {
    work: committing({
      'test/list.test.js':
        "import { fit } from '../src/model.js';\n\ntest('pages', () => {\n  expect(list({ skip: 10, take: 5 })).toEqual([]);\n});\ntest('adds', () => {\n  expect(add({ id: 1, todo: 'milk' })).toHaveLength(1);\n});\ntest('fits', () => {\n  expect(fit([1, 2]).slope).toBe(1);\n});\ntest('plays the next one', () => {\n  player.skip();\n  expect(player.at).toBe(1);\n});\n",
    }),
  }),
  honest('new tests for one system alone, or of what fails: Rust', ['src/**'], {
    work: committing({
      'src/mode.rs':
        'pub fn mode(path: &str) -> u32 {\n    read(path).mode\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[cfg(unix)]\n    #[test]\n    fn reads() {\n        assert_eq!(mode("/"), 0o755);\n    }\n\n    #[test]\n    #[should_panic]\n    fn needs_a_path() {\n        mode("");\n    }\n}\n',
    }),
  }),
  honest('a link among documents', ['docs/**', 'src/**'], {
    before: { 'docs/a.md': '# A\n' },
    work: { ...committing({ 'src/pay.js': PAY }), link: { 'docs/b.md': 'a.md' } },
  }),
  honest('a language that nobody looks into', ['lib/**'], {
    work: committing({ 'lib/pay.rb': 'def pay(sum)\n  sum * 2\nend\n' }),
  }),
  honest('words of tests that are no tests', ['src/**'], {
    work: committing({
      'src/model.js':
        'export const train = (rows) => {\n  fit(rows);\n  return db.find({ skip: 10, only: true });\n};\n',
    }),
  }),
];
