import { expect, test } from 'vitest';
import { explainRefusal } from './explain-refusal.ts';
import type { GuardCode } from './refusal.ts';

const explained = (code: GuardCode) =>
  explainRefusal({ code, wpId: 'WP01', from: 'in_progress', to: 'planned' }, 'greeting', {
    actor: '--actor',
    reason: '--reason',
  });

test.each<[GuardCode, string]>([
  ['GUARD_ACTOR', 'Add --actor with a name.'],
  ['GUARD_REASON', 'Add --reason with the reason.'],
  [
    'GUARD_WORKSPACE',
    'Make one with `spec-kitty agent action implement WP01 --agent <agent> --mission greeting`.',
  ],
  ['GUARD_VERDICT', 'Run `spec-kitty agent tasks status --mission greeting` to see where it stands.'],
])('%s: the hint says what to add', (code, hint) => {
  expect(explained(code).hints).toEqual([hint]);
});
