import { beforeAll, expect, test } from 'vitest';
import { disarm } from './command-tree.ts';
import { wrongMentions } from './command-mentions.ts';
import { HOSTED_WORDING } from './hosted-wording-users.ts';
import { literals, productTexts } from './product-texts.ts';

beforeAll(() => disarm());

test('every command and every option that a text names exists', async () => {
  // The hosted wording is kept byte for byte; which of its commands are still to come is held against a list.
  const texts = productTexts().filter(({ file }) => file !== HOSTED_WORDING);
  const wrong = await Promise.all(texts.map(wrongMentions));
  expect(wrong.flat()).toEqual([]);
});

test.each([
  ["'Run `spec-kitty mrege`.'", 'mrege'],
  ["'Then run spec-kitty agent task status'", 'agent task status'],
  ["'Run `spec-kitty merge --tactics` ' + 'again.'", '--tactics'],
  ["'Run `spec-kitty ' + 'agent mission lst`.'", 'agent mission lst'],
  ['`spec-kitty next --mission ${handle} ${handle} now`', 'next --mission VALUE VALUE now'],
  ['`Nothing.\n${[`spec-kitty agent status check ${wp}`]}`', 'agent status check VALUE'],
  ["'`trust show|alow`'", 'trust alow'],
  ["'agent tasks move-task WP01 --to done --why x'", '--why'],
  ["'`agent tasks move-task WP01`'", 'agent tasks move-task WP01'],
  ["'Add --without-acceptence.'", '--without-acceptence'],
])('one that does not exist is found: %s', async (source, named) => {
  const texts = literals('packages/core/src/x.ts', `// A comment.\nsay(${source});`);
  const wrong = (await Promise.all(texts.map(wrongMentions))).flat();
  expect(wrong).toContainEqual({
    at: expect.stringMatching(/x\.ts:[23]$/),
    named,
    problem: expect.any(String),
  });
});

test.each([
  "'Run `spec-kitty next --mission ' + handle + '`, which spec-kitty answers.'",
  "'Run `git commit --allow-empty`.'",
  '`spec-kitty agent action implement ${wp} --agent ${agent}${rest}`',
])('what exists, or is not ours, is left alone: %s', async (source) => {
  const texts = literals('packages/core/src/x.ts', `say(${source});`);
  expect((await Promise.all(texts.map(wrongMentions))).flat()).toEqual([]);
});
