import { COMMANDS_TO_COME } from '@spec-kitty/core/hosted-wording';
import { beforeAll, expect, test } from 'vitest';
import { disarm } from './command-tree.ts';
import { namedToCome, wordingUsers } from './hosted-wording-users.ts';

beforeAll(() => disarm());

test('the list of commands to come is what the hosted wording names and the program does not have', async () => {
  const named = await namedToCome();
  const texts = [...named].filter(([name]) => name !== 'COMMANDS_TO_COME').flatMap(([, all]) => all);
  expect(new Set(COMMANDS_TO_COME)).toEqual(new Set(texts));
  expect(COMMANDS_TO_COME.length).toBe(new Set(texts).size);
});

test('nothing that the program reaches uses a text that names a command to come', async () => {
  const toCome = await namedToCome();
  const used = [...wordingUsers()].flatMap(([file, names]) =>
    names.filter((name) => name === '*' || toCome.has(name)).map((name) => `${file}: ${name}`),
  );
  expect(used).toEqual([]);
});

test('such a use would be found, behind a dynamic import, too', () => {
  const sources: Readonly<Record<string, string>> = {
    'packages/cli/src/main.ts': "void import('@spec-kitty/core/few');",
    'packages/core/src/few.ts': "import { RESTART_DAEMON, sweepLine } from './hosted-wording.ts';",
  };
  expect([...wordingUsers((file) => sources[file] ?? '')]).toEqual([
    ['packages/core/src/few.ts', ['RESTART_DAEMON', 'sweepLine']],
  ]);
});
