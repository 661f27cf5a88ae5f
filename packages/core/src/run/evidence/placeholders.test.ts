import { expect, test } from 'vitest';
import { placeholders } from './placeholders.ts';

test.each<[string, string, string, readonly string[]]>([
  [
    'an empty function',
    'a.ts',
    'export function total(rows: Row[]): number {}\n',
    ['1 function total(rows: Row[]): number {}'],
  ],
  [
    'one with a promise in it',
    'a.js',
    'function total(rows) {\n  // TODO\n}\n',
    ['1 function total(rows) { // TODO }'],
  ],
  [
    'an empty method',
    'a.ts',
    'class A {\n  async run(): Promise<void> {}\n}\n',
    ['2 async run(): Promise<void> {}'],
  ],
  ['a constructor', 'a.ts', 'class A {\n  constructor(readonly a: string) {}\n}\n', []],
  ['one that is meant', 'a.js', 'function ignore() {\n  // Nobody waits for it.\n}\n', []],
  ['control flow', 'a.js', 'for (;;) {}\nif (a) {}\nwhile (b()) {}\n', []],
  ['an arrow', 'a.js', 'const ignore = () => {};\n', []],
  [
    'an error',
    'a.js',
    "function f() {\n  throw new Error('Not implemented yet');\n}\n",
    ["2 throw new Error('Not implemented yet'"],
  ],
  ['another error', 'a.js', "function f() {\n  throw new Error('Not found');\n}\n", []],
  ['words in a comment', 'a.js', "// throw new Error('not implemented')\n", []],
  ['Python: pass', 'a.py', 'def total(rows):\n    """Adds them."""\n    pass\n', ['1 def total(rows): pass']],
  ['Python: dots', 'a.py', 'def total(rows): ...\n', ['1 def total(rows): ... ...']],
  [
    'Python: error',
    'a.py',
    'class A:\n    def f(self):\n        raise NotImplementedError()\n',
    ['2 def f(self): raise NotImplementedError()'],
  ],
  ['Python: over several lines', 'a.py', 'def f(\n    a,\n):\n    pass\nx = 1\n', ['1 def f( pass']],
  ['Python: abstract', 'a.py', 'class A(ABC):\n    @abstractmethod\n    def f(self):\n        pass\n', []],
  ['Python: protocol', 'a.py', 'class A(Protocol):\n    def f(self) -> int: ...\n', []],
  ['Python: a class', 'a.py', 'class Bad(Exception):\n    pass\n', []],
  ['Python: more than pass', 'a.py', 'def f():\n    if x:\n        pass\n    return 1\n', []],
  ['Go: empty', 'a.go', 'func Total(rows []Row) {\n}\n', ['1 func Total(rows []Row) { }']],
  ['Go: panic', 'a.go', 'func F() int {\n\tpanic("not implemented")\n}\n', ['2 panic("not implemented"']],
  ['Rust: todo', 'a.rs', 'fn f() -> u8 {\n    todo!()\n}\n', ['2 todo!(']],
  ['Rust: unimplemented', 'a.rs', 'fn f() -> u8 {\n    unimplemented!("later")\n}\n', ['2 unimplemented!(']],
  [
    'Java',
    'A.java',
    'int f() {\n  throw new UnsupportedOperationException();\n}\n',
    ['2 throw new UnsupportedOperationException('],
  ],
  ['Java: empty', 'A.java', 'class A {\n  public void add(int a) {}\n}\n', ['2 public void add(int a) {}']],
  [
    'Java: one that overrides',
    'A.java',
    'class A {\n  @Override\n  public void add(int a) {}\n  A() {}\n}\n',
    [],
  ],
  [
    'Rust: empty',
    'a.rs',
    'pub fn add(a: u8) {}\nfn main() {}\ntrait A {\n    fn hook(&self) {}\n}\n',
    ['1 pub fn add(a: u8) {}'],
  ],
  [
    'a fixed value for now',
    'a.ts',
    'function total() {\n  // TODO: add them\n  return 0;\n}\n',
    ['1 { // TODO: add them return 0; }'],
  ],
  ['a fixed value', 'a.ts', 'function total() {\n  // Nothing is added.\n  return 0;\n}\n', []],
  [
    'Python: for now',
    'a.py',
    'def total(rows):\n    # placeholder\n    return 0\n',
    ['1 : # placeholder return 0'],
  ],
  ['Python: a value', 'a.py', 'def total(rows):\n    # none\n    return 0\n', []],
  ['Go: for now', 'a.go', 'func Total() error {\n\treturn nil // TODO\n}\n', ['1 { return nil // TODO }']],
  [
    'an error of its own kind',
    'a.js',
    'f(() => {\n  throw new NotImplementedError();\n});\n',
    ['2 throw new NotImplementedError('],
  ],
  [
    'a promise of an error',
    'a.js',
    "const f = () => Promise.reject(new Error('not implemented'));\n",
    ["1 Promise.reject(new Error('not implemented'"],
  ],
  [
    'Python: a docstring alone',
    'a.py',
    'def total(rows):\n    """Adds them."""\n',
    ['1 def total(rows): nothing'],
  ],
  ['Python: a hook', 'a.py', 'class A:\n    def started(self):\n        """May be overridden."""\n', []],
  ['Python: twice nothing', 'a.py', 'def f():\n    pass\n    pass\n', ['1 def f(): pass']],
  [
    'Python: NotImplemented',
    'a.py',
    'def f():\n    return NotImplemented\n',
    ['1 def f(): return NotImplemented'],
  ],
  [
    'Python: an operator',
    'a.py',
    'class A:\n    def __lt__(self, other):\n        return NotImplemented\n',
    [],
  ],
  [
    'Go: the end of the program',
    'a.go',
    'func F() {\n\tlog.Fatal("not implemented")\n}\n',
    ['2 log.Fatal("not implemented"'],
  ],
  [
    'Go: a text that is made',
    'a.go',
    'func F() {\n\tpanic(fmt.Sprintf("unimplemented: %s", a))\n}\n',
    ['2 panic(fmt.Sprintf("unimplemented: %s"'],
  ],
  [
    'Rust: unreachable',
    'a.rs',
    'fn f() {\n    unreachable!("not implemented")\n}\n',
    ['2 unreachable!("not implemented"'],
  ],
  ['Rust: really unreachable', 'a.rs', 'fn f() {\n    unreachable!("checked above")\n}\n', []],
  ['a fake in a test', 'test_a.py', 'class Fake:\n    def close(self):\n        pass\n', []],
  ['another language', 'a.rb', 'def f\nend\n', []],
])('%s', (_, path, after, found) => {
  const told = placeholders([{ path, before: null, after }]).map(({ line, text }) => `${line} ${text}`);
  expect(told).toEqual(found);
});

test('what was there before is nobody’s, wherever it stands now', () => {
  const stub = "function f() {\n  throw new Error('not implemented');\n}\n";
  expect(placeholders([{ path: 'a.js', before: stub, after: `const a = 1;\n${stub}` }])).toEqual([]);
  expect(placeholders([{ path: 'a.js', before: stub, after: stub + stub }])).toHaveLength(1);
});
