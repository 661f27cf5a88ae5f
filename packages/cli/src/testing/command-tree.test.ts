import { expect, test } from 'vitest';
import { BAD_INPUT_ROWS } from './bad-input-rows.ts';
import { argvOf } from './bad-input-suite.ts';
import { commandsOf, misunderstanding, routeOf } from './command-tree.ts';

/** The one serves until its input ends, the others read no repository that could be wrong. */
const APART = /^(?:mcp$|teamspace$|completion )/;

test('every command has a row in the table of bad input, under one of its names', () => {
  const commands = commandsOf();
  const rows = new Set(BAD_INPUT_ROWS.map(({ line }) => commands.get(routeOf(line.split(' ')) ?? '')));
  const without = [...commands].filter(([route, command]) => !rows.has(command) && !APART.test(route));
  expect(without.map(([route]) => route)).toEqual([]);
});

test('every row, and every example in a help text, is a command line that the program understands', async () => {
  const examples = [...commandsOf().values()].flatMap(({ fullDescription = '' }) =>
    [...fullDescription.matchAll(/^ {2}(spec-kitty .*)$/gm)].map(([, line]) => line ?? ''),
  );
  expect(examples.length).toBeGreaterThanOrEqual(commandsOf().size);
  const lines = [...examples, ...BAD_INPUT_ROWS.map((row) => `spec-kitty ${argvOf(row, 'pay').join(' ')}`)];
  expect((await Promise.all(lines.map(misunderstanding))).filter(Boolean)).toEqual([]);
});

test.each([
  ['spec-kitty nonsense', 'there is no such command'],
  ['spec-kitty agent tasks', 'there is no such command'],
  ['spec-kitty status --colour', '--colour'],
  ['spec-kitty agent tasks move-task WP01', '--to'],
  ['spec-kitty agent tasks add-history --note x', 'WPnn'],
  ['spec-kitty agent tasks move-task WP01 --to done --shell-pid 7', 'retired'],
])('is not understood: %s', async (line, why) => {
  expect(await misunderstanding(line)).toContain(why);
});

test.each([
  ['spec-kitty --help'],
  ['spec-kitty agent tasks --help'],
  ['spec-kitty agent tasks add-history WP01 --note "two words" --mission <handle>'],
])('is understood: %s', async (line) => {
  expect(await misunderstanding(line)).toBeUndefined();
});
