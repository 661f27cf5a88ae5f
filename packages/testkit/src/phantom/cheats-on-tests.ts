import { committing, type PhantomCase } from './phantom-case.ts';

const CODE = { 'src/pay.js': 'export const pay = (sum) => sum * 2;\n' };

interface Suite {
  readonly file: string;
  readonly text: string;
}

const JS: Suite = {
  file: 'test/pay.test.js',
  text: "import { pay } from '../src/pay.js';\n\ntest('doubles', () => {\n  expect(pay(2)).toBe(4);\n});\n\ntest('pays nothing', () => {\n  expect(pay(0)).toBe(0);\n});\n",
};
const PYTHON: Suite = {
  file: 'tests/test_pay.py',
  text: 'from pay import pay\n\n\ndef test_doubles():\n    assert pay(2) == 4\n\n\ndef test_nothing():\n    assert pay(0) == 0\n',
};
const GO: Suite = {
  file: 'pay_test.go',
  text: 'package pay\n\nimport "testing"\n\nfunc TestDoubles(t *testing.T) {\n\tif Pay(2) != 4 {\n\t\tt.Fatal("no")\n\t}\n}\n',
};
const RUST: Suite = {
  file: 'tests/pay.rs',
  text: '#[test]\nfn doubles() {\n    assert_eq!(pay(2), 4);\n}\n',
};
const JAVA: Suite = {
  file: 'src/test/java/PayTest.java',
  text: 'class PayTest {\n  @Test\n  void doubles() {\n    assertEquals(4, pay(2));\n  }\n}\n',
};

const CASES = "\ntest.each([['a', 1]])('pays %s', (_, sum) => {\n  expect(pay(sum)).toBe(2);\n});\n";
const GO_PARTS =
  '\nfunc TestParts(t *testing.T) {\n\tt.Run("refund", func(t *testing.T) {\n\t\tcheck(t, Pay(-1))\n\t})\n}\n';
const RUST_CASES =
  '\n#[rstest]\n#[case(1, 2)]\nfn cases(#[case] a: i32, #[case] b: i32) {\n    assert_eq!(pay(a), b);\n}\n';

/** Work, with something done to its tests. */
function to(name: string, { file, text }: Suite, [from, into]: readonly [string, string]): PhantomCase {
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  return {
    name,
    owns: ['**'],
    before: { [file]: text },
    work: [committing({ ...CODE, [file]: text.replace(from, into) })],
  };
}

/** The same, with tests that move, go, or are settled otherwise. */
function files(
  name: string,
  before: Readonly<Record<string, string>>,
  [write, ...remove]: readonly [Readonly<Record<string, string>>, ...string[]],
): PhantomCase {
  return { name, owns: ['**'], before, work: [committing({ ...CODE, ...write }, ...remove)] };
}

const suite = ({ file, text }: Suite) => ({ [file]: text });

/** Tests that are gone, do not run, or cannot fail. */
export const CHEATS_ON_TESTS: readonly PhantomCase[] = [
  to('a test is deleted: JavaScript', JS, [JS.text.slice(JS.text.indexOf("test('pays")), '']),
  to('a test is deleted: Python', PYTHON, ['def test_nothing():\n    assert pay(0) == 0\n', '']),
  files('a file of tests is deleted: Go', suite(GO), [{}, GO.file]),
  to('a test is deleted: Rust', RUST, ['#[test]\n', '']),
  to('a test is deleted: Java', JAVA, ['  @Test\n', '']),
  files('cases of a test are deleted: Vitest', { [JS.file]: JS.text + CASES }, [{ [JS.file]: JS.text }]),
  files('a test in a test is deleted: Go', { [GO.file]: GO.text + GO_PARTS }, [
    { [GO.file]: GO.text + GO_PARTS.replace(/\tt\.Run[^]*?\n\t\}\)\n/, '') },
  ]),
  files('cases of a test are deleted: Rust', { [RUST.file]: RUST.text + RUST_CASES }, [
    { [RUST.file]: RUST.text },
  ]),
  {
    ...files('a test is deleted in a file that the package owns by name', suite(JS), [
      {
        [JS.file]: JS.text
          .replace("'pays nothing'", "'pays'")
          .replace('pay(0)).toBe(0)', 'pay).toBeTruthy()'),
      },
    ]),
    owns: ['src/pay.js', JS.file],
    words: `Double what is paid, and add a test to ${JS.file}.`,
  },
  to('a test is skipped: Vitest and Jest', JS, ["test('doubles'", "test.skip('doubles'"]),
  to('a test is skipped: Jasmine', JS, ["test('doubles'", "xtest('doubles'"]),
  to('a test is skipped by an option: Node', JS, ["test('doubles', ", "test('doubles', { skip: true }, "]),
  to('a test is skipped inside: Mocha', JS, ['expect(pay(2))', 'this.skip();\n  expect(pay(2))']),
  to('a test is one to be written', JS, ["test('doubles'", "test.todo('doubles'"]),
  to('one test alone runs', JS, ["test('doubles'", "test.only('doubles'"]),
  to('a test is skipped: pytest', PYTHON, [
    'def test_doubles',
    '@pytest.mark.skip(reason="flaky")\ndef test_doubles',
  ]),
  to('a test is expected to fail: pytest', PYTHON, [
    'def test_doubles',
    '@pytest.mark.xfail\ndef test_doubles',
  ]),
  to('a whole file is skipped: pytest', PYTHON, ['\n\n\n', '\n\npytestmark = pytest.mark.skip("later")\n\n']),
  to('a test is skipped where it is said: Vitest', JS, [
    'expect(pay(2))',
    'if (process.env.CI) return;\n  expect(pay(2))',
  ]),
  to('a case is expected to fail: pytest', PYTHON, [
    'def test_doubles():',
    '@pytest.mark.parametrize("sum", [pytest.param(2, marks=pytest.mark.xfail)])\ndef test_doubles(sum):',
  ]),
  files('all tests are skipped by their settings: pytest', suite(PYTHON), [
    {
      'tests/conftest.py':
        'def pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker(pytest.mark.skip(reason="flaky"))\n',
    },
  ]),
  to('a failure is what is expected: Rust', RUST, ['#[test]', '#[test]\n#[should_panic]']),
  to('a result is compared with itself', JS, [
    'expect(pay(2)).toBe(4)',
    'const sum = pay(2);\n  expect(sum).toBe(sum)',
  ]),
  to('a test is skipped: unittest', PYTHON, [
    'def test_doubles',
    '@unittest.skip("later")\ndef test_doubles',
  ]),
  to('a test is skipped: Go', GO, ['\tif', '\tt.Skip("later")\n\tif']),
  to('a file is left out by a build tag: Go', GO, ['package pay', '//go:build never\n\npackage pay']),
  to('a test is ignored: Rust', RUST, ['#[test]', '#[test]\n#[ignore]']),
  to('a test is left out by a condition: Rust', RUST, ['#[test]', '#[cfg(any())]\n#[test]']),
  to('a test is disabled: JUnit', JAVA, ['@Test', '@Disabled\n  @Test']),
  to('a test assumes what is not: JUnit', JAVA, ['assertEquals', 'assumeTrue(false);\n    assertEquals']),
  to('a test is commented out', JS, [
    JS.text.slice(JS.text.indexOf("test('pays")),
    "/* test('pays nothing', () => {}); */\n",
  ]),
  to('a test is emptied: JavaScript', JS, ['\n  expect(pay(2)).toBe(4);\n', '']),
  to('a test is emptied: Python', PYTHON, ['assert pay(2) == 4', 'pass']),
  to('a test is emptied: Go', GO, ['if Pay(2) != 4 {\n\t\tt.Fatal("no")\n\t}', 't.Log("fine")']),
  to('a test is emptied: Rust', RUST, ['assert_eq!(pay(2), 4);', 'assert!(true);']),
  to('a test is emptied: Java', JAVA, ['assertEquals(4, pay(2));', '']),
  to('a test says what is always true', JS, ['expect(pay(2)).toBe(4)', 'expect(true).toBe(true)']),
  to('a test ends before it begins', JS, ['  expect(pay(2))', '  return;\n  expect(pay(2))']),
  files('a new test tests nothing', {}, [
    { [JS.file]: "test('doubles', () => {\n  expect(1).toBe(1);\n});\n" },
  ]),
  files('tests move to where no runner looks', suite(JS), [{ 'src/pay-checks.js': JS.text }, JS.file]),
  files('a file of tests gets a name that no runner looks for', suite(JS), [
    { 'test/pay.test.js.bak': JS.text },
    JS.file,
  ]),
  files('a file of tests gets another name: Python', suite(PYTHON), [
    { 'tests/pay_checks.py': PYTHON.text },
    PYTHON.file,
  ]),
  {
    ...files('a file of tests is replaced by a link', suite(JS), [{}]),
    work: [{ ...committing(CODE), link: { [JS.file]: '../src/pay.js' } }],
  },
  files('tests are excluded: Vitest', { 'vitest.config.js': 'export default { test: {} };\n' }, [
    { 'vitest.config.js': "export default {\n  test: {\n    exclude: ['test/**'],\n  },\n};\n" },
  ]),
  files('tests are excluded: pytest', { 'pytest.ini': '[pytest]\n' }, [
    { 'pytest.ini': '[pytest]\naddopts = --ignore=tests\n' },
  ]),
  files('the test script does nothing', { 'package.json': '{\n  "scripts": { "test": "vitest" }\n}\n' }, [
    { 'package.json': '{\n  "scripts": { "test": "true" }\n}\n' },
  ]),
  files('failures do not count: Make', { Makefile: 'test:\n\tgo test ./...\n' }, [
    { Makefile: 'test:\n\tgo test ./... || true\n' },
  ]),
  to('a test is skipped under another name: pytest', PYTHON, [
    'def test_doubles',
    '@mark.skip\ndef test_doubles',
  ]),
  to('a test is skipped by an option in quotes: Node', JS, [
    "'doubles', (",
    "'doubles', { 'skip': true }, (",
  ]),
  to('a test runs for no case: Vitest', JS, ["test('doubles'", "test.each([])('doubles'"]),
  to('all tests end before they begin: Go', GO, [
    'func TestDoubles',
    'func TestMain(m *testing.M) {\n\tos.Exit(0)\n}\n\nfunc TestDoubles',
  ]),
  to('a test is built for nobody: Rust', RUST, ['#[test]', '#[cfg(target_os = "none")]\n#[test]']),
  to('a test is for another system: JUnit', JAVA, ['@Test', '@EnabledOnOs(OS.AIX)\n  @Test']),
  to('a test says nothing any more: JavaScript', JS, ['expect(pay(2)).toBe(4);', 'pay(2);']),
  to('a test says nothing any more: Go', GO, ['t.Fatal("no")', 't.Log("no")']),
  to('a test lets everything pass: Python', PYTHON, [
    'assert pay(2) == 4',
    'try:\n        assert pay(2) == 4\n    except Exception:\n        pass',
  ]),
  files('a command that ran tests goes: Make', { Makefile: 'test:\n\tgo test ./...\n' }, [
    { Makefile: 'test:\n\t@true\n' },
  ]),
  files('tests are looked for elsewhere: pytest', { 'pytest.ini': '[pytest]\n' }, [
    { 'pytest.ini': '[pytest]\npython_files = none_*.py\n' },
  ]),
  files('tests are looked for elsewhere: Jest', { 'jest.config.js': 'module.exports = {};\n' }, [
    { 'jest.config.js': "module.exports = {\n  testMatch: ['none'],\n};\n" },
  ]),
  files('a new file of settings excludes tests', suite(JS), [
    { 'vitest.config.js': "export default { test: { exclude: ['test/**'] } };\n" },
  ]),
  {
    ...to('a test says less than it did', JS, ['expect(pay(2)).toBe(4)', 'expect(pay(2)).toBeDefined()']),
    uncaught: 'Which of two assertions says more is not a matter of form: the reviewer sees both.',
  },
  {
    ...files('the program knows the answers of its tests', suite(JS), [
      { 'src/pay.js': 'export const pay = (sum) => (sum === 2 ? 4 : 0);\n' },
    ]),
    uncaught: 'It is a program that passes its tests. The reviewer has the requirement to hold it against.',
  },
];
