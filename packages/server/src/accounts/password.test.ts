import { expect, test } from 'vitest';
import { hashPassword, isPassword, passwordProblem } from './password.ts';

/** Of a cost that takes no time. */
const CHEAP = `scrypt$1024$8$1$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(32).toString('base64')}`;

test('a password is known by its hash, and no hash tells that two are the same', async () => {
  const [one, two] = await Promise.all([
    hashPassword('correct horsé battery'),
    hashPassword('correct horsé battery'),
  ]);
  expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w+/]{22}==\$[\w+/]{43}=$/);
  expect(one).not.toBe(two);
  const [same, typedOtherwise, wrong, none] = await Promise.all([
    isPassword('correct horsé battery', one),
    isPassword('correct horse\u0301 battery', one),
    isPassword('correct horse battery', one),
    isPassword('', null),
  ]);
  expect([same, typedOtherwise, wrong, none]).toEqual([true, true, false, false]);
});

test('when more people wait than can be served in time, the next one is told to come again', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 60 }, () => isPassword('x', CHEAP)));
  const refused = asked.filter((one) => one.status === 'rejected');
  expect(refused.map((one) => one.reason as unknown)).toEqual(
    Array.from({ length: 18 }, () => expect.objectContaining({ kind: 'busy', code: 'SERVER_BUSY' })),
  );
  expect(await isPassword('x', CHEAP)).toBe(false);
});

test('a hash of another cost is still known', async () => {
  const salt = Buffer.alloc(16, 1);
  const { scryptSync } = await import('node:crypto');
  const stored = `scrypt$1024$8$1$${salt.toString('base64')}$${scryptSync('old', salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64')}`;
  expect(await isPassword('old', stored)).toBe(true);
});

test.each([
  ['correct horse', [], undefined],
  ['eleven char', [], 'A password has at least 12 characters.'],
  // Characters are counted, and not the halves of them.
  ['🐈🐕🐇🐁🐂🐄', [], 'A password has at least 12 characters.'],
  ['ab'.repeat(128), [], 'This password repeats itself.'],
  ['abcd'.repeat(65), [], 'A password has at most 256 characters.'],
  ['Ada.Lovelace1', ['ada.lovelace', 'Ada'], 'This password is made of your own name or address.'],
  ['lovelace likes engines', ['lovelace'], undefined],
  // Words too short to be told from chance do not count.
  ['adaadaadabcdef', ['ada'], undefined],
] as const)('%s with %j: %s', (password, about, problem) => {
  expect(passwordProblem(password, about)).toBe(problem);
});
