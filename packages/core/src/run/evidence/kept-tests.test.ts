import { expect, test } from 'vitest';
import { lostTests } from './lost-tests.ts';

const TABLE =
  "test('all', async (t) => {\n  await t.test('one', () => is(pay(1), 2));\n  await t.test('two', () => is(pay(2), 4));\n});\n";
const RUNS =
  'func TestAll(t *testing.T) {\n\tt.Run("one", func(t *testing.T) {\n\t\tis(t, Pay(1), 2)\n\t})\n\tt.Run("two", func(t *testing.T) {\n\t\tis(t, Pay(2), 4)\n\t})\n}\n';

test.each<[string, string, string]>([
  ['a.test.ts', "test.each([['a (b)', f(1)]])('takes %s', (a) => {\n  check(a);\n});\n", 'takes %s'],
  ['a.test.ts', "it.each<[string]>([['a']])('takes %s', (a) => {\n  check(a);\n});\n", 'takes %s'],
  ['a.test.ts', "it.each`a\n${1}`('takes $a', ({ a }) => {\n  check(a);\n});\n", 'takes $a'],
  ['a.test.ts', "  await t.test('two', () => is(pay(2), 4));\n", 'two'],
  ['tests/a.rs', '#[rstest]\n#[case(1)]\nfn cases(#[case] a: u8) {\n    f(a);\n}\n', 'cases'],
  ['tests/a.rs', '#[test_case(1; "one")]\nfn cases(a: u8) {\n    f(a);\n}\n', 'cases'],
  ['a_test.go', '\tt.Run("two", func(t *testing.T) {\n\t\tis(t, Pay(2), 4)\n\t})\n', 'two'],
  ['ATest.java', '@TestFactory\nStream<DynamicTest> all() {\n  return f();\n}\n', 'all'],
])('%s: a test is one in every form that runners know, as %j', (path, text, name) => {
  const deleted = lostTests([{ path, before: text, after: '\n' }], '');
  expect(deleted.map(({ test: found }) => found)).toEqual([name]);
});

test('what is public in Java is a test where its class says so', () => {
  const method = '  public void testAll() {\n    f();\n  }\n}\n';
  const lost = (head: string) => lostTests([{ path: 'A.java', before: head + method, after: '\n' }], '');
  expect(lost('class A extends TestCase {\n')).toHaveLength(1);
  expect(lost('class A {\n')).toEqual([]);
});

test('a test in another one is a test', () => {
  const without = {
    path: 'a.test.js',
    before: TABLE,
    after: TABLE.replace(/ {2}await t.test\('two.*\n/, ''),
  };
  expect(lostTests([without], '').map(({ test: name }) => name)).toEqual(['two']);
  const run = { path: 'a_test.go', before: RUNS, after: RUNS.replace(/\tt.Run\("two[\s\S]*?\n\t\}\)\n/, '') };
  expect(lostTests([run], '').map(({ test: name }) => name)).toEqual(['two']);
});

const CASES_OF_ONE: readonly (readonly [string, string, string])[] = [
  [
    'test_a.py',
    'def test_two():\n    assert pay(2) == 4\n\ndef test_three():\n    assert pay(3) == 6\n',
    '@pytest.mark.parametrize("a, b", [(2, 4), (3, 6)])\ndef test_pay(a, b):\n    assert pay(a) == b\n',
  ],
  [
    'a.test.ts',
    "test('two', () => {\n  expect(pay(2)).toBe(4);\n});\ntest('three', () => {\n  expect(pay(3)).toBe(6);\n});\n",
    "test.each([\n  [2, 4],\n  [3, 6],\n])('pays %i', (a, b) => {\n  expect(pay(a)).toBe(b);\n});\n",
  ],
  [
    'a_test.go',
    RUNS,
    'func TestAll(t *testing.T) {\n\tfor _, c := range []struct{ name string; a, b int }{{"one", 1, 2}, {"two", 2, 4}} {\n\t\tt.Run(c.name, func(t *testing.T) {\n\t\t\tif Pay(c.a) != c.b {\n\t\t\t\tt.Error("no")\n\t\t\t}\n\t\t})\n\t}\n}\n',
  ],
  [
    'ATest.java',
    'class ATest {\n  @Test\n  void two() {\n    assertEquals(4, pay(2));\n  }\n  @Test\n  void three() {\n    assertEquals(6, pay(3));\n  }\n}\n',
    'class ATest {\n  @ParameterizedTest\n  @CsvSource({"2, 4", "3, 6"})\n  void pays(int a, int b) {\n    assertEquals(b, pay(a));\n  }\n}\n',
  ],
];

test.for(CASES_OF_ONE)('%s: tests that become cases of one are not lost', ([path, before, after]) => {
  expect(lostTests([{ path, before, after }], '')).toEqual([]);
  const fewer = after.replace(/3(.*?)6/, '2$14').replace('"two", 2, 4', '"one", 1, 2');
  expect(lostTests([{ path, before, after: fewer }], '')).toHaveLength(1);
});

test('tests that are merged are not lost', () => {
  const one = "test('one', () => {\n  expect(pay(-1)).toBe(1);\n});\n";
  const other = "test('other', () => {\n  expect(pay(1)).toBe(1);\n});\n";
  const both = other.replace('});', '  expect(pay(-1)).toBe(1);\n});');
  expect(lostTests([{ path: 'a.test.js', before: one + other, after: both }], '')).toEqual([]);
  expect(lostTests([{ path: 'a.test.js', before: one + other, after: other }], '')).toHaveLength(1);
});

test('Go looks nowhere in testdata, and at nothing that begins with a line below', () => {
  const moved = (path: string) => [
    { path: 'a_test.go', before: RUNS, after: null },
    { path, before: null, after: RUNS },
  ];
  expect(lostTests(moved('b_test.go'), '')).toEqual([]);
  expect(lostTests(moved('testdata/a_test.go'), '')).not.toEqual([]);
  expect(lostTests(moved('_a_test.go'), '')).not.toEqual([]);
});
