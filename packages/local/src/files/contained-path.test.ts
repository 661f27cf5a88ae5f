import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { containedPath, lexicalReason } from './contained-path.ts';

let base: string;
let root: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'contained-path-')));
  root = path.join(base, 'repository');
  mkdirSync(path.join(root, 'src'), { recursive: true });
  mkdirSync(path.join(root, '.git'));
  mkdirSync(path.join(base, 'repository-2'));
  writeFileSync(path.join(root, 'src', 'a.ts'), '');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const refusal = expect.objectContaining({ kind: 'refused', code: 'PATH_OUTSIDE_REPOSITORY' });

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['./src//a.ts', 'src/a.ts'],
  ['src/absent/deep.ts', 'src/absent/deep.ts'],
  ['src/a.ts/below-a-file', 'src/a.ts/below-a-file'],
  ['.', ''],
  ['..hidden/...', '..hidden/...'],
  ['.github/.gitignore', '.github/.gitignore'],
])('%s stays inside', (named, expected) => {
  expect(containedPath(root, named)).toBe(path.join(root, expected));
});

test.each([
  '..',
  '../x',
  'src/../../x',
  'src/..',
  '..\\x',
  'src\\..\\..\\x',
  '/etc/passwd',
  '\\\\server\\share',
  '\\x',
  'C:/x',
  'c:x',
  'a\0b',
  '.git/config',
  '.GIT/hooks/x',
  'sub/.git/config',
  '.git./x',
  'git~1/x',
])('%j is refused by its text', (named) => {
  expect(lexicalReason(named)).toBeDefined();
  expect(() => containedPath(root, named)).toThrow(refusal);
});

test('links inside are followed, links that leave are refused', () => {
  const link = (name: string, target: string) => symlinkSync(target, path.join(root, name));
  link('inside', 'src');
  link('out', base);
  link('sibling', '../repository-2');
  link('dangling', '../later');
  link('loop', 'loop');
  link('hop', 'out');
  link('dotgit', '.git');
  expect(containedPath(root, 'inside/a.ts')).toBe(path.join(root, 'inside/a.ts'));
  for (const named of ['out', 'out/x', 'sibling/x', 'dangling', 'loop', 'hop/x', 'dotgit/config']) {
    expect(() => containedPath(root, named), named).toThrow(refusal);
  }
});

test('a root that is reached through a link is fine', () => {
  symlinkSync('repository', path.join(base, 'alias'));
  expect(containedPath(path.join(base, 'alias'), 'src/a.ts')).toBe(path.join(base, 'alias/src/a.ts'));
});
