import { expect, test } from 'vitest';
import { withoutRetiredOptions } from './retired-options.ts';

test.each([
  [
    'agent tasks move-task WP01 --shell-pid 7 --to done',
    'agent tasks move-task WP01 --to done',
    ['--shell-pid'],
  ],
  [
    'agent tasks move-task WP01 --shell-pid=7 --to done',
    'agent tasks move-task WP01 --to done',
    ['--shell-pid'],
  ],
  [
    'agent tasks move-task WP01 --to done --auto-commit',
    'agent tasks move-task WP01 --to done',
    ['--auto-commit'],
  ],
  ['agent tasks move-task WP01 -- --shell-pid', 'agent tasks move-task WP01 -- --shell-pid', []],
  ['agent tasks move-task WP01 --note constructor', 'agent tasks move-task WP01 --note constructor', []],
  ['agent tasks status --shell-pid 7', 'agent tasks status --shell-pid 7', []],
  ['next --owned-checkout /x --json', 'next --json', ['--owned-checkout']],
])('%s', (before, after, retired) => {
  expect(withoutRetiredOptions(before.split(' '))).toEqual({ argv: after.split(' '), retired });
});
