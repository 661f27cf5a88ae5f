import type { Clock } from '@spec-kitty/core/ports/clock';
import type { Ids } from '@spec-kitty/core/ports/ids';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { buildContext } from '../build-context.ts';
import type { Surroundings } from '../context.ts';
import { runApp } from '../run-app.ts';
import { requireKeptSchema } from './kept-schemas.ts';

/** A repository with a time and ids of its own, so that the same commands print the same text on every run. */
export interface CliWorld {
  readonly repository: TempRepository;
  readonly clock: Clock & { forward(days: number): void };
  readonly ids: Ids;
}

/** What one command line did. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Command, output and exit code as a person would see them; paths and commits are replaced by names. */
  readonly transcript: string;
}

/** When a world begins unless told. */
export const START_MILLIS = Date.UTC(2026, 0, 5, 12);
const DAY_MICROS = 86_400_000_000;

/**
 * Makes a repository that is removed when the running test has finished.
 *
 * Its clock stands still during a command, so that what a command records does not depend on how often it looks, and
 * goes on by a minute with the next one.
 */
export function cliWorld(repository: TempRepository = tempRepository(), start = START_MILLIS): CliWorld {
  let micros = start * 1000;
  let millis = start;
  return {
    repository,
    clock: {
      nowMicros: () => micros,
      forward: (days) => {
        micros += days * DAY_MICROS;
      },
    },
    // Two seconds apart: the first eight characters of an id stand for one.
    ids: new UlidIds({ nowMillis: () => (millis += 2000), fillRandom: (bytes) => void bytes.fill(0) }),
  };
}

/**
 * Runs a command line in this process, through the same tree and the same failure report as the program. Throws where a
 * document does not fit its kept schema.
 */
export async function runCli(
  { repository, clock, ids }: CliWorld,
  argv: readonly string[],
  { cwd = repository.root, env = repository.env, interactive = false }: Partial<Surroundings> = {},
): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  clock.forward(1 / 1440);
  const context = buildContext(
    {
      cwd,
      env,
      interactive,
      stdout: (text) => void (stdout += text),
      stderr: (text) => void (stderr += text),
    },
    { clock, ids },
  );
  const exitCode = await runApp(argv, context);
  await requireKeptSchema(argv, { exitCode, stdout });
  const lines = [
    `$ spec-kitty ${argv.map(quoted).join(' ')}`,
    stdout.replace(/\n$/, ''),
    stderr.replace(/\n$/, '').replaceAll(/^(?=.)/gm, 'stderr: '),
    `[exit ${exitCode}]`,
  ];
  return {
    exitCode,
    stdout,
    stderr,
    transcript: hidden(lines.filter((line) => line !== '').join('\n'), repository),
  };
}

/** Runs a command line with `--json` and parses the one document that it must have printed. */
export async function runJson(
  world: CliWorld,
  argv: readonly string[],
  surroundings: Partial<Surroundings> = {},
): Promise<{ readonly exitCode: number; readonly document: unknown }> {
  const { exitCode, stdout } = await runCli(world, [...argv, '--json'], surroundings);
  return { exitCode, document: JSON.parse(stdout) };
}

function quoted(argument: string): string {
  return /^[\w./:,=<>@-]+$/.test(argument) ? argument : `'${argument}'`;
}

function hidden(text: string, { root, base }: TempRepository): string {
  return text
    .replaceAll(root, '<repo>')
    .replaceAll(base, '<base>')
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<commit>');
}
