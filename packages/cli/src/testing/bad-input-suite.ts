import type { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Surroundings } from '../context.ts';
import { BAD_INPUT_ROWS, type BadInputRow, type RowName } from './bad-input-rows.ts';
import { BadInputWorld } from './bad-input-world.ts';
import { commandsOf, misunderstanding, routeOf } from './command-tree.ts';
import { type CliRun, cliWorld, runCli } from './run-cli.ts';

/** `ok`; `1`: an answer that is a no, such as findings of a check; `1 CODE`: a failure, its exit code first. */
export type RowOutcome = 'ok' | '1' | `${1 | 2} ${string}`;

/** One thing that is wrong, and what every command makes of it. */
export interface BadInput {
  /** What `--mission` is: the mission's human name unless told; without the option where it is empty. */
  readonly handle?: string;
  readonly damage?: (mission: MissionWorld) => void;
  readonly surroundings?: (mission: MissionWorld) => Partial<Surroundings>;
  /** Goes on while the command runs; returns how to end it. */
  readonly meanwhile?: (mission: MissionWorld) => () => void;
  /** Concerns commands that need no repository of the user's, too. */
  readonly machine?: boolean;
  /** Why it cannot be tried here. */
  readonly skip?: string | false;
  /** What the output of every row that does not end well must say. */
  readonly names?: readonly string[];
  readonly expected: Partial<Record<RowOutcome, readonly RowName[]>>;
}

type Worlds = Record<BadInputRow['stage'], BadInputWorld>;

/** Of the rows of one kind, every third one is run as text, too; the next kind begins with the next row. */
const TEXT_EVERY = 3;

/**
 * Runs every row with every kind of bad input with `--json`, and a part of them as text besides: of each kind each
 * outcome, and each row with some of the kinds. That a failure is told as text is one way for all commands.
 */
export function testBadInput(kinds: Readonly<Record<string, BadInput>>): void {
  const worlds = {} as Worlds;
  beforeAll(async () => {
    worlds.open = await BadInputWorld.at('open');
    worlds.approved = await BadInputWorld.at('approved');
  });
  afterAll(() => {
    for (const { mission } of Object.values(worlds)) mission.dispose();
  });

  for (const [at, [name, kind]] of Object.entries(kinds).entries()) {
    const reason = kind.skip ? ` (skipped: ${kind.skip})` : '';
    describe.skipIf(kind.skip)(`${name}${reason}`, () => {
      testKind({ name, at, kind }, worlds);
    });
  }
}

interface Tried {
  readonly name: string;
  /** Which one of its table it is. */
  readonly at: number;
  readonly kind: BadInput;
}

function testKind({ name, at, kind }: Tried, worlds: Worlds): void {
  const named = Object.entries(kind.expected).flatMap(([outcome, rows = []]) =>
    rows.map((row) => [row, outcome] as const),
  );
  const told = new Set<string>(named.map(([row]) => row));
  const usual = BAD_INPUT_ROWS.flatMap((row: BadInputRow) =>
    row.usual === undefined || told.has(row.name) ? [] : [[row.name, row.usual] as const],
  );
  const cells = [...named, ...usual];
  test('has one cell for every row', () => {
    const rows = BAD_INPUT_ROWS.filter((row: BadInputRow) => kind.machine || !row.apart);
    expect(cells.map(([row]) => row).toSorted()).toEqual(rows.map((row) => row.name).toSorted());
  });

  const asText = new Set([
    ...new Map(named.toReversed().map(([row, outcome]) => [outcome, row])).values(),
    ...BAD_INPUT_ROWS.filter((_, index) => (index + at) % TEXT_EVERY === 0).map((row) => row.name),
  ]);
  test.for(cells)('%s: %s', async ([rowName, outcome]) => {
    const row: BadInputRow | undefined = BAD_INPUT_ROWS.find((one) => one.name === rowName);
    if (!row) throw new Error(`There is no row ${rowName}`);
    const world = worlds[row.stage];
    const { mission } = world;
    for (const mode of modesOf(row, asText.has(row.name))) {
      world.prepare(name, () => kind.damage?.(mission));
      const argv = [...argvOf(row, kind.handle ?? 'pay'), ...mode];
      const undo = kind.meanwhile?.(mission);
      const run = await runCli(cliWorld(mission.repository), argv, kind.surroundings?.(mission)).finally(
        undo,
      );
      await judge(run, {
        row,
        outcome,
        names: row.usual === undefined ? (kind.names ?? []) : [],
        changes: world.changes(),
      });
    }
  });
}

/** As a document, and as text where that is asked for; a row that is run once, as a document, which some commands always answer with. */
function modesOf(row: BadInputRow, asText: boolean): readonly (readonly string[])[] {
  if (row.usual === undefined) return asText ? [['--json'], []] : [['--json']];
  return 'json' in flagsOf(row) ? [['--json']] : [[]];
}

function flagsOf({ line }: BadInputRow): object {
  return commandsOf().get(routeOf(line.split(' ')) ?? '')?.parameters.flags ?? {};
}

/** The line with the mission that it asks for. */
export function argvOf(row: BadInputRow, handle: string): readonly string[] {
  const argv = row.line.split(' ');
  return handle !== '' && 'mission' in flagsOf(row) && !argv.includes('--all')
    ? [...argv, '--mission', handle]
    : argv;
}

interface Expectation {
  readonly row: BadInputRow;
  readonly outcome: string;
  readonly names: readonly string[];
  readonly changes: readonly string[];
}

async function judge(run: CliRun, { row, outcome, names, changes }: Expectation): Promise<void> {
  const { exitCode, stdout, stderr, transcript } = run;
  const json = row.usual !== undefined || transcript.split('\n')[0]?.includes('--json') === true;
  const code = json ? codeOf(JSON.parse(stdout)) : /^Error: .* \[([A-Z\d_]+)\]$/m.exec(stderr)?.[1];
  const found = exitCode === 0 && code === undefined ? 'ok' : [exitCode, code].filter(Boolean).join(' ');
  expect(found, transcript).toBe(outcome);
  expect(transcript).not.toMatch(/^.*\n\s+at .*:\d+/m);
  expect(transcript).not.toMatch(/\bE(?:ACCES|ROFS|PERM|NOENT|ISDIR|NOTDIR|EXIST|NOSPC)\b|Internal error/);
  if (row.reads || outcome !== 'ok') expect(changes, transcript).toEqual([]);
  if (outcome !== 'ok') {
    for (const name of names) expect(stdout + stderr).toContain(name);
    expect(json ? stdout : stdout + stderr).not.toBe('');
  }
  const advised = [...(stdout + stderr).matchAll(/`(spec-kitty [^`]*)`/g)].map(([, line]) =>
    (line ?? '').replaceAll(String.raw`\"`, '"'),
  );
  expect((await Promise.all(advised.map(misunderstanding))).filter(Boolean)).toEqual([]);
}

function codeOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('error_code' in document)) return undefined;
  return typeof document.error_code === 'string' ? document.error_code : undefined;
}
