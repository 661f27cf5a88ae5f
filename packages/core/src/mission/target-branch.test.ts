import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isBranchName } from './target-branch.ts';

function gitAllows(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', `refs/heads/${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const NAMES = [
  'main',
  'feature/a-b_c',
  "it's",
  'a&b',
  'fix(api)',
  'a,b',
  'x!',
  'a%20',
  'feat;x',
  '$(id)',
  '`id`',
  '{a}',
  'a@b',
  '@x',
  'a/@',
  '日本',
  'a\u00A0b',
  'a.locked',
  'a-',
  '',
  'a b',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[1]',
  'a\\b',
  'a\nb',
  'a\u007Fb',
  'a..b',
  'a@{1}',
  '/a',
  'a/',
  'a//b',
  'a/.b',
  '.a',
  'a.',
  'a.lock',
  'a.lock/b',
];

test.each(NAMES)('%j is the name of a branch here where Git says so', (name) => {
  expect(isBranchName(name)).toBe(gitAllows(name));
});

test.each(['-x', '--force', '@', 'HEAD', 'a\u202Eb', 'a\u200Bb', 'a\u2028b'])(
  '%j is not, whatever Git says',
  (name) => {
    expect(isBranchName(name)).toBe(false);
  },
);
