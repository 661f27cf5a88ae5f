import { expect, test } from 'vitest';
import { writableByOthers } from './config-exposure.ts';

test.each([
  ['one’s own', { uid: 1000, mode: 0o100600 }, 1000, undefined],
  ['one’s own that others may read', { uid: 1000, mode: 0o40755 }, 1000, undefined],
  ['one’s own that a group may write', { uid: 1000, mode: 0o40775 }, 1000, 'mode'],
  ['one’s own that everybody may write, each what is theirs', { uid: 1000, mode: 0o41777 }, 1000, 'mode'],
  ['an administrator’s', { uid: 0, mode: 0o100644 }, 1000, undefined],
  ['an administrator’s that everybody may write', { uid: 0, mode: 0o100646 }, 1000, 'mode'],
  ['somebody else’s', { uid: 1001, mode: 0o100600 }, 1000, 'owner'],
  ['somebody’s, looked at by an administrator', { uid: 1000, mode: 0o100600 }, 0, 'owner'],
  ['whatever it is on Windows', { uid: 0, mode: 0o100666 }, undefined, undefined],
] as const)('whether others decide what is in %s', (_, facts, me, why) => {
  expect(writableByOthers(facts, me)).toBe(why);
});
