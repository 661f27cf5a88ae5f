import { expect, test } from 'vitest';
import { hasBlock, loneMark, PROJECT_BLOCKS, type ProjectBlock, withBlock } from './project-blocks.ts';

const block = (file: string) => PROJECT_BLOCKS.find((known) => known.file === file) as ProjectBlock;

test.each(PROJECT_BLOCKS)('$file gets its lines once, behind what it has', (known) => {
  expect(withBlock('', known)).toBe(known.text);
  for (const text of ['# mine', '# mine\n', '\n# mine\n']) {
    const added = withBlock(text, known);
    expect([hasBlock(text, known), hasBlock(added, known)]).toEqual([false, true]);
    expect(added).toBe(`${text.trimEnd()}\n\n${known.text}`);
    expect(withBlock(added, known)).toBe(added);
  }
});

test('a marked block of an older version is replaced between its marks', () => {
  const { text } = block('AGENTS.md');
  const old = `# Mine\n\n${text.replace(/## Spec Kitty[^]*commands:/, 'old words')}\nafter\n`;
  expect(hasBlock(old, block('AGENTS.md'))).toBe(true);
  expect(withBlock(old, block('AGENTS.md'))).toBe(`# Mine\n\n${text}\nafter\n`);
});

test('lines count wherever they are and however they end', () => {
  expect(hasBlock('cache/\r\n# x\r\nworkspaces/\r\nruntime/\r\n', block('.kittify/.gitignore'))).toBe(true);
  expect(hasBlock('runtime/\n', block('.kittify/.gitignore'))).toBe(false);
  expect(hasBlock('x\n  cache/ \n\nworkspaces/\n\truntime/\n', block('.kittify/.gitignore'))).toBe(true);
});

test('a mark without its other one is told with its line', () => {
  const agents = block('AGENTS.md');
  const [begin = '', end = ''] = agents.text.match(/<!--.*-->/g) ?? [];
  const lone = (text: string) => loneMark(text, agents);
  expect(lone(`# Mine\n${agents.text}`)).toBeUndefined();
  expect(lone(agents.text + agents.text.replaceAll('\n', '\r\n'))).toBeUndefined();
  expect(lone(`# Mine\n\n${begin}\ntext\n`)).toEqual({ mark: begin, missing: end, line: 3 });
  expect(lone(`a\n${end}\n${begin}\n`)).toEqual({ mark: end, missing: begin, line: 2 });
  expect(lone(`${begin}\ntext\n${agents.text}`)).toEqual({ mark: begin, missing: end, line: 1 });
  expect(loneMark(`${begin}\n`, block('.gitignore'))).toBeUndefined();
});

test("marks in disorder are nobody's, and the block is added", () => {
  const { text } = block('AGENTS.md');
  const [begin = '', end = ''] = text.match(/<!--.*-->/g) ?? [];
  for (const mine of [`${begin}\n`, `${end}\n`, `${end}\n${begin}\n`]) {
    expect(hasBlock(mine, block('AGENTS.md'))).toBe(false);
    expect(withBlock(mine, block('AGENTS.md'))).toBe(`${mine}\n${text}`);
  }
});
