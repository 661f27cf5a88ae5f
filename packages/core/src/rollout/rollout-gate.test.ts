import { expect, test } from 'vitest';
import { gatedGroups, isHostedSyncEnabled } from './rollout-gate.ts';

const GATE = 'SPEC_KITTY_ENABLE_SAAS_SYNC';

test.each(['1', 'true', 'TRUE', 'True', 'yes', 'YES', 'y', 'Y', 'on', 'On', ' 1 ', '\ttrue\n'])(
  'P-01: %j opens the gate',
  (value) => expect(isHostedSyncEnabled({ [GATE]: value })).toBe(true),
);

test.each([undefined, '', ' ', '0', '2', '11', 'false', 'no', 'n', 'off', 'enabled', 't', 'y e s', '1,true'])(
  'P-01: %j leaves it closed',
  (value) => expect(isHostedSyncEnabled({ [GATE]: value })).toBe(false),
);

test('P-01: the environment is read on each call, and another variable is none', () => {
  const env: Record<string, string> = { SPEC_KITTY_ENABLE_SYNC: '1' };
  expect(isHostedSyncEnabled(env)).toBe(false);
  env[GATE] = '1';
  expect(isHostedSyncEnabled(env)).toBe(true);
  env[GATE] = '0';
  expect(isHostedSyncEnabled(env)).toBe(false);
});

test('P-02 (function): with the gate closed there is no gated group, with it open there are both', () => {
  expect(gatedGroups({})).toEqual([]);
  expect(gatedGroups({ [GATE]: 'off' })).toEqual([]);
  expect(gatedGroups({ [GATE]: '1' })).toEqual(['tracker', 'sync']);
});
