import { expect, test } from 'vitest';
import { stepPrompt } from './step-prompt.ts';

const MERGE = {
  action: 'merge',
  document: null,
  mission: 'pay-01KE6Z2V',
  agent: 'claude',
  title: 'Pay',
  wp: null,
  reason: null,
  proposed: undefined,
  again: false,
  root: 'kitty-specs/pay-01KE6Z2V',
  charter: undefined,
};

test.each([
  ['that is accepted is merged', {}, 'spec-kitty merge --mission pay-01KE6Z2V'],
  [
    'with more than its proposal is proposed again',
    { again: true },
    'spec-kitty merge --to-branch --mission pay-01KE6Z2V',
  ],
  [
    'that waits is recorded',
    { again: true, proposed: 'kitty/x' },
    'spec-kitty merge --landed --mission pay-01KE6Z2V',
  ],
])('a mission %s', (_, more, command) => {
  expect(stepPrompt({ ...MERGE, ...more })).toContain(`\n${command}\n`);
});
