import { Fault } from '@spec-kitty/core/fault';
import type { Validation } from '@spec-kitty/core/ports/integration';
import { shellWord } from '@spec-kitty/core/shell-word';
import { writeAtomically } from '../files/write-atomically.ts';
import { outputTail, wholeOutput } from '../process/output-tail.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';

const TIME_LIMIT_MS = 30 * 60 * 1000;

/** A command to run on a merged tree. */
export interface ValidationRun {
  readonly command: readonly string[];
  /** The tree, prepared like a lane's worktree. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File that gets all of the output. */
  readonly log: string;
  /** Mission that the messages name. */
  readonly handle: string;
  readonly timeLimitMs?: number;
}

/**
 * Runs the validation and keeps what it printed, whatever comes of it.
 *
 * @throws Fault `VALIDATION_FAILED` when it says no, `VALIDATION_NOT_RUN` when it could not say: not found, killed, or
 * out of time.
 */
export async function runValidation(run: ValidationRun): Promise<Validation> {
  const { command, root, env, log, timeLimitMs = TIME_LIMIT_MS } = run;
  let result: ProcessResult;
  try {
    result = await runProcess({ argv: command, cwd: root, env, timeoutMs: timeLimitMs });
  } catch (error) {
    if (error instanceof Fault && error.code === 'COMMAND_NOT_FOUND')
      throw notRun({ ...run, log: null }, 'its program was not found', error);
    throw error;
  }
  writeAtomically(log, wholeOutput(result));
  if (result.timedOut) throw notRun(run, `it was ended after ${timeLimitMs / 60_000} minutes`);
  if (result.exitCode === undefined || result.exitCode === null) throw notRun(run, `it was killed`);
  if (result.exitCode === 127 || result.exitCode === 126)
    throw notRun(run, `it ended with ${result.exitCode}, as a shell does that cannot start a program`);
  if (result.exitCode === 0) return { command, log };
  throw failed(run, result);
}

function notRun(
  { command, log }: Pick<ValidationRun, 'command'> & { readonly log: string | null },
  why: string,
  cause?: unknown,
): Fault {
  return new Fault(
    'refused',
    'VALIDATION_NOT_RUN',
    `The validation could not be run to its end, ${why}: ${command.map(shellWord).join(' ')}`,
    {
      hints: [
        'Nothing was moved. Run it by hand in a lane to see what holds it up.',
        ...(log === null ? [] : [`What it printed is in ${log}.`]),
      ],
      details: { command, log },
      cause,
    },
  );
}

function failed({ command, root, log, handle }: ValidationRun, result: ProcessResult): Fault {
  return new Fault(
    'refused',
    'VALIDATION_FAILED',
    `The validation of the merged result failed: ${command.map(shellWord).join(' ')}`,
    {
      hints: [
        `Nothing was moved. All of its output is in ${log}.`,
        `Send the package that breaks it back for rework: \`echo 'the validation fails' | spec-kitty agent tasks move-task <WPnn> --to planned --review-feedback-file - --mission ${shellWord(handle)}\`. Or run \`spec-kitty merge --train --mission ${shellWord(handle)}\`, which finds it, sends it back and merges the rest.`,
      ],
      details: {
        command,
        exit_code: result.exitCode ?? null,
        // The folder is gone before anybody reads it, and may go into feedback that others get.
        output: outputTail(result).replaceAll(root, '.'),
        log,
      },
    },
  );
}
