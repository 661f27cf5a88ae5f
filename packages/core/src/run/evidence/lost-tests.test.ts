import { expect, test } from 'vitest';
import { lostTests } from './lost-tests.ts';

const JS = `import { test } from 'vitest';\ntest('adds', () => { check(); });\ntest.each([1, 2])('takes %s', () => { check(); });\n`;

const CASES: readonly (readonly [string, string, string | null, string | null, readonly string[]])[] = [
  [
    'a test is deleted',
    'a.test.js',
    JS,
    JS.replace("test('adds', () => { check(); });\n", ''),
    ['deleted adds'],
  ],
  ['a file of tests is deleted', 'a.test.js', JS, null, ['deleted adds', 'deleted takes %s']],
  ['a test is renamed', 'a.test.js', JS, JS.replace("'adds'", "'subtracts'"), []],
  [
    'a test gives way to another one',
    'a.test.js',
    JS,
    JS.replace("'adds', () => { check(); }", "'takes', () => { check(1); }"),
    ['deleted adds'],
  ],
  ['a test is commented out', 'a.test.js', JS, JS.replace("test('adds'", "// test('adds'"), ['deleted adds']],
  [
    'a test is skipped',
    'a.test.js',
    JS,
    JS.replace("test('adds'", "test.skip('adds'"),
    ['skipped test.skip'],
  ],
  [
    'a test is skipped by its name',
    'a.test.js',
    JS,
    JS.replace("test('adds'", "xtest('adds'"),
    ['skipped xtest('],
  ],
  ['one test alone runs', 'a.test.js', JS, JS.replace("test('adds'", "test.only('adds'"), ['only test.only']],
  ['words in a text are none', 'a.test.js', JS, `${JS}const help = 'it.skip(x)'; // test.only\n`, []],
  [
    'what was skipped before',
    'a.test.js',
    JS.replace('test(', 'test.skip('),
    JS.replace('test(', 'test.skip('),
    [],
  ],
  ['Python: deleted', 'test_a.py', 'def test_a():\n    pass\n', 'x = 1\n', ['deleted test_a']],
  [
    'Python: skipped',
    'test_a.py',
    'def test_a():\n    assert f()\n',
    '@pytest.mark.skip(reason="later")\ndef test_a():\n    assert f()\n',
    ['skipped @pytest.mark.skip'],
  ],
  [
    'Go: skipped',
    'a_test.go',
    'func TestA(t *testing.T) {\n\tf(t)\n}\n',
    'func TestA(t *testing.T) {\n\tt.Skip()\n\tf(t)\n}\n',
    ['skipped t.Skip('],
  ],
  ['Go: deleted', 'a_test.go', 'func TestA(t *testing.T) {\n\tf(t)\n}\n', '', ['deleted TestA']],
  [
    'Rust: ignored',
    'a.rs',
    '#[test]\nfn a() { f(); }\n',
    '#[test]\n#[ignore]\nfn a() { f(); }\n',
    ['skipped #[ignore'],
  ],
  ['Rust: deleted', 'a.rs', '#[tokio::test]\nasync fn a() {}\n', '\n', ['deleted a']],
  [
    'Java: disabled',
    'A.java',
    '@Test\nvoid a() {\n  f();\n}\n',
    '@Disabled\n@Test\nvoid a() {\n  f();\n}\n',
    ['skipped @Disabled'],
  ],
  [
    'Java: deleted',
    'A.java',
    '@Test\npublic void a() throws Exception {\n}\n',
    'class A {}\n',
    ['deleted a'],
  ],
  ['a new file', 'b.test.js', null, JS, []],
  ['one of the same name is deleted', 'a.test.js', JS + JS, JS, ['deleted adds', 'deleted takes %s']],
  [
    'a test is emptied',
    'a.test.js',
    JS,
    JS.replace("'adds', () => { check(); }", "'adds', () => {}"),
    ['hollow adds'],
  ],
  [
    'a test ends before it begins',
    'a.test.js',
    JS,
    JS.replace("'adds', () => { check(); }", "'adds', () => { return; check(); }"),
    ['hollow adds'],
  ],
  [
    'what is always true',
    'b.test.js',
    null,
    "test('a', () => {\n  expect(true).toBe(true);\n  console.log('done');\n});\ntest('b', () => expect(1).toBe(1));\n",
    ['hollow a', 'hollow b'],
  ],
  ['a function of some name', 'b.test.js', null, "test('a', checks);\n", []],
  ['a value that is given back', 'b.test.js', null, "test('a', async () => { return check(1); });\n", []],
  ['options', 'a.test.js', JS, JS.replace("'adds', ", "'adds', { skip: true }, "), ['skipped { skip:']],
  [
    'Python: emptied',
    'test_a.py',
    'def test_a():\n    assert f() == 1\n',
    'def test_a():\n    pass\n',
    ['hollow test_a'],
  ],
  [
    'Python: true',
    'test_a.py',
    null,
    'def test_a(\n    x,\n):\n    assert True\n\ndef test_b():\n    assert f(1)\n',
    ['hollow test_a'],
  ],
  ['Python: raises', 'test_a.py', null, 'def test_a():\n    with raises(E):\n        f()\n', []],
  [
    'Go: emptied',
    'a_test.go',
    'func TestA(t *testing.T) {\n\tf(t)\n}\n',
    'func TestA(t *testing.T) {\n\tt.Log("x")\n}\n',
    ['hollow TestA'],
  ],
  [
    'Go: left out by a tag',
    'a_test.go',
    'package a\n',
    '//go:build never\n\npackage a\n',
    ['skipped //go:build never'],
  ],
  [
    'Rust: emptied',
    'a.rs',
    '#[test]\nfn a() { f(); }\n',
    '#[test]\nfn a() { assert!(true); }\n',
    ['hollow a'],
  ],
  ['Java: emptied', 'ATest.java', '@Test\nvoid a() {\n  f();\n}\n', '@Test\nvoid a() {\n}\n', ['hollow a']],
  ['what is no test', 'a.js', '', 'fit(model); find({ skip: 10 }); it.only;\n', []],
  ['what is no source', 'a.md', 'test("x")', '', []],
];

test.for(CASES)('%s', ([, path, before, after, found]) => {
  const told = lostTests([{ path, before, after }], '').map(({ what, test: name }) => `${what} ${name}`);
  expect(told).toEqual(found);
});

const SHORT = {
  'a.test.js': "test('adds', () => {\n  check();\n});\n",
  'test_a.py': 'def test_a():\n    assert f()\n',
  'a_test.go': 'func TestA(t *testing.T) {\n\tf(t)\n}\n',
  'tests/a.rs': '#[test]\nfn a() {\n    f();\n}\n',
  'ATest.java': 'class ATest {\n  @Test\n  void a() {\n    f();\n  }\n}\n',
};

test.each<[keyof typeof SHORT, string, string, boolean]>([
  ['a.test.js', "'adds', (", "'adds', { 'skip': true }, (", true],
  ['a.test.js', "'adds', (", "'adds', { skip }, (", true],
  ['a.test.js', "test('", "test.skipIf(!0)('", true],
  ['a.test.js', "test('", "test.skipIf(isWindows)('", false],
  ['a.test.js', "test('", "test.runIf(0)('", true],
  ['a.test.js', "test('", "test.each([])('", true],
  ['a.test.js', '() => {', '(x) => {\n  x.skip();', true],
  ['a.test.js', '() => {', '({ skip }) => {\n  skip();', true],
  ['a.test.js', '() => {', '() => {\n  pending();', true],
  ['a.test.js', '() => {', '() => {\n  rows.skip(1); skip(2);', false],
  ['a.test.js', '() => {', '() => {\n  player.skip();', false],
  ['a.test.js', '() => {', '() => {\n  list({ skip: 10, take: 5 });', false],
  ['a.test.js', '() => {', "() => {\n  add({ id: 1, todo: 'milk' }, { 'todo': 1 });", false],
  ['a.test.js', '() => {', '() => {\n  if (process.env.CI) return;', true],
  ['a.test.js', '() => {', '() => {\n  if (process.env.CI) return other();', false],
  ['a.test.js', 'test(', 'const options = { skip: true };\ntest(', true],
  ['a.test.js', 'test(', 'if (false) test(', true],
  ['a.test.js', 'test(', 'process.exit(0);\ntest(', true],
  ['test_a.py', 'def', '@mark.skip\ndef', true],
  ['test_a.py', 'def', '@mark.xfail(strict=False)\ndef', true],
  ['test_a.py', 'def', '@mark.slow\ndef', false],
  ['test_a.py', 'def', '@mark.skipif(sys.platform == "win32")\ndef', true],
  [
    'test_a.py',
    'def',
    '@mark.skipif(sys.platform == "win32")\ndef test_b():\n    assert g()\n\n\ndef',
    false,
  ],
  ['test_a.py', 'def', '@mark.skipif(True)\ndef test_b():\n    assert g()\n\n\ndef', true],
  [
    'test_a.py',
    'def',
    "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.xfail)])\ndef",
    true,
  ],
  ['test_a.py', 'def', "@pytest.mark.parametrize(('x', 'y'), [])\ndef", true],
  [
    'test_a.py',
    'def',
    'def pytest_collection_modifyitems(items):\n    items[0].add_marker(pytest.mark.skip)\n\n\ndef',
    true,
  ],
  ['test_a.py', 'assert', 'if os.environ.get("CI"):\n        return\n    assert', true],
  ['test_a.py', 'assert', 'with raises(Exception):\n        assert', true],
  ['test_a.py', 'assert', 'with raises(Exception):\n        g()\n    assert', false],
  ['test_a.py', 'assert', "skip('later')\n    assert", true],
  ['test_a.py', 'def', "@pytest.mark.parametrize('x', [])\ndef", true],
  ['test_a.py', 'def', 'test_data = [1]\ndef', false],
  ['test_a.py', 'f()\n', 'f()\n\ndel test_a\n', true],
  ['test_a.py', 'f()\n', 'f()\n\ntest_a = None\n', true],
  ['test_a.py', 'def', 'if False:\n  def', true],
  ['test_a.py', 'def', 'import sys; sys.exit(0)\ndef', true],
  ['test_a.py', 'assert', 'if fork() == 0: os._exit(0)\n    assert', false],
  ['a_test.go', 't *testing.T) {', 'x *testing.T) {\n\tx.Skip("later")', true],
  ['a_test.go', 'f(t)', 'list.Skip(2).Do(t)', false],
  ['a_test.go', 'f(t)', 'if os.Getenv("CI") != "" {\n\t\treturn\n\t}\n\tf(t)', true],
  ['a_test.go', 'func', 'func TestMain(m *testing.M) {\n\tos.Exit(0)\n}\n\nfunc', true],
  ['a_test.go', 'func', 'func TestMain(m *testing.M) {\n\tos.Exit(m.Run())\n}\n\nfunc', false],
  ['a_test.go', 'f(t)', 'if false {\n\t\tf(t)\n\t}', true],
  ['tests/a.rs', '#[test]', '#[test]\n#[ ignore ]', true],
  ['tests/a.rs', '#[test]', '#[cfg(feature = "none")]\n#[test]', true],
  ['tests/a.rs', '#[test]', '#[test]\n#[cfg(target_os = "none")]', true],
  ['tests/a.rs', '#[test]', '#[test]\n#[cfg_attr(all(), ignore)]', true],
  ['tests/a.rs', '#[test]', '#![cfg(any())]\n#[test]', true],
  ['tests/a.rs', '#[test]', '#[test]\n#[should_panic]', true],
  ['tests/a.rs', '#[test]', '#[test]\n#[should_panic]\nfn b() {\n    g();\n}\n\n#[test]', false],
  ['tests/a.rs', '#[test]', '#[cfg(unix)]\n#[test]\nfn b() {\n    g();\n}\n\n#[test]', false],
  ['tests/a.rs', '#[test]', '#[cfg(all(test, feature = "slow"))]\nmod tests {}\n#[test]', true],
  ['tests/a.rs', '#[test]', '#[cfg(feature = "x")]\nfn g() {}\n\n#[cfg(test)]\n#[test]', false],
  ['ATest.java', '@Test', '@org.junit.jupiter.api.Disabled @Test', true],
  ['ATest.java', '@Test', '@EnabledOnOs(OS.WINDOWS) @Test', true],
  ['ATest.java', 'f();', 'Assumptions.abort();\n    f();', true],
  ['ATest.java', '@Test', '@Test(expected = AssertionError.class)', true],
  ['ATest.java', '@Test', '@Test(expected = Exception.class)', true],
  ['ATest.java', '@Test', '@Test(expected = E.class) void b() { g(); }\n  @Test', false],
  ['ATest.java', 'f();', 'assumingThat(false, () -> f());', true],
])('%s: %j becomes %j', (path, from, to, isSkipped) => {
  const before = SHORT[path];
  const found = lostTests([{ path, before, after: before.replace(from, to) }], '');
  expect(found.filter(({ what }) => what === 'skipped').length > 0).toBe(isSkipped);
});

const ASSERTING = {
  'a.test.js': "test('adds', () => {\n  const sum = add(1, 2);\n  expect(sum).toBe(3);\n});\n",
  'test_a.py': 'def test_a():\n    total = add(1, 2)\n    assert total == 3\n',
  'a_test.go': 'func TestA(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n',
  'tests/a.rs': '#[test]\nfn a() {\n    let sum = add(1, 2);\n    assert_eq!(sum, 3);\n}\n',
  'ATest.java':
    'class ATest {\n  @Test\n  void a() {\n    int sum = add(1, 2);\n    assertEquals(3, sum);\n  }\n}\n',
};

test.each<[keyof typeof ASSERTING, string, string, boolean]>([
  ['a.test.js', '  expect(sum).toBe(3);\n', '', true],
  ['a.test.js', 'expect(sum).toBe(3);', 'console.log(sum);', true],
  ['a.test.js', 'expect(sum).toBe(3);', 'expect(sum);', true],
  ['a.test.js', 'expect(sum).toBe(3);', 'expect(sum)\n    .toBe(3);', false],
  ['a.test.js', 'expect(sum).toBe(3);', 'isThree(sum);', false],
  ['a.test.js', 'expect(sum).toBe(3);', 'expect(sum).toBe(sum);', true],
  ['a.test.js', 'expect(sum).toBe(3);', 'expect(1 + 2).toBe(3);', true],
  ['a.test.js', 'expect(sum).toBe(3);', 'expect(sum).toBe(sum.rounded());', false],
  [
    'a.test.js',
    'const sum = add(1, 2);\n  expect(sum).toBe(3);',
    'try {\n    expect(add()).toBe(3);\n  } catch (e) {\n    console.log(e);\n  }',
    true,
  ],
  ['a.test.js', 'expect(sum).toBe(3);', 'try { expect(sum).toBe(3); } catch { }', false],
  [
    'a.test.js',
    'const sum = add(1, 2);\n  expect(sum).toBe(3);',
    'try {\n    expect(add()).toBe(3);\n  } catch (e) {}',
    true,
  ],
  ['a.test.js', 'const sum', 'try { add(0); } catch { }\n  const sum', false],
  ['test_a.py', '    assert total == 3\n', '', true],
  ['test_a.py', 'assert total == 3', 'assert total == 3 or True', true],
  ['test_a.py', 'assert total == 3', 'check_total(total)', false],
  ['test_a.py', 'assert total == 3', 'assert total == total', true],
  ['test_a.py', 'assert total == 3', 'assert total == total.real', false],
  [
    'test_a.py',
    'total = add(1, 2)\n    assert total == 3',
    'try:\n        assert add(1, 2) == 3\n    except Exception:\n        pass',
    true,
  ],
  [
    'test_a.py',
    'total = add(1, 2)\n    assert total == 3',
    'try:\n        assert add(1, 2) == 3\n    except KeyError:\n        pass',
    false,
  ],
  [
    'test_a.py',
    'total = add(1, 2)\n    assert total == 3',
    'try:\n        assert add(1, 2) == 3\n    finally:\n        try:\n            end()\n        except Exception:\n            pass',
    false,
  ],
  [
    'ATest.java',
    'int sum = add(1, 2);\n    assertEquals(3, sum);',
    'try { assertEquals(3, add()); } finally { try { end(); } catch (Throwable t) {} }',
    false,
  ],
  ['a_test.go', 't.Fatal("no")', 't.Log("no")', true],
  ['a_test.go', 't.Fatal("no")', 't.Errorf("no")', false],
  ['tests/a.rs', '    assert_eq!(sum, 3);\n', '', true],
  ['ATest.java', '    assertEquals(3, sum);\n', '', true],
  ['ATest.java', 'assertEquals(3, sum);', 'assertEquals(sum, sum);', true],
  ['ATest.java', 'assertEquals(3, sum)', 'assertThat(sum).isEqualTo(3)', false],
  [
    'ATest.java',
    'int sum = add(1, 2);\n    assertEquals(3, sum);',
    'try { assertEquals(3, add()); } catch (Throwable t) {}',
    true,
  ],
  ['ATest.java', 'int sum = add(1, 2);', 'try { add(); } catch (IOException t) {}', false],
])('%s: %j becomes %j, and nothing can fail: %s', (path, from, to, isHollow) => {
  const before = ASSERTING[path];
  const found = lostTests([{ path, before, after: before.replace(from, to) }], '');
  expect(found.map(({ what }) => what)).toEqual(isHollow ? ['hollow'] : []);
});

test('a function that is called like one of a runner is none', () => {
  const after = `import { fit } from './regression';\n${JS}test('fits', () => {\n  check(fit([1, 2]));\n});\n`;
  expect(lostTests([{ path: 'a.test.js', before: JS, after }], '')).toEqual([]);
  const only = JS.replace("test('adds'", "fit('adds'");
  expect(lostTests([{ path: 'a.test.js', before: JS, after: only }], '').map(({ what }) => what)).toContain(
    'only',
  );
});

const two = (text: string): string =>
  text + text.replaceAll('adds', 'takes').replaceAll(/(test_?|fn )a\b/gi, '$1b');

test.each<[keyof typeof SHORT, string, string]>([
  ['a.test.js', "test('", "test.skip('"],
  ['a.test.js', '() => {', '(t) => {\n  t.skip();'],
  ['a.test.js', "', (", "', { skip: true }, ("],
  ['test_a.py', 'def', '@pytest.mark.skip\ndef'],
  ['test_a.py', 'assert', "pytest.skip('later')\n    assert"],
  ['a_test.go', 'f(t)', 't.Skip()\n\tf(t)'],
  ['tests/a.rs', '#[test]', '#[test]\n#[ignore]'],
])('%s: %j becomes %j in another test than it was in', (path, from, to) => {
  const [first, second] = [two(SHORT[path]).replace(from, to), two(SHORT[path])];
  const last = second.slice(0, SHORT[path].length) + second.slice(SHORT[path].length).replace(from, to);
  const found = (before: string, after: string) =>
    lostTests([{ path, before, after }], '').map(({ what }) => what);
  expect(found(first, last)).toEqual(['skipped']);
  expect(found(first, second)).toEqual([]);
  expect(
    found(first, SHORT[path].replaceAll('adds', 'new').replace(/(test_?|fn )a\b/i, '$1c') + first),
  ).toEqual([]);
});

test('a program that tests start may end as it likes', () => {
  const after = 'process.exit(0);\n';
  expect(lostTests([{ path: 'test/fixtures/ends.js', before: null, after }], '')).toEqual([]);
});

test('a test that moves is not lost, and neither is one that the package names', () => {
  const moved = (path: string) => [
    { path: 'a.test.js', before: JS, after: null },
    { path, before: null, after: JS },
  ];
  expect(lostTests(moved('b.test.js'), '')).toEqual([]);
  // Runners do not look there.
  expect(lostTests(moved('src/a.js'), '')).toHaveLength(2);
  expect(lostTests(moved('test/a.js'), '')).toHaveLength(2);
  expect(lostTests(moved('a.test.js.txt'), '')).toHaveLength(2);
  const deleted = { path: 'test/a.test.js', before: JS, after: null };
  expect(lostTests([deleted], 'Remove a.test.js: nothing is left of it.')).toEqual([]);
  expect(lostTests([deleted], 'The tests "adds" and "takes %s" are for what goes.')).toEqual([]);
  expect(lostTests([deleted], 'Add to test/a.test.js.')).toHaveLength(2);
});

test('a test is named by a line that is about it, and not about its passing', () => {
  const deleted = (name: string, words: string) =>
    lostTests(
      [{ path: 'a.test.js', before: `test('${name}', () => {\n  check();\n});\n`, after: 'f();\n' }],
      words,
    );
  expect(deleted('works', 'See that it works.')).toHaveLength(1);
  expect(deleted('a', 'Make a01 give more.')).toHaveLength(1);
  expect(deleted('rounds to cents', 'Have `rounds to cents` pass.')).toHaveLength(1);
  expect(deleted('rounds to cents', 'Mend what the test "rounds to cents" fails for.')).toHaveLength(1);
  expect(deleted('rounds to cents', 'These tests:\n- rounds to cents')).toEqual([]);
  expect(deleted('works', 'Remove works.')).toEqual([]);
  expect(deleted('works', 'The test `works` is for what was before.')).toEqual([]);
});

test('a test that the package says to skip may be skipped', () => {
  const skipped = { path: 'a.test.js', before: JS, after: JS.replace("test('adds'", "test.skip('adds'") };
  expect(lostTests([skipped], 'Skip adds until the clock is mended.')).toEqual([]);
  expect(lostTests([skipped], 'Skip nothing.')).toHaveLength(1);
});
