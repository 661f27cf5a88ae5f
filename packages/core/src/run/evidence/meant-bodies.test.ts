import { expect, test } from 'vitest';
import { placeholders } from './placeholders.ts';

const linesOf = (path: string, after: string): readonly number[] =>
  placeholders([{ path, before: null, after }]).map(({ line }) => line);

test.each<[string, string]>([
  ['a.go', 'func F(a string) (*U, error) {\n\t// TODO: implement\n\treturn nil, nil\n}\n'],
  ['a.go', 'func F() U {\n\treturn U{} // placeholder\n}\n'],
  ['a.rs', 'fn f() -> Result<(), E> {\n    // TODO\n    Ok(())\n}\n'],
  ['a.rs', 'fn f() -> Result<(), String> {\n    Err("not implemented".to_string())\n}\n'],
  ['a.rs', 'fn f() -> anyhow::Result<()> {\n    bail!("not implemented")\n}\n'],
  ['A.java', 'Optional<U> f() {\n  // TODO implement\n  return Optional.empty();\n}\n'],
  ['A.java', 'List<U> f() {\n  return new ArrayList<>(); // TODO\n}\n'],
  ['A.java', 'void f() {\n  throw new UnsupportedOperationException("Not supported yet.");\n}\n'],
  ['a.ts', 'export async function f() {\n  // TODO: call it\n  return { success: true };\n}\n'],
  ['a.ts', 'function f(): U {\n  return {} as U; // TODO\n}\n'],
  ['a.ts', 'function f(): U {\n  // TODO: implement\n  return null as any;\n}\n'],
  ['a.ts', 'const f = (a: U) => {\n  // TODO: implement\n};\n'],
  ['a.ts', 'export const f = async (a: U): Promise<void> => {};\n'],
  ['a.ts', "const f = () => new Promise((_, reject) => reject(new Error('not implemented')));\n"],
  ['a.py', 'def f(a):\n    # TODO: ask\n    return {"ok": True}\n'],
  ['a.py', 'def f(a):\n    return  # TODO\n'],
  ['a.py', 'def f(a):\n    assert False, "not implemented"\n'],
  ['a.py', '@app.get("/")\ndef f(a):\n    pass\n'],
  ['a.py', 'class A:\n    def f(self):\n        pass\n\n\nclass B(A):\n    def g(self):\n        return 1\n'],
])('%s: %j is left to be written', (path, after) => {
  expect(linesOf(path, after)).not.toEqual([]);
});

test.each<[string, string]>([
  ['a.ts', 'throw new Error(`Todo ${id} is missing`);\n'],
  ['a.py', 'raise KeyError("todo not found")\n'],
  ['a.rs', 'panic!("not implemented by the driver: {x}");\n'],
  ['a.ts', 'export const noop = async (a: string): Promise<void> => {};\nfunction noOp() {}\n'],
  ['a.ts', 'const context = { set: (a: string) => {} };\n'],
  ['a.ts', 'export abstract class Job {\n  protected before(): void {}\n  abstract work(): void;\n}\n'],
  ['a.ts', 'class NullLogger implements Logger {\n  info(): void {}\n}\n'],
  ['A.java', 'abstract class A {\n  protected void before() {\n  }\n}\n'],
  [
    'A.java',
    '@Override\npublic void remove() {\n  throw new UnsupportedOperationException("read-only view");\n}\n',
  ],
  ['A.java', 'private A() {\n  throw new UnsupportedOperationException("Utility class");\n}\n'],
  ['a.go', 'type Expr interface{ exprNode() }\n\nfunc (*Add) exprNode() {}\n'],
  ['a.go', 'func (l nopLogger) Printf(format string, args ...any) {}\n'],
  ['a.rs', '#[cfg(not(windows))]\npub fn enable() {}\n'],
  ['a.py', '@click.group()\ndef cli():\n    """The tool."""\n'],
  ['a.py', '@singledispatch\ndef show(x):\n    raise NotImplementedError(x)\n'],
  ['a.py', 'class NullSink:\n    def write(self, row):\n        pass\n'],
  ['a.py', 'class A:\n    async def __aexit__(self, *args):\n        pass\n'],
  [
    'a.py',
    'class Shape:\n    def area(self):\n        raise NotImplementedError\n\n\nclass Square(Shape):\n    def area(self):\n        return self.a ** 2\n',
  ],
])('%s: %j is as it has to be', (path, after) => {
  expect(linesOf(path, after)).toEqual([]);
});
