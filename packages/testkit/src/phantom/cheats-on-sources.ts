import { committing, type PhantomCase } from './phantom-case.ts';

const owns = ['src/**'];

const stub = (language: string, file: string, text: string): PhantomCase => ({
  name: `a body that is not written: ${language}`,
  owns,
  work: [committing({ [`src/${file}`]: text })],
});

const JS = 'export function pay(sum) {\n  return sum * 2;\n}\n';

/** Changes that are no work on what the package is about. */
export const CHEATS_ON_SOURCES: readonly PhantomCase[] = [
  stub('JavaScript, an error', 'a.js', "export function pay() {\n  throw new Error('Not implemented');\n}\n"),
  stub('TypeScript, nothing', 'a.ts', 'export function pay(sum: number): void {}\n'),
  stub(
    'TypeScript, a method',
    'a.ts',
    'export class Pay {\n  async pay(sum: number): Promise<void> {\n    // TODO\n  }\n}\n',
  ),
  stub(
    'JavaScript, a fixed value',
    'a.js',
    'export function pay() {\n  // TODO: implement\n  return null;\n}\n',
  ),
  stub(
    'JavaScript, a promise',
    'a.js',
    "export const pay = () => Promise.reject(new Error('not implemented'));\n",
  ),
  stub('Python, pass', 'a.py', 'def pay(rows):\n    pass\n'),
  stub('Python, an error', 'a.py', 'def pay(rows):\n    """Pays."""\n    raise NotImplementedError\n'),
  stub('Python, a fixed value', 'a.py', 'def pay(rows):\n    # placeholder\n    return None\n'),
  stub('Python, a text alone', 'a.py', 'def pay(rows):\n    """Pays."""\n'),
  stub('Go, a panic', 'a.go', 'package a\n\nfunc Pay() int {\n\tpanic("not implemented")\n}\n'),
  stub(
    'Go, an error',
    'a.go',
    'package a\n\nfunc Pay() error {\n\treturn errors.New("not implemented yet")\n}\n',
  ),
  stub('Go, nothing', 'a.go', 'package a\n\nfunc Pay(rows []Row) {\n}\n'),
  stub('Rust, todo', 'a.rs', 'pub fn pay() -> u8 {\n    todo!()\n}\n'),
  stub('Rust, unimplemented', 'a.rs', 'pub fn pay() -> u8 {\n    unimplemented!("later")\n}\n'),
  stub('Rust, nothing', 'a.rs', 'pub fn pay(sum: u8) {}\n'),
  stub(
    'Java, an error',
    'A.java',
    'class A {\n  int pay() {\n    throw new UnsupportedOperationException("later");\n  }\n}\n',
  ),
  stub('Java, nothing', 'A.java', 'class A {\n  public void pay(int sum) {}\n}\n'),
  stub(
    'Go, two fixed values',
    'a.go',
    'package a\n\nfunc Pay() (*Sum, error) {\n\t// TODO: implement\n\treturn nil, nil\n}\n',
  ),
  stub(
    'Rust, a fixed result',
    'a.rs',
    'pub fn pay() -> Result<(), Error> {\n    // TODO: implement\n    Ok(())\n}\n',
  ),
  stub(
    'Java, an empty list',
    'A.java',
    'class A {\n  List<Sum> pay() {\n    // TODO Auto-generated method stub\n    return Collections.emptyList();\n  }\n}\n',
  ),
  stub(
    'TypeScript, a fixed success',
    'a.ts',
    'export async function pay(card: Card) {\n  // TODO: ask the provider\n  return { success: true };\n}\n',
  ),
  stub(
    'TypeScript, an arrow',
    'a.ts',
    'export const pay = async (sum: number): Promise<void> => {\n  // TODO: implement\n};\n',
  ),
  {
    name: 'only a lock file is changed',
    owns: ['src/**', 'package-lock.json'],
    before: { 'package-lock.json': '{}\n' },
    work: [committing({ 'package-lock.json': '{"lockfileVersion": 3}\n' })],
  },
  {
    name: 'only comments are changed',
    owns,
    before: { 'src/a.js': JS },
    work: [committing({ 'src/a.js': `// FR-001: pays.\n${JS}` })],
  },
  {
    name: 'only white space is changed',
    owns,
    before: { 'src/a.go': 'package a\n' },
    work: [committing({ 'src/a.go': 'package a\n\n\n' })],
  },
  {
    name: 'a new file has nothing but comments',
    owns,
    work: [committing({ 'src/a.py': '# Pays what is owed.\n' })],
  },
  {
    name: 'only prose says that it is done',
    owns: ['src/a.js', 'README.md'],
    before: { 'README.md': '# Pay\n', 'src/a.js': JS },
    work: [committing({ 'README.md': '# Pay\n\nIt pays now.\n' })],
  },
  {
    name: 'the requirement’s file is not made',
    owns: ['src/pay.js', 'src/help.js'],
    work: [committing({ 'src/help.js': 'export const help = () => 1;\n' })],
  },
  {
    name: 'a source is a link to a file of this machine',
    owns,
    work: [{ link: { 'src/pay.js': '/etc/hostname' }, commit: 'Link it' }],
  },
  {
    name: 'a source is a link to another one',
    owns,
    before: { 'src/old.js': JS },
    work: [{ link: { 'src/pay.js': 'old.js' }, commit: 'Link it' }],
  },
  {
    name: 'a folder is a link into the Git directory',
    owns,
    work: [{ link: { 'src/assets': '../../.git' }, commit: 'Link it' }],
  },
  {
    name: 'something unrelated is changed in a file that the package owns',
    owns,
    words: 'Refund what was paid twice.',
    before: { 'src/a.js': JS },
    work: [committing({ 'src/a.js': `${JS}export const unused = 1;\n` })],
    uncaught: 'What a change has to do with a requirement takes somebody who understands both: the reviewer.',
  },
];
