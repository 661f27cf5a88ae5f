import { afterAll, beforeAll, expect, test } from 'vitest';
import { BAD_INPUT_ROWS } from './bad-input-rows.ts';
import { argvOf } from './bad-input-suite.ts';
import { BadInputWorld } from './bad-input-world.ts';
import { commandsOf, routeOf } from './command-tree.ts';
import { cliWorld, runCli } from './run-cli.ts';

/** Placeholders of values that nobody can list before a repository, a person or a server is asked. */
const OPEN = new Set(
  'NAME BRANCH TITLE TEXT GLOB DIR FILE ID H URL REF IDS REFS KEY ISSUE MODEL PROFILE WPnn KIND'.split(' '),
);
/** Orchestrators have a contract; a lane with conflicts is one that the repository knows. */
const APART = /^(?:orchestrator-api|conflicts) /;

interface Flag {
  readonly kind: string;
  readonly placeholder?: string;
  readonly values?: readonly string[];
}

interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  /** What the message must name, where the framework knows it. */
  readonly values: readonly string[];
}

/** Every option that takes one of a closed list, or a form: each once, on a command line that is right but for it. */
function cases(): readonly Case[] {
  const found = new Map<string, Case>();
  for (const row of BAD_INPUT_ROWS) {
    const route = routeOf(row.line.split(' ')) ?? '';
    if (APART.test(route)) continue;
    const flags = Object.entries<Flag>(commandsOf().get(route)?.parameters.flags ?? {});
    for (const [key, flag] of flags) {
      if (!isClosed(flag)) continue;
      const { values = [] } = flag;
      const option = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const argv = [...without(argvOf(row, 'pay'), option), option, 'no-such'];
      const name = `${route} ${option}`;
      if (!found.has(name)) found.set(name, { name, argv, values });
    }
  }
  return [...found.values()];
}

function isClosed({ kind, placeholder = '' }: Flag): boolean {
  return kind === 'enum' || (kind === 'parsed' && !OPEN.has(placeholder));
}

function without(argv: readonly string[], option: string): readonly string[] {
  const at = argv.indexOf(option);
  return at === -1 ? argv : argv.toSpliced(at, 2);
}

let world: BadInputWorld;
beforeAll(async () => {
  world = await BadInputWorld.at('open');
});
afterAll(() => world.mission.dispose());

test('there are such options', () => {
  expect(cases().length).toBeGreaterThan(20);
});

test.each(cases())('$name: a value that it cannot take is a wrong command line', async ({ argv, values }) => {
  world.prepare('a wrong value', () => undefined);
  const { exitCode, stderr, transcript } = await runCli(cliWorld(world.mission.repository), argv);
  expect(exitCode, transcript).toBe(2);
  expect(stderr).toContain('Hint: ');
  for (const value of values) expect(stderr).toContain(value);
  expect(world.changes()).toEqual([]);
});

test.each([
  ['quick repair --agent', 'takes the name of an agent'],
  ['init ../fresh --ai', 'is no agent'],
])('%s: nor is an empty value a name', async (line, said) => {
  world.prepare('an empty value', () => undefined);
  const run = await runCli(cliWorld(world.mission.repository), [...line.split(' '), '']);
  expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(said) as string });
});

test('a branch that looks like an option is told as what it may be', async () => {
  const argv = ['specify', 'greet', '--target-branch', '--x'];
  const { exitCode, stderr } = await runCli(cliWorld(world.mission.repository), argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    '--target-branch takes the word after it, which was --x: put the name of a branch there.',
  );
});
