import { expect, test } from 'vitest';
import { ROLES } from '../database/schema.ts';
import { isAtLeast, mayGive } from './roles.ts';

test('each role may do what those below it may', () => {
  expect(ROLES).toEqual(['owner', 'admin', 'member', 'viewer']);
  for (const [at, role] of ROLES.entries())
    expect(ROLES.filter((needed) => isAtLeast(role, needed))).toEqual(ROLES.slice(at));
});

test('owners give every role, admins every other one, and nobody else any', () => {
  const given = ROLES.map((giver) => ROLES.filter((role) => mayGive(giver, role)));
  expect(given).toEqual([ROLES, ['admin', 'member', 'viewer'], [], []]);
});
