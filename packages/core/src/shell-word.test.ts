import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('plain paths stay as they are', () => {
  expect(shellWord('/home/ada/my-project/.worktrees/pay-01KE6Z2V-lane-a')).toBe(
    '/home/ada/my-project/.worktrees/pay-01KE6Z2V-lane-a',
  );
});

test.skipIf(process.platform === 'win32').each(['a b', "it's", '$HOME', '`id`', 'ä;x', '', '*', 'a"b\nc'])(
  'the shell gives back what was quoted: %j',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);
